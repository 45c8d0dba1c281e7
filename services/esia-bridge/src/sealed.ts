/** One-use storage that reveals nothing to whoever reads Redis: key and content both depend on a secret handed out. */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import type { StateStore } from './state-store.ts';

const IV = 12;
const TAG = 16;

const keyOf = (secret: string) => Buffer.from(hkdfSync('sha256', secret, '', 'esia-bridge sealed v1', 32));
const nameOf = (kind: string, secret: string) => `${kind}:${createHash('sha256').update(secret).digest('base64url')}`;

/** Stores `value` (JSON) and returns the secret that opens it once within the time. */
export async function seal(store: StateStore, kind: string, value: unknown, ttlSeconds: number): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), iv);
  const body = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()]);
  await store.put(
    nameOf(kind, secret),
    Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url'),
    ttlSeconds,
  );
  return secret;
}

/** Opens and destroys; `null` for an unknown, used or expired secret. */
export async function unseal<T>(store: StateStore, kind: string, secret: string): Promise<T | null> {
  const stored = await store.take(nameOf(kind, secret));
  if (stored === null) return null;
  const bytes = Buffer.from(stored, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret), bytes.subarray(0, IV));
  decipher.setAuthTag(bytes.subarray(IV, IV + TAG));
  return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(IV + TAG)), decipher.final()]).toString()) as T;
}
