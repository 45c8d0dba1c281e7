/** The set of certificates ESIA signs its tokens with: they rotate yearly and overlap, so there is never just one. */
import { X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compactVerify } from 'jose';
import { isGostCertificate, publicKeyOf, validityOf } from '../gost/certificate.ts';
import { CRYPTOPRO_XCHA, verify } from '../gost/curve.ts';
import type { Point } from '../gost/curve.ts';
import { derOf } from '@veche/kit/signatures/pem';
import { streebog } from '../gost/streebog.ts';

const RELOAD_MS = 10_000;
const CERTIFICATE_FILE = /\.(der|cer|crt|pem)$/i;

type Key = { kind: 'gost'; point: Point } | { kind: 'rsa'; key: KeyObject };
type Trusted = Key & { notBefore: Date; notAfter: Date };

function readCertificate(file: string): Trusted {
  const der = derOf(readFileSync(file));
  const key: Key = isGostCertificate(der)
    ? { kind: 'gost', point: publicKeyOf(der) }
    : { kind: 'rsa', key: new X509Certificate(der).publicKey };
  return { ...key, ...validityOf(der) };
}

export interface Trust {
  /** Checks a compact JWS and gives its payload, or `null` when no trusted certificate verifies it. */
  verify(token: string): Promise<Record<string, unknown> | null>;
  /** When the last usable certificate ends; `null` when there is none. */
  expiresAt(): Date | null;
}

const CHECKS: Readonly<Record<string, (token: string, trusted: Trusted) => Promise<boolean>>> = {
  async RS256(token, trusted) {
    if (trusted.kind !== 'rsa') return false;
    return compactVerify(token, trusted.key, { algorithms: ['RS256'] }).then(
      () => true,
      () => false,
    );
  },
  GOST3410_2012_256(token, trusted) {
    const cut = token.lastIndexOf('.');
    const signature = Buffer.from(token.slice(cut + 1), 'base64url');
    return Promise.resolve(
      trusted.kind === 'gost' &&
        verify(CRYPTOPRO_XCHA, trusted.point, streebog(Buffer.from(token.slice(0, cut))), signature),
    );
  },
};

function parsePart(part: string | undefined): Record<string, unknown> | null {
  try {
    return JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** Trusts every certificate file in the folder, read again when a token does not verify: rotation needs no restart. */
export function folderTrust(folder: string, now: () => Date): Trust {
  let loadedAt = 0;
  let certificates: Trusted[] = [];
  const load = () => {
    loadedAt = now().getTime();
    certificates = readdirSync(folder)
      .filter((name) => CERTIFICATE_FILE.test(name))
      .map((name) => readCertificate(join(folder, name)));
  };
  load();

  const verified = async (token: string, check: (typeof CHECKS)[string]) => {
    const instant = now();
    for (const certificate of certificates) {
      if (certificate.notBefore <= instant && instant <= certificate.notAfter && (await check(token, certificate)))
        return true;
    }
    return false;
  };

  return {
    async verify(token) {
      const [header, payload, signature, ...more] = token.split('.');
      const check = Object.hasOwn(CHECKS, String(parsePart(header)?.['alg']))
        ? CHECKS[String(parsePart(header)?.['alg'])]
        : undefined;
      if (!check || !signature || more.length > 0) return null;
      if (await verified(token, check)) return parsePart(payload);
      if (now().getTime() - loadedAt < RELOAD_MS) return null;
      load();
      return (await verified(token, check)) ? parsePart(payload) : null;
    },
    expiresAt() {
      const ends = certificates
        .map((certificate) => certificate.notAfter.getTime())
        .filter((end) => end > now().getTime());
      return ends.length === 0 ? null : new Date(Math.max(...ends));
    },
  };
}
