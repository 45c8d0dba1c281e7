import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  CHUNK,
  clearBit,
  countBits,
  intersect,
  noBits,
  pack,
  positions,
  setBit,
  unite,
  unpack,
  type Bits,
} from './bits.ts';

const numbers = fc.uniqueArray(fc.nat(CHUNK - 1), { maxLength: 3000, size: 'max' });
const bitsOf = (list: readonly number[]): Bits => {
  const bits = noBits();
  for (const one of list) setBit(bits, one);
  return bits;
};
const descending = (list: Iterable<number>) => [...list].sort((a, b) => b - a);

test('what is packed comes out again, few or many', () => {
  fc.assert(
    fc.property(numbers, (list) => {
      const data = pack(bitsOf(list));
      expect(data.byteLength).toBe(list.length > 1024 ? 4096 : list.length * 2);
      expect(positions(unpack(data))).toEqual(descending(list));
      expect(countBits(unpack(data))).toBe(list.length);
    }),
    { numRuns: 50 },
  );
});

test('both, either and without are those of sets', () => {
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const right = new Set(b);
      expect(positions(intersect(bitsOf(a), bitsOf(b)))).toEqual(descending(a.filter((one) => right.has(one))));
      expect(positions(unite(bitsOf(a), bitsOf(b)))).toEqual(descending(new Set([...a, ...b])));
      const rest = bitsOf(a);
      for (const one of b) clearBit(rest, one);
      expect(positions(rest)).toEqual(descending(a.filter((one) => !right.has(one))));
    }),
    { numRuns: 50 },
  );
});
