import { createHash, createHmac, sign, type KeyObject } from 'node:crypto';
import { randomHex } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';

/** Leaf of the log: SHA-256 over 0x00 and the record (RFC 6962 section 2.1), hex. */
export const leafOf = (record: string): string => createHash('sha256').update('\0').update(record).digest('hex');

/** Pseudonym of a voter in one contest: the first 128 bits of HMAC-SHA-256(key of the contest, "v1" || voter key), hex. */
export const tagOf = (contestKey: KeyObject, voterKey: string): string =>
  createHmac('sha256', contestKey).update(`v1${voterKey}`).digest('hex').slice(0, 32);

/** 128 random bits, hex. */
export const newNonce = (): string => randomHex(16);

/** A signature over the canonical JSON of an object, added to it as `sig` in hex (Ed25519, RFC 8032). */
export function signed<T extends object>(object: T, key: KeyObject): string {
  const sig = sign(null, Buffer.from(canonicalJson(object)), key).toString('hex');
  return canonicalJson({ ...object, sig });
}
