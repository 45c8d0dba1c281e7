/**
 * Makes the files a development bridge and the ESIA double need, each 0600; files that exist are kept.
 *
 *   node services/esia-bridge/src/make-keys.ts DIRECTORY [CLIENT_ID]
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeKey, generateKey, selfSigned, selfSignedGost } from './gost/certificate.ts';
import type { CertificateOptions } from './gost/certificate.ts';
import { pemOf } from '@veche/kit/signatures/pem';
import { TAG, oid, sequence, writeDer } from './gost/der.ts';

const YEAR_MS = 365 * 24 * 3600 * 1000;

/** Self-signed certificate of an RSA key, DER. */
export function selfSignedRsa(options: CertificateOptions, privateKey: KeyObject, publicKey: KeyObject): Buffer {
  return selfSigned(options, {
    algorithm: sequence(oid('1.2.840.113549.1.1.11'), writeDer(TAG.null)),
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
    sign: (tbs) => sign('RSA-SHA256', tbs, privateKey),
  });
}

/** Names of the files in a secrets directory. */
export const KEY_FILES = {
  esiaKey: 'esia-key.pem',
  esiaCert: 'esia-cert.pem',
  snilsKey: 'snils.key',
  providerKey: 'op-signing.pem',
  doubleGostKey: 'double-gost-key.pem',
  doubleRsaKey: 'double-rsa-key.pem',
  trustDir: 'esia-trust',
  doubleGostCert: 'esia-trust/double-gost-1.der',
  doubleRsaCert: 'esia-trust/double-rsa-1.der',
} as const;

function newRsa() {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...pair, pem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
}

/** Fills the directory. A key and its certificate are made together or not at all. */
export function makeKeys(directory: string, clientId: string, now = new Date()): void {
  const year = (commonName: string) => ({
    commonName,
    notBefore: new Date(now.getTime() - 3_600_000),
    notAfter: new Date(now.getTime() + YEAR_MS),
  });
  const write = (name: string, content: string | Uint8Array) => {
    const file = join(directory, name);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, content, { mode: 0o600 });
  };
  const missing = (...names: string[]) => names.some((name) => !existsSync(join(directory, name)));

  if (missing(KEY_FILES.esiaKey, KEY_FILES.esiaCert)) {
    const key = generateKey();
    write(KEY_FILES.esiaKey, pemOf('PRIVATE KEY', encodeKey(key)));
    write(KEY_FILES.esiaCert, pemOf('CERTIFICATE', selfSignedGost(year(clientId), key)));
  }
  if (missing(KEY_FILES.snilsKey)) write(KEY_FILES.snilsKey, `${randomBytes(32).toString('base64url')}\n`);
  if (missing(KEY_FILES.providerKey)) write(KEY_FILES.providerKey, newRsa().pem);
  if (missing(KEY_FILES.doubleGostKey, KEY_FILES.doubleGostCert)) {
    const key = generateKey();
    write(KEY_FILES.doubleGostKey, pemOf('PRIVATE KEY', encodeKey(key)));
    write(KEY_FILES.doubleGostCert, selfSignedGost(year('ESIA double'), key));
  }
  if (missing(KEY_FILES.doubleRsaKey, KEY_FILES.doubleRsaCert)) {
    const pair = newRsa();
    write(KEY_FILES.doubleRsaKey, pair.pem);
    write(KEY_FILES.doubleRsaCert, selfSignedRsa(year('ESIA double'), pair.privateKey, pair.publicKey));
  }
}

if (import.meta.main) {
  const [directory, clientId = 'VECHE'] = process.argv.slice(2);
  if (!directory) {
    console.error('usage: make-keys.ts DIRECTORY [CLIENT_ID]');
    process.exitCode = 1;
  } else makeKeys(directory, clientId);
}
