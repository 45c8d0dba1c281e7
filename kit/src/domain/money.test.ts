import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatMoney, parseMoney, shareOf } from './money.ts';

describe('money as text', () => {
  test.each([
    ['0', 0n],
    ['1234.56', 123_456n],
    ['1234.5', 123_450n],
    ['-0.01', -1n],
    ['999999999999999.99', 99_999_999_999_999_999n],
  ])('%s is %s kopecks', (text, kopecks) => {
    expect(parseMoney(text)).toBe(kopecks);
  });

  test.each(['', '1,5', '1.234', '.5', '1e3', ' 1', '1 000', '+1', '1.', '٣'])('%j is refused', (text) => {
    expect(() => parseMoney(text)).toThrow(RangeError);
  });

  test('what is formatted is parsed back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }), (kopecks) => {
        expect(parseMoney(formatMoney(kopecks))).toBe(kopecks);
      }),
    );
  });
});

describe('shares', () => {
  test('an unspent sum among payers: the example of the refund rule', () => {
    const payments = ['15000.00', '7000.00', '3333.33'].map(parseMoney);
    expect(shareOf(parseMoney('1000.00'), payments).map(formatMoney)).toEqual(['592.10', '276.32', '131.58']);
  });

  test('equal remainders: the earlier gets the kopeck', () => {
    expect(shareOf(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
  });

  test('add up to the total, and none is a kopeck away from its exact share', () => {
    const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 14n }), weights, (total, parts) => {
        const sum = parts.reduce((a, b) => a + b, 0n);
        fc.pre(sum > 0n);
        const shares = shareOf(total, parts);
        expect(shares.reduce((a, b) => a + b, 0n)).toBe(total);
        shares.forEach((share, index) => {
          const difference = share * sum - total * parts[index]!;
          expect(difference < sum && difference > -sum).toBe(true);
        });
      }),
    );
  });

  test('nothing to share by is refused', () => {
    expect(() => shareOf(1n, [])).toThrow(RangeError);
    expect(() => shareOf(1n, [0n])).toThrow(RangeError);
    expect(() => shareOf(1n, [2n, -1n])).toThrow(RangeError);
  });
});
