import { readFileSync } from 'node:fs';
import { decodeKey, signMessage } from '../gost/certificate.ts';
import type { Signer } from './signer.ts';

/**
 * Signs with the arithmetic of gost/curve.ts, for a stand without the GOST engine. Its timing depends on the key,
 * so it refuses to exist in production.
 */
export function plainSigner(options: { keyFile: string; production: boolean }): Signer {
  if (options.production) throw new Error('ESIA_SIGNER=plain is not constant-time and is refused in production');
  const key = decodeKey(readFileSync(options.keyFile));
  return { adapter: 'plain', sign: (text) => Promise.resolve(signMessage(key, Buffer.from(text))) };
}
