import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { roublesOf, typeset } from './typography.ts';

const shown = (text: string): string => typeset(text).replaceAll('\u00A0', '~');

test.each<[string, string]>([
  ['Проект "Сквер у школы" и "Двор"', 'Проект «Сквер у~школы» и~«Двор»'],
  ['("Мир")', '(«Мир»)'],
  ['Киров - город', 'Киров~— город'],
  ['детская-площадка', 'детская-площадка'],
  ['№ 15 и №7', '№~15 и~№~7'],
  ['собрано 1 250 000 руб. и 30 % от цены', 'собрано 1~250~000~руб. и~30~% от~цены'],
  ['А. С. Пушкин, А.С. Пушкин', 'А.~С.~Пушкин, А.~С.~Пушкин'],
  ['в доме на улице', 'в~доме на~улице'],
  ['слово в', 'слово в'],
])('%s', (text, expected) => expect(shown(text)).toBe(expected));

test('twice is once, and nothing but marks and spaces changes', () => {
  const letters = fc.constantFrom(...'абвАБ "-—.№123 руб%«»'.split(''));
  fc.assert(
    fc.property(fc.string({ unit: letters, maxLength: 60 }), (text) => {
      const once = typeset(text);
      expect(typeset(once)).toBe(once);
      const bare = (one: string) => one.replace(/[\s\u00A0"«»—–-]/g, '');
      expect(bare(once)).toBe(bare(text));
    }),
    { numRuns: 2000 },
  );
});

test('sums', () => {
  const sum = (kopecks: bigint) => roublesOf(kopecks).replaceAll('\u00A0', '~');
  expect([0n, 5n, 1_00n, 1_234_567_89n, -10_00n].map(sum)).toEqual([
    '0,00~руб.',
    '0,05~руб.',
    '1,00~руб.',
    '1~234~567,89~руб.',
    '−10,00~руб.',
  ]);
});
