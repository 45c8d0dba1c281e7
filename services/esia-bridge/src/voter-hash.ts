import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * The hash that stands for an SNILS everywhere outside the bridge:
 * base64url(HMAC-SHA-256(key, "snils:v1:" + 11 digits)).
 *
 * A secret key, because nine free digits fall to a bare or salted hash in minutes.
 */
export function snilsHasher(key: Uint8Array): (digits: string) => string {
  return (digits) => createHmac('sha256', key).update(`snils:v1:${digits}`).digest('base64url');
}

/** Reads the key: 32 bytes or more in base64url, as make-keys.ts writes it. */
export function readSnilsKey(file: string): Buffer {
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
  if (key.length < 32) throw new Error(`SNILS_KEY_FILE ${file} must hold at least 32 bytes in base64url`);
  return key;
}

/** What a sign-in is counted by: another keyed hash, so that neither a list of voter keys nor a sketch tells whether somebody signed in. */
export function signInBlinder(key: Uint8Array): (snilsHash: string) => string {
  return (snilsHash) => createHmac('sha256', key).update(`sign-in:v1:${snilsHash}`).digest('base64url');
}
