import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Signs texts with an Ed25519 key that no database holds (RFC 8032). */
export interface SigningKey {
  /** Raw public key, hex. */
  readonly publicKey: string;
  /** Signature over the UTF-8 of a text, base64. */
  sign(text: string): string;
}

/**
 * The key in a PEM file (PKCS #8), made there when there is none: of several replicas that try, the first wins and the others read its key.
 * Throws when the file cannot be written or read, or holds a key of another kind.
 */
export function fileSigningKey(file: string): SigningKey {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  try {
    writeFileSync(file, fresh, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = createPrivateKey(readFileSync(file, 'utf8'));
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${file} holds no Ed25519 key`);
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return {
    publicKey: Buffer.from(x!, 'base64url').toString('hex'),
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64'),
  };
}
