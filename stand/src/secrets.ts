import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './state.ts';

/** Keys of one instance, made once and readable by the owner alone; a real installation mounts its own. */
export function makeSecrets(directory: string): void {
  mkdirSync(join(directory, 'voting'), { recursive: true, mode: 0o700 });
  const identity = join(directory, 'identity.key');
  if (!existsSync(identity)) writeFileSync(identity, randomBytes(32), { mode: 0o600 });
  execFileSync(process.execPath, [join(ROOT, 'services/esia-bridge/src/make-keys.ts'), directory, 'VECHE'], {
    stdio: 'pipe',
  });
}
