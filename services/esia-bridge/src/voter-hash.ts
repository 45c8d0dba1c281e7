import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

type Blinder = (value: string) => string;

/** Each purpose has hashes of its own, so that one tells nothing of another. */
const keyed =
  (key: Uint8Array, purpose: string): Blinder =>
  (value) =>
    createHmac('sha256', key).update(`${purpose}:v1:${value}`).digest('base64url');

/**
 * The hash that stands for an SNILS everywhere outside the bridge:
 * base64url(HMAC-SHA-256(key, "snils:v1:" + 11 digits)).
 *
 * A secret key, because nine free digits fall to a bare or salted hash in minutes.
 */
export const snilsHasher = (key: Uint8Array): Blinder => keyed(key, 'snils');

/** Reads the key: 32 bytes or more in base64url, as make-keys.ts writes it. */
export function readSnilsKey(file: string): Buffer {
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
  if (key.length < 32) throw new Error(`SNILS_KEY_FILE ${file} must hold at least 32 bytes in base64url`);
  return key;
}

/** What a sign-in is counted by: another keyed hash, so that neither a list of voter keys nor a sketch tells whether somebody signed in. */
export const signInBlinder = (key: Uint8Array): Blinder => keyed(key, 'sign-in');

/** What attempts of an address are counted by: addresses of people who sign in are written nowhere as they are. */
export const addressBlinder = (key: Uint8Array): Blinder => keyed(key, 'address');
