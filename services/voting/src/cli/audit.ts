// audit [CONTEST...]     MONGODB_URI, MONGODB_DATABASE, VOTING_KEYS_DIR as for the service
import { auditContest, auditOutbox, type AuditParts } from '../audit/audit.ts';
import { determine } from '../count/counting.ts';
import { check } from './operator.ts';

// Every violation of an invariant as a line of JSON, then a line for each contest.
await check(async ({ stores, logKey, contests }) => {
  const parts: AuditParts = {
    stores,
    logKey,
    now: new Date(),
    stopping: new AbortController().signal,
    determine: (contest, voting, version) => determine(stores, contest, voting, version),
  };
  const outside = contests.length > 0 ? [] : await auditOutbox(parts);
  for (const violation of outside) console.log(JSON.stringify(violation));
  let found = outside.length;
  const filter = contests.length > 0 ? { _id: { $in: [...contests] } } : { status: { $ne: 'ANNOUNCED' } };
  for (const voting of await stores.votings.find(filter)) {
    const contest = voting.id;
    const violations = await auditContest(parts, voting);
    for (const violation of violations) console.log(JSON.stringify({ contest, ...violation }));
    console.log(JSON.stringify({ contest, violations: violations.length }));
    found += violations.length;
  }
  return found;
});
