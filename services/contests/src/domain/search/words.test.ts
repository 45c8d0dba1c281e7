import { describe, expect, test } from '@jest/globals';
import { stemOf, stemsOf, wordsOf } from './words.ts';

describe('forms of one word have one stem', () => {
  test.each([
    ['детская', 'детских', 'детскую', 'детской'],
    ['площадка', 'площадок', 'площадкой', 'площадками'],
    ['дорожка', 'дорожек', 'дорожкам'],
    ['скамейка', 'скамеек', 'скамейки'],
    ['остановка', 'остановок', 'остановке'],
    ['участок', 'участка', 'участков'],
    ['ёлка', 'елок', 'ёлки'],
    ['сердце', 'сердец'],
    ['благоустройство', 'благоустройства', 'благоустройством'],
    ['район', 'района', 'районам'],
  ])('%s', (...forms) => {
    expect(new Set(forms.map((form) => stemOf(wordsOf(form)[0]!))).size).toBe(1);
  });
});

test('words of other roots stay apart', () => {
  const stems = ['площадка', 'площадь', 'школа', 'школьник', 'сквер', 'скверный', 'дорога', 'дорожка'].map(stemOf);
  expect(new Set(stems).size).toBe(stems.length);
});

test('a text is cut into words without those that tell nothing', () => {
  expect(wordsOf('Ёлка и ГОРКА во дворе — №5!')).toEqual(['елка', 'горка', 'дворе', '5']);
  expect(wordsOf('а'.repeat(41))).toEqual([]);
  expect(wordsOf('раз два три', 2)).toEqual(['раз', 'два']);
  expect(stemsOf('Детская площадка у детских площадок')).toEqual([stemOf('детская'), stemOf('площадка')]);
});
