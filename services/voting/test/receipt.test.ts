import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { leafOf } from '../src/crypto.ts';
import { recordText } from '../src/domain/record.ts';
import { receiptOf, signReceipts } from '../src/box/receipt.ts';
import type { StoredBallot } from '../src/store.ts';
import { isGenuine, type SignedReceipt } from './check-receipt.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const RULE = 'ab'.repeat(32);

function ballot(n: number): StoredBallot {
  const contest = 'конкурс "2026"';
  const tag = n.toString(16).padStart(32, '0');
  const record = recordText({ choices: ['"rule":"A', 'B'], contest, nonce: '0'.repeat(32), rev: 1, rule: RULE, tag });
  const acceptedAt = new Date(1_790_000_000_999);
  const plain = { _id: `${n}`, contest, rev: 1, key: `key-${n}`, channel: 'online', proof: '' };
  return { ...plain, record, leaf: leafOf(record), acceptedAt };
}

test.each([1, 2, 3, 5, 31, 32, 33, 70])('%d ballots written together have each a receipt of its own', (count) => {
  const ballots = Array.from({ length: count }, (_, n) => ballot(n));
  signReceipts(ballots, privateKey);
  const receipts = ballots.map((one) => JSON.parse(receiptOf(one, 'no record').signed) as SignedReceipt);
  const stranger = generateKeyPairSync('ed25519').publicKey;
  for (const [n, receipt] of receipts.entries()) {
    expect(receipt.batch.size).toBeLessThanOrEqual(32);
    expect(isGenuine(receipt, publicKey)).toBe(true);
    expect(isGenuine(receipt, stranger)).toBe(false);
    expect(isGenuine({ ...receipt, leaf: ballots[(n + 1) % count]!.leaf }, publicKey)).toBe(count === 1);
    expect(isGenuine({ ...receipt, batch: { ...receipt.batch, index: receipt.batch.index + 1 } }, publicKey)).toBe(
      false,
    );
  }
});

test('the signed text is canonical and says what the receipt says', () => {
  const one = ballot(7);
  signReceipts([one], privateKey);
  const { signed, ...receipt } = receiptOf(one, 'no record');
  expect(signed).toBe(canonicalJson(JSON.parse(signed)));
  expect(receipt.includeBy).toEqual(new Date(1_790_000_060_000));
  expect(JSON.parse(signed)).toMatchObject({
    batch: { index: 0, path: [], size: 1 },
    code: receipt.code,
    contest: one.contest,
    includeBy: 1_790_000_060,
    leaf: one.leaf,
    rev: 1,
    rule: RULE,
    type: 'receipt',
    v: 1,
  });
  expect(one.record).toBe(canonicalJson(JSON.parse(one.record)));
});
