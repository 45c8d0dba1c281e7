import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formAfter, numberInWords, sumInWords, type Gender } from './number-words.ts';

test.each<[bigint, string]>([
  [0n, 'Ноль рублей 00 копеек'],
  [1n, 'Ноль рублей 01 копейка'],
  [100n, 'Один рубль 00 копеек'],
  [2_02n, 'Два рубля 02 копейки'],
  [11_11n, 'Одиннадцать рублей 11 копеек'],
  [21_21n, 'Двадцать один рубль 21 копейка'],
  [114_14n, 'Сто четырнадцать рублей 14 копеек'],
  [1_000_00n, 'Одна тысяча рублей 00 копеек'],
  [2_042_50n, 'Две тысячи сорок два рубля 50 копеек'],
  [1_200_000_50n, 'Один миллион двести тысяч рублей 50 копеек'],
  [921_000_112_00n, 'Девятьсот двадцать один миллион сто двенадцать рублей 00 копеек'],
  [2_000_000_000_00n, 'Два миллиарда рублей 00 копеек'],
])('%s kopecks: %s', (kopecks, words) => expect(sumInWords(kopecks)).toBe(words));

test('a negative sum has no words', () => {
  expect(() => sumInWords(-100n)).toThrow(RangeError);
  expect(() => numberInWords(10n ** 15n, 'm')).toThrow(RangeError);
});

/** Reads words back: values of the words are added up within a class, classes multiply. Written from the grammar and not from the code. */
function valueOf(words: string): bigint {
  const values: Record<string, number> = {};
  const name = (text: string, from: number, step = 1) =>
    text.split(' ').forEach((word, index) => (values[word] = from + index * step));
  name(
    'один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать',
    1,
  );
  name('двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто сто', 20, 10);
  name('двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот', 200, 100);
  Object.assign(values, { ноль: 0, одна: 1, одно: 1, две: 2 });
  const classes: [RegExp, bigint][] = [
    [/^тысяч[аи]?$/, 1000n],
    [/^миллион(а|ов)?$/, 10n ** 6n],
    [/^миллиард(а|ов)?$/, 10n ** 9n],
    [/^триллион(а|ов)?$/, 10n ** 12n],
  ];
  let [total, group] = [0n, 0n];
  for (const word of words.split(' ')) {
    const multiplier = classes.find(([pattern]) => pattern.test(word))?.[1];
    if (multiplier) [total, group] = [total + group * multiplier, 0n];
    else if (word in values) group += BigInt(values[word]!);
    else throw new Error(`unknown word ${word}`);
  }
  return total + group;
}

test('words read back are the number, in every gender', () => {
  const genders = fc.constantFrom<Gender>('m', 'f', 'n');
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 15n - 1n), genders, (number, gender) => {
      expect(valueOf(numberInWords(number, gender))).toBe(number);
    }),
  );
});

test('the gender is heard in the last one and two only', () => {
  for (const number of [1n, 21n, 101n, 1_000_001n])
    expect((['m', 'f', 'n'] as const).map((gender) => numberInWords(number, gender).split(' ').at(-1))).toEqual([
      'один',
      'одна',
      'одно',
    ]);
  expect(numberInWords(2n, 'n')).toBe('два');
  expect(numberInWords(11n, 'f')).toBe('одиннадцать');
});

test('the form of the noun repeats by hundreds and is the third from 11 to 14', () => {
  const forms = ['1', '2', '5'] as const;
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 12n), (number) => {
      expect(formAfter(number, forms)).toBe(formAfter(number + 100n, forms));
      expect(formAfter(number * 100n + 12n, forms)).toBe('5');
    }),
  );
});
