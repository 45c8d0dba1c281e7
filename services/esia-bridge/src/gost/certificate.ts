/** GOST keys (PKCS#8) and self-signed certificates (X.509), in the spelling of OpenSSL's GOST engine. */
import { X509Certificate, randomBytes } from 'node:crypto';
import { CRYPTOPRO_XCHA, bytesToNumber, isOnCurve, numberToBytes, publicPoint, sign } from './curve.ts';
import type { Point } from './curve.ts';
import { derOf } from '@veche/kit/signatures/pem';
import { TAG, bitString, childrenOf, integer, oid, readDer, sequence, writeDer } from './der.ts';
import { streebog } from './streebog.ts';

const KEY_256 = oid('1.2.643.7.1.1.1.1');
const DIGEST_256 = oid('1.2.643.7.1.1.2.2');
const SIGNED_256 = oid('1.2.643.7.1.1.3.2');
const XCHA = oid('1.2.643.2.2.36.0');
/** Three names of one and the same curve: CryptoPro A, CryptoPro XchA, TC26 256-B. */
const SAME_CURVE = [oid('1.2.643.2.2.35.1'), XCHA, oid('1.2.643.7.1.2.1.1.2')];
const ALGORITHM = sequence(KEY_256, sequence(XCHA, DIGEST_256));

function assertAlgorithm(algorithm: Uint8Array): void {
  const [key, parameters] = childrenOf(readDer(algorithm));
  const curve = parameters && childrenOf(parameters)[0];
  if (!key || !KEY_256.equals(key.raw) || !curve || !SAME_CURVE.some((known) => known.equals(curve.raw))) {
    throw new Error('the key is not GOST R 34.10-2012, 256 bit, on CryptoPro XchA');
  }
}

/** A random number between 1 and q - 1. */
function randomScalar(): bigint {
  for (;;) {
    const number = bytesToNumber(randomBytes(32));
    if (number > 0n && number < CRYPTOPRO_XCHA.q) return number;
  }
}

export function generateKey(): bigint {
  return randomScalar();
}

/** PKCS#8 DER; the private number is stored little-endian. */
export function encodeKey(key: bigint): Buffer {
  return sequence(integer(Buffer.from([0])), ALGORITHM, writeDer(TAG.octetString, numberToBytes(key).toReversed()));
}

/** Reads a PKCS#8 key, PEM or DER. */
export function decodeKey(file: Uint8Array): bigint {
  const [, algorithm, octets] = childrenOf(readDer(derOf(file)));
  if (!algorithm || !octets) throw new Error('not a PKCS#8 key');
  assertAlgorithm(algorithm.raw);
  // Some tools wrap the number once more.
  const bytes = octets.value.length === 34 ? readDer(octets.value).value : octets.value;
  return bytesToNumber(bytes.toReversed());
}

/** 64 bytes s‖r over Streebog-256 of `message`. For the stand and tests only: see curve.ts. */
export function signMessage(key: bigint, message: Uint8Array): Buffer {
  const digest = streebog(message);
  for (;;) {
    const signature = sign(CRYPTOPRO_XCHA, key, digest, randomScalar());
    if (signature) return signature;
  }
}

function subjectPublicKeyInfo({ x, y }: Point): Buffer {
  const bytes = Buffer.concat([numberToBytes(x).toReversed(), numberToBytes(y).toReversed()]);
  return sequence(ALGORITHM, bitString(writeDer(TAG.octetString, bytes)));
}

export interface CertificateOptions {
  commonName: string;
  notBefore: Date;
  notAfter: Date;
}

interface Signing {
  algorithm: Uint8Array;
  publicKey: Uint8Array;
  sign(tbs: Uint8Array): Uint8Array;
}

/** Self-signed certificate (X.509 v1), DER. */
export function selfSigned({ commonName, notBefore, notAfter }: CertificateOptions, signing: Signing): Buffer {
  const name = sequence(writeDer(TAG.set, sequence(oid('2.5.4.3'), writeDer(TAG.utf8, Buffer.from(commonName)))));
  const time = (date: Date) =>
    writeDer(TAG.utcTime, Buffer.from(`${date.toISOString().replace(/\D/g, '').slice(2, 14)}Z`));
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x3f) | 0x40;
  const tbs = sequence(
    integer(serial),
    signing.algorithm,
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    signing.publicKey,
  );
  return sequence(tbs, signing.algorithm, bitString(signing.sign(tbs)));
}

/** Self-signed GOST certificate, DER. */
export function selfSignedGost(options: CertificateOptions, key: bigint): Buffer {
  return selfSigned(options, {
    algorithm: sequence(SIGNED_256),
    publicKey: subjectPublicKeyInfo(publicPoint(CRYPTOPRO_XCHA, key)),
    sign: (tbs) => signMessage(key, tbs),
  });
}

/** Whether the certificate (DER) carries a GOST key at all. */
export function isGostCertificate(der: Uint8Array): boolean {
  return Buffer.from(der).includes(KEY_256);
}

/** Public key of a GOST certificate, PEM or DER. Throws when the curve is another or the point is not on it. */
export function publicKeyOf(certificate: Uint8Array): Point {
  const tbs = childrenOf(readDer(derOf(certificate)))[0];
  const info =
    tbs && childrenOf(tbs).find((node) => node.tag === TAG.sequence && Buffer.from(node.raw).includes(KEY_256));
  const [algorithm, bits] = info ? childrenOf(info) : [];
  if (!algorithm || !bits) throw new Error('the certificate carries no GOST key');
  assertAlgorithm(algorithm.raw);
  const bytes = readDer(bits.value, 1).value;
  const point = {
    x: bytesToNumber(bytes.subarray(0, 32).toReversed()),
    y: bytesToNumber(bytes.subarray(32, 64).toReversed()),
  };
  if (!isOnCurve(CRYPTOPRO_XCHA, point)) throw new Error('the public key is not on its curve');
  return point;
}

/** `client_certificate_hash`: Streebog-256 of the DER, 64 upper-case hex characters. */
export function certificateHash(certificate: Uint8Array): string {
  return streebog(derOf(certificate)).toString('hex').toUpperCase();
}

/** Validity of any X.509 certificate, GOST or not. */
export function validityOf(certificate: Uint8Array): { notBefore: Date; notAfter: Date } {
  const { validFrom, validTo } = new X509Certificate(derOf(certificate));
  return { notBefore: new Date(validFrom), notAfter: new Date(validTo) };
}
