import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeOnce } from './write-once.ts';

/** Signs texts with an Ed25519 key that no database holds (RFC 8032). */
export interface SigningKey {
  /** Raw public key, hex. */
  readonly publicKey: string;
  /** Signature over the UTF-8 of a text, base64. */
  sign(text: string): string;
}

/** Ed25519, PKCS #8, PEM. */
export const newSigningKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Raw public part of an Ed25519 key, hex (RFC 8032). */
export function publicHex(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return Buffer.from(x!, 'base64url').toString('hex');
}

/**
 * The key in a PEM file (PKCS #8), made there when there is none: of several replicas that try, the first wins and the others read its key.
 * Throws when the file cannot be written or read, or holds a key of another kind.
 */
export function fileSigningKey(file: string): SigningKey {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const key = createPrivateKey(writeOnce(file, newSigningKey()));
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${file} holds no Ed25519 key`);
  return { publicKey: publicHex(key), sign: (text) => sign(null, Buffer.from(text), key).toString('base64') };
}
