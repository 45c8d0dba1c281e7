import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { canonicalJson } from '@veche/kit/domain/canonical-json';

export interface SignedReceipt {
  batch: { index: number; path: string[]; size: number };
  sig: string;
  leaf: string;
  rule: string;
}

/** Public key of receipts as the graph gives it: raw, base64. */
export const receiptKeyOf = (raw: string): KeyObject =>
  createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw, 'base64').toString('base64url') },
    format: 'jwk',
  });

const sha256 = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** The check that anybody can make of a receipt: RFC 9162 section 2.1.3.2 from the statement to the root, then the signature. */
export function isGenuine({ batch, sig, ...statement }: SignedReceipt, key: KeyObject): boolean {
  let hash = sha256(Buffer.of(0), Buffer.from(canonicalJson(statement)));
  let [fn, sn] = [batch.index, batch.size - 1];
  if (fn > sn) return false;
  for (const step of batch.path) {
    if (sn === 0) return false;
    const sibling = Buffer.from(step, 'hex');
    if (fn % 2 === 1 || fn === sn) {
      hash = sha256(Buffer.of(1), sibling, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else hash = sha256(Buffer.of(1), hash, sibling);
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  const group = { root: hash.toString('hex'), size: batch.size, type: 'receipts', v: 1 };
  return sn === 0 && verify(null, Buffer.from(canonicalJson(group)), key, Buffer.from(sig, 'hex'));
}
