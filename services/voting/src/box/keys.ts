import { createPrivateKey, randomBytes, type KeyObject } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { newSigningKey, publicHex, writeOnce, type Logger } from '@veche/kit';
import { keyFile, KeyUnavailable, textOf, tombstoneOf } from '../keys/key-directory.ts';
import { KEY_BYTES, KnownKeys } from '../keys/known-keys.ts';

/** Keys that the database does not hold: one a contest, and those that sign receipts and heads of the log. */
export interface KeyPort {
  /** Makes the key of a contest that never had one. */
  prepare(contestId: string): void | Promise<void>;
  /** HMAC-SHA-256 under the key of a contest, hex; at once where the key is at hand. Without that key tags cannot be linked to people. Throws KeyUnavailable, or rejects with it: a key that was there is never made anew. */
  mac(contestId: string, text: string): string | Promise<string>;
  readonly receiptKey: KeyObject;
  /** Raw public key of receipts, base64. */
  readonly receiptPublicKey: string;
  /** Signs heads of the log. */
  readonly logKey: KeyObject;
}

/** Keys as files of a mounted directory, readable by the service alone. */
export function fileKeys(directory: string, log?: Logger): KeyPort {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const read = (contestId: string): Buffer => {
    const text = textOf(keyFile(directory, contestId, 'key'));
    if (text === null) throw new KeyUnavailable(contestId, 'missing');
    return Buffer.from(text, 'base64');
  };
  const known = new KnownKeys(directory, read, log);
  const signing = (name: string): KeyObject => createPrivateKey(writeOnce(join(directory, name), newSigningKey()));
  return {
    ...receiptKeys(signing('receipt-key.pem')),
    logKey: signing('log-key.pem'),
    prepare: (contestId) => {
      if (tombstoneOf(directory, contestId)) return;
      writeOnce(keyFile(directory, contestId, 'key'), randomBytes(KEY_BYTES).toString('base64'));
    },
    mac: (contestId, text) => known.mac(contestId, text),
  };
}

export const receiptKeys = (receiptKey: KeyObject): Pick<KeyPort, 'receiptKey' | 'receiptPublicKey'> => ({
  receiptKey,
  receiptPublicKey: Buffer.from(publicHex(receiptKey), 'hex').toString('base64'),
});
