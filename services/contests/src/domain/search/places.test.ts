import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CHUNK, noBits, setBit } from './bits.ts';
import { Places } from './places.ts';

const part = (chunk: number, numbers: readonly number[]) => {
  const bits = noBits();
  for (const one of numbers) setBit(bits, one);
  return { chunk, bits };
};
const numbers = fc.uniqueArray(fc.nat(CHUNK - 1), { maxLength: 40 });

test('a page of places is that part of all of them, part after part, the newest of each first', () => {
  fc.assert(
    fc.property(fc.array(numbers, { maxLength: 5 }), fc.nat(200), fc.nat(60), (lists, from, size) => {
      const places = new Places(lists.map((list, chunk) => part(chunk, list)));
      const all = lists.flatMap((list, chunk) => list.toSorted((a, b) => b - a).map((at) => chunk * CHUNK + at));
      expect(places.length).toBe(all.length);
      expect(places.slice(from, from + size)).toEqual(all.slice(from, from + size));
    }),
    { numRuns: 100 },
  );
});

test('nothing found is no place', () => {
  expect(new Places([]).length).toBe(0);
  expect(new Places([part(3, [])]).slice(0, 20)).toEqual([]);
});
