// verify-log [CONTEST...]     MONGODB_URI, MONGODB_DATABASE, VOTING_KEYS_DIR as for the service
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, connectMongo, readConfig } from '@veche/kit';
import { config } from './config.ts';
import { makeStores } from './store.ts';
import { verifyLog } from './verify-log.ts';

/** One line of JSON a finding and one a contest; 0 nothing found, 1 something, 78 wrong settings. */
async function main(contests: string[]): Promise<number> {
  const { mongodbUri, mongodbDatabase, keysDir } = config;
  const settings = readConfig({ mongodbUri, mongodbDatabase, keysDir }, process.env);
  const logKey = createPublicKey(readFileSync(join(settings.keysDir, 'log-key.pem')));
  const connection = await connectMongo(settings.mongodbUri, settings.mongodbDatabase);
  try {
    const stores = makeStores(connection);
    const all = contests.length > 0 ? contests : (await stores.logs.find().lean()).map(({ _id }) => _id);
    let found = 0;
    for (const contest of all) {
      const findings = await verifyLog(stores, contest, logKey);
      for (const finding of findings) console.log(JSON.stringify({ contest, ...finding }));
      console.log(JSON.stringify({ contest, findings: findings.length }));
      found += findings.length;
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
