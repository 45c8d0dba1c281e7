import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { canonicalJson } from './canonical.ts';

/** A signed tree head as it is published (the log's own signature; those of witnesses aside). */
export interface Head {
  contest: string;
  root: string;
  size: number;
  /** Unix seconds. */
  time: number;
  sig: string;
  witnesses?: readonly { id: string; sig: string }[];
}

/** The bytes that the log and every witness sign: canonical JSON without `sig` and `witnesses`. */
export const signedBytes = ({ contest, root, size, time }: Head): Buffer =>
  Buffer.from(canonicalJson({ contest, root, size, time, type: 'head', v: 1 }));

/** Whether `key` (Ed25519, raw, hex) signed these bytes. */
export const isSigned = (bytes: Buffer, sig: string, key: string): boolean =>
  /^[0-9a-f]{128}$/.test(sig) && verify(null, bytes, publicKey(key), Buffer.from(sig, 'hex'));

/** Whether the log of `key` signed the head. */
export const isAuthentic = (head: Head, key: string): boolean => isSigned(signedBytes(head), head.sig, key);

const publicKey = (hex: string): KeyObject =>
  createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(hex, 'hex').toString('base64url') },
    format: 'jwk',
  });

const HASH = /^[0-9a-f]{64}$/;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** Whether an answer has the form of a head; nothing is believed of it yet. */
export function isHead(value: unknown): value is Head {
  const head = value as Record<string, unknown> | null;
  return (
    typeof head === 'object' &&
    head !== null &&
    typeof head['contest'] === 'string' &&
    typeof head['root'] === 'string' &&
    HASH.test(head['root']) &&
    isCount(head['size']) &&
    isCount(head['time']) &&
    typeof head['sig'] === 'string' &&
    head['type'] === 'head' &&
    head['v'] === 1
  );
}

export const isHash = (value: unknown): value is string => typeof value === 'string' && HASH.test(value);
