import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nearStems } from './near.ts';
import { stemOf } from './words.ts';

const KNOWN = ['детская', 'площадка', 'благоустройство', 'сквер', 'остановка', 'освещение', 'дорога'];

/** A word with one letter wrong, in each of the four ways. */
const spoiled = fc
  .tuple(
    fc.constantFrom(...KNOWN),
    fc.nat(20),
    fc.constantFrom('drop', 'add', 'other', 'swap'),
    fc.constantFrom(...'абвгдеиклмнопрст'),
  )
  .map(([word, place, way, letter]) => {
    const at = place % word.length;
    const [before, after] = [word.slice(0, at), word.slice(at)];
    if (way === 'drop') return [word, before + after.slice(1)] as const;
    if (way === 'add') return [word, before + letter + after] as const;
    if (way === 'other') return [word, before + letter + after.slice(1)] as const;
    return [word, before + (after[1] ?? '') + after[0]! + after.slice(2)] as const;
  });

test('a word with one letter wrong is near the right one', () => {
  fc.assert(
    fc.property(spoiled, ([word, typed]) => {
      const stems = [stemOf(typed), ...nearStems(typed)];
      expect(typed.length < 4 ? stemOf(word) : stems).toContain(stemOf(word));
    }),
    { numRuns: 300 },
  );
});

test('two letters wrong are too many, and short words have none near', () => {
  expect(nearStems('плащатка')).not.toContain(stemOf('площадка'));
  expect(nearStems('дом')).toEqual([]);
  expect(nearStems('wifi')).toEqual([]);
});
