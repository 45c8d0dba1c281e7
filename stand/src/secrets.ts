import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './state.ts';

/** On the stand they run beside the platform; in earnest they are run by others. */
export const WITNESSES = ['witness-1', 'witness-2'] as const;

export const witnessKeyFile = (directory: string, witness: string): string => join(directory, `${witness}.pem`);

/** Raw public key of a witness, hex. */
export function witnessPublicKey(directory: string, witness: string): string {
  const { x } = createPublicKey(readFileSync(witnessKeyFile(directory, witness))).export({ format: 'jwk' });
  return Buffer.from(x!, 'base64url').toString('hex');
}

/** Keys of one instance, made once and readable by the owner alone; a real installation mounts its own. */
export function makeSecrets(directory: string): void {
  mkdirSync(join(directory, 'voting'), { recursive: true, mode: 0o700 });
  const identity = join(directory, 'identity.key');
  if (!existsSync(identity)) writeFileSync(identity, randomBytes(32), { mode: 0o600 });
  // What voting shows the bridge to learn the voter key of a paper ballot.
  const internal = join(directory, 'internal.token');
  if (!existsSync(internal)) writeFileSync(internal, randomBytes(32).toString('base64url'), { mode: 0o600 });
  for (const witness of WITNESSES) {
    const file = witnessKeyFile(directory, witness);
    const pem = (): string =>
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    if (!existsSync(file)) writeFileSync(file, pem(), { mode: 0o600 });
  }
  execFileSync(process.execPath, [join(ROOT, 'services/esia-bridge/src/make-keys.ts'), directory, 'VECHE'], {
    stdio: 'pipe',
  });
}
