// verify-log [CONTEST...]     MONGODB_URI, MONGODB_DATABASE, VOTING_KEYS_DIR, VOTING_KEYS and VOTING_VAULT_... as for the service
import { check } from './operator.ts';
import { verifyLog } from '../log/verify-log.ts';

// One line of JSON a finding and one a contest.
await check(async ({ stores, logKey, contests }) => {
  const all = contests.length > 0 ? contests : (await stores.logs.find().lean()).map(({ _id }) => _id);
  let found = 0;
  for (const contest of all) {
    const { findings } = await verifyLog(stores, contest, logKey);
    for (const finding of findings) console.log(JSON.stringify({ contest, ...finding }));
    console.log(JSON.stringify({ contest, findings: findings.length }));
    found += findings.length;
  }
  return found;
});
