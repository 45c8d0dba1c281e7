// audit [CONTEST...]     MONGODB_URI, MONGODB_DATABASE, VOTING_KEYS_DIR as for the service
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, connectMongo, readConfig } from '@veche/kit';
import { auditContest, auditOutbox, type AuditParts } from './audit.ts';
import { config } from './config.ts';
import { determine } from './counting.ts';
import { makeStores } from './store.ts';

/** Every violation of an invariant as a line of JSON, then a line for each contest; 0 nothing found, 1 something, 78 wrong settings. */
async function main(contests: string[]): Promise<number> {
  const { mongodbUri, mongodbDatabase, keysDir } = config;
  const settings = readConfig({ mongodbUri, mongodbDatabase, keysDir }, process.env);
  const logKey = createPublicKey(readFileSync(join(settings.keysDir, 'log-key.pem')));
  const connection = await connectMongo(settings.mongodbUri, settings.mongodbDatabase);
  try {
    const stores = makeStores(connection);
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
    const filter = contests.length > 0 ? { _id: { $in: contests } } : { status: { $ne: 'ANNOUNCED' } };
    for (const voting of await stores.votings.find(filter)) {
      const contest = voting.id;
      const violations = await auditContest(parts, voting);
      for (const violation of violations) console.log(JSON.stringify({ contest, ...violation }));
      console.log(JSON.stringify({ contest, violations: violations.length }));
      found += violations.length;
    }
    return found === 0 ? 0 : 1;
  } finally {
    await connection.close();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = error instanceof ConfigError ? 78 : 1;
}
