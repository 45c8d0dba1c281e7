import { expect, test } from '@jest/globals';
import { BLOCKS, BLOCK_PARTS, SHARED_FIELDS, blockOf, blocksOffBy, scopesFor, withDependent } from './blocks.ts';

test('a root field belongs to one block at most, one that blocks share to the block of its texts', () => {
  const fields = BLOCKS.flatMap((block) => BLOCK_PARTS[block].fields);
  expect(new Set(fields).size).toBe(fields.length);
  for (const block of BLOCKS)
    for (const field of BLOCK_PARTS[block].fields) expect(blockOf(field, undefined)).toBe(block);
  expect(SHARED_FIELDS.map((field) => blockOf(field, 'COMMENT'))).toEqual(['COMMENTS', 'COMMENTS', 'COMMENTS']);
  expect(blockOf('moderate', 'IDEA')).toBe('IDEAS');
  expect(blockOf('moderate', undefined)).toBeNull();
  expect(blockOf('contest', 'IDEA')).toBeNull();
});

test('a menu offers root fields of its own block', () => {
  for (const block of BLOCKS)
    for (const field of Object.keys(BLOCK_PARTS[block].menu))
      expect(blockOf(field, BLOCK_PARTS[block].textsOf)).toBe(block);
});

test('what stands on a block goes with it', () => {
  expect(withDependent(['IDEAS'])).toEqual(['IDEAS', 'PROBLEMS']);
  expect(withDependent(['PROBLEMS', 'CROWDFUNDING'])).toEqual(['PROBLEMS', 'CROWDFUNDING']);
  expect(withDependent([])).toEqual([]);
});

test('the version in force of each scope decides; what a wider one switched off no narrower one brings back', () => {
  const at = (day: number) => new Date(Date.UTC(2026, 2, day));
  const region = [
    { effectiveFrom: at(1), blocksOff: ['MEETINGS'] },
    { effectiveFrom: at(10), blocksOff: ['COMMENTS', 'OF_ANOTHER_RELEASE'] },
  ];
  const city = [{ effectiveFrom: at(5), blocksOff: [] }];
  const settlement = [{ effectiveFrom: at(5), blocksOff: ['IDEAS'] }];
  const off = (day: number) => blocksOffBy([region, city, settlement], at(day));
  expect([off(1), off(5), off(10)]).toEqual([
    ['MEETINGS'],
    ['IDEAS', 'PROBLEMS', 'MEETINGS'],
    ['IDEAS', 'PROBLEMS', 'COMMENTS'],
  ]);
  expect(scopesFor({ oktmo: '71876000101', contestId: 'c' })).toEqual(
    expect.arrayContaining(['00000000', '71000000', '71876000', '71876000101', 'c']),
  );
});
