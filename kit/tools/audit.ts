// audit [CONTEST...]     MONGODB_URI, VOTING_KEYS_DIR as for the services, KAFKA_BROKERS where the event log shall be asked
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const SERVICES = join(import.meta.dirname, '../../services');

/** Audits each service by its own command, over its own database. Exit code: the first that is not 0. */
function main(): number {
  let worst = 0;
  for (const name of readdirSync(SERVICES).sort()) {
    const command = join(SERVICES, name, 'src/cli/audit.ts');
    if (!existsSync(command)) continue;
    const { status } = spawnSync(process.execPath, [command, ...process.argv.slice(2)], { stdio: 'inherit' });
    worst ||= status ?? 1;
  }
  return worst;
}

process.exitCode = main();
