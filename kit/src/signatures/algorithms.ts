/** Object identifiers that a signature may be made with; what is not here is refused, 2001's GOST and SHA-1 among it. */
export type Family = 'RSA' | 'GOST';

export interface Digest {
  /** As OpenSSL and Node call it. */
  name: string;
  family: Family;
}

const DIGESTS: Readonly<Record<string, Digest>> = {
  '2.16.840.1.101.3.4.2.1': { name: 'sha256', family: 'RSA' },
  '2.16.840.1.101.3.4.2.2': { name: 'sha384', family: 'RSA' },
  '2.16.840.1.101.3.4.2.3': { name: 'sha512', family: 'RSA' },
  '1.2.643.7.1.1.2.2': { name: 'md_gost12_256', family: 'GOST' },
  '1.2.643.7.1.1.2.3': { name: 'md_gost12_512', family: 'GOST' },
};

/** Algorithms of the signature itself; CMS writers name either the key's or the key's with the digest's. */
const SIGNATURES: Readonly<Record<string, { title: string; family: Family }>> = {
  '1.2.840.113549.1.1.1': { title: 'RSA', family: 'RSA' },
  '1.2.840.113549.1.1.11': { title: 'RSA', family: 'RSA' },
  '1.2.840.113549.1.1.12': { title: 'RSA', family: 'RSA' },
  '1.2.840.113549.1.1.13': { title: 'RSA', family: 'RSA' },
  '1.2.643.7.1.1.1.1': { title: 'ГОСТ Р 34.10-2012, 256 бит', family: 'GOST' },
  '1.2.643.7.1.1.1.2': { title: 'ГОСТ Р 34.10-2012, 512 бит', family: 'GOST' },
  '1.2.643.7.1.1.3.2': { title: 'ГОСТ Р 34.10-2012, 256 бит', family: 'GOST' },
  '1.2.643.7.1.1.3.3': { title: 'ГОСТ Р 34.10-2012, 512 бит', family: 'GOST' },
};

export const digestOf = (oid: string): Digest | null => (Object.hasOwn(DIGESTS, oid) ? DIGESTS[oid]! : null);
export const signatureOf = (oid: string) => (Object.hasOwn(SIGNATURES, oid) ? SIGNATURES[oid]! : null);
