import { createHmac, createSecretKey } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { sha256Hex } from '@veche/kit';
import { leafOf, tagOf, tagText } from '../crypto.ts';
import { leafPrefix, recordText, trackingCode } from './record.ts';

// Vectors of the reference: key bytes 00..1f, contest demo-2026.
const KEY = createSecretKey(Uint8Array.from({ length: 32 }, (_, index) => index));
const RULE = {
  ballot: { maxLen: 3, minLen: 1, type: 'approval' },
  onUnaffordable: 'skip',
  order: 'score',
  tieBreak: ['lowerCost', 'moreVotes', 'earlierApplication', 'publicLot'],
  version: 1,
};
const RULE_HASH = '36da5d595c9ac95c6eb060c29c59f2617966ce6279282aa6f8937eec17e2d5d8';

test('hash of the rule object', () => {
  expect(sha256Hex(canonicalJson(RULE))).toBe(RULE_HASH);
});

describe('ballot records', () => {
  test.each([
    [
      '1000000001',
      1,
      ['D', 'E'],
      '00112233445566778899aabbccddeeff',
      '37b46e6c9edfbc3545412efdb3073621',
      '9f3f8602b3281c03fb80af4f13c6004ec4c11a4c14e3ef03f658a6f01861c7cd',
      'KWZR-C0NK-50E0-7YW0-9',
    ],
    [
      '1000000002',
      1,
      ['C'],
      '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
      '721751b122cfeef74049736aadeb5538',
      '740c023cdb498b1f9119baa2d396229ee4fd99add96802df6e1713e40daf66b7',
      'EG60-4F6V-965H-Z48S-D',
    ],
    [
      '1000000003',
      1,
      ['A', 'E', 'F'],
      'ffffffffffffffff0000000000000000',
      '3fcee60371ea115ae95a22b6146b8217',
      'f69d8b5207db9ace28d1d9e4f2dd6378826107c3e28d0eb4a845b49393b64fe1',
      'YTER-PMG7-VEDC-WA6H-W',
    ],
    [
      '1000000001',
      2,
      ['C', 'E'],
      '11111111111111111111111111111111',
      '37b46e6c9edfbc3545412efdb3073621',
      'd9d1a1b4d45da717a3af575b061e5232ee14136d4154f38fe1241dd8e0072f01',
      'V78T-3D6M-BPKH-F8XF-6',
    ],
    [
      '1000000004',
      1,
      ['B'],
      '22222222222222222222222222222222',
      'cfc4070ff81fcdd13a0bc056d129ef3d',
      '8784d78fd7b4c2e39b07bb0400255fc8c0c266ce1d7fafdf9dce25bfc1acbc07',
      'GY2D-F3YQ-PK1E-76R7-2',
    ],
  ])('voter %s, revision %i', (voter, rev, choices, nonce, tag, leaf, code) => {
    expect(tagOf(createHmac('sha256', KEY).update(tagText(voter)).digest('hex'))).toBe(tag);
    const record = recordText({ choices, contest: 'demo-2026', nonce, rev, rule: RULE_HASH, tag });
    expect(leafOf(record)).toBe(leaf);
    expect(trackingCode(leaf)).toBe(code);
    expect(leafPrefix(code)).toBe(leaf.slice(0, 20));
  });

  test('a code is read as people write it', () => {
    expect(leafPrefix('kwzr conk 5oeo 7ywo 9')).toBe('9f3f8602b3281c03fb80');
  });

  test.each(['KWZR-C0NK-50E0-7YW0-8', 'KWZR-C0NK-50E0-7YW0', 'WKZR-C0NK-50E0-7YW0-9', '', 'U'.repeat(17)])(
    '%s is no code',
    (code) => {
      expect(leafPrefix(code)).toBeNull();
    },
  );
});
