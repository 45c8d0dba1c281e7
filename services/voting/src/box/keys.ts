import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEY_BYTES = 32;

/** Keys that the database does not hold: one a contest, and those that sign receipts and heads of the log. */
export interface KeyPort {
  /** Makes the key of a contest if there is none. */
  prepare(contestId: string): void | Promise<void>;
  /** HMAC-SHA-256 under the key of a contest, hex; at once where the key is at hand. Without that key tags cannot be linked to people. */
  mac(contestId: string, text: string): string | Promise<string>;
  readonly receiptKey: KeyObject;
  /** Raw public key of receipts, base64. */
  readonly receiptPublicKey: string;
  /** Signs heads of the log. */
  readonly logKey: KeyObject;
}

/** Raw public part of an Ed25519 key, hex (RFC 8032). */
export function publicHex(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return Buffer.from(x!, 'base64url').toString('hex');
}

/** Keys as files of a mounted directory, readable by the service alone. */
export function fileKeys(directory: string): KeyPort {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const known = new Map<string, KeyObject>();
  const contestKey = (contestId: string): KeyObject => {
    let key = known.get(contestId);
    if (!key) known.set(contestId, (key = readContestKey(directory, contestId)));
    return key;
  };
  const receiptKey = signingKey(join(directory, 'receipt-key.pem'));
  return {
    receiptKey,
    receiptPublicKey: Buffer.from(publicHex(receiptKey), 'hex').toString('base64'),
    logKey: signingKey(join(directory, 'log-key.pem')),
    prepare: (contestId) => void contestKey(contestId),
    mac: (contestId, text) => createHmac('sha256', contestKey(contestId)).update(text).digest('hex'),
  };
}

const signingKey = (file: string): KeyObject =>
  createPrivateKey(
    once(file, () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
  );

function readContestKey(directory: string, contestId: string): KeyObject {
  // The id becomes a file name, so nothing but a UUID may pass.
  if (!/^[0-9a-f-]{36}$/.test(contestId)) throw new Error('the id of a contest is not a UUID');
  const key = Buffer.from(
    once(join(directory, `${contestId}.key`), () => randomBytes(KEY_BYTES).toString('base64')),
    'base64',
  );
  if (key.length !== KEY_BYTES) throw new Error(`the key of contest ${contestId} is damaged`);
  // A key object is prepared once; raw bytes would be prepared again for each vote.
  return createSecretKey(key);
}

/** Content of a file that is written once: of several replicas that try, the first wins and the others read its key. */
function once(file: string, make: () => string): string {
  try {
    writeFileSync(file, make(), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8');
}
