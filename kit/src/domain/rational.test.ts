import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Rounding } from './rational.ts';
import { add, compare, div, mul, parseRational, rational, sub, toDecimalString } from './rational.ts';

const fraction = fc
  .tuple(fc.bigInt({ min: -10_000n, max: 10_000n }), fc.bigInt({ min: 1n, max: 10_000n }))
  .map(([n, d]) => rational(n, d));

describe('exact arithmetic', () => {
  test('lowest terms, positive denominator', () => {
    expect(rational(6n, -4n)).toEqual({ n: -3n, d: 2n });
    expect(rational(0n, 5n)).toEqual({ n: 0n, d: 1n });
  });

  test('a third three times is one', () => {
    const third = rational(1n, 3n);
    expect(add(add(third, third), third)).toEqual(rational(1n));
  });

  test('sub undoes add and div undoes mul', () => {
    fc.assert(
      fc.property(fraction, fraction, (a, b) => {
        expect(sub(add(a, b), b)).toEqual(a);
        if (b.n !== 0n) expect(div(mul(a, b), b)).toEqual(a);
        expect(compare(a, b)).toBe(-compare(b, a) + 0);
      }),
    );
  });

  test('division by zero is refused', () => {
    expect(() => div(rational(1n), rational(0n))).toThrow(RangeError);
  });

  test('text', () => {
    expect(parseRational('12.375')).toEqual({ n: 99n, d: 8n });
    expect(parseRational('-3')).toEqual({ n: -3n, d: 1n });
    for (const text of ['', '.5', '1.', '1/2', '1e2']) expect(() => parseRational(text)).toThrow(RangeError);
  });
});

describe('rounding', () => {
  test.each<[string, number, Rounding, string]>([
    ['2.5', 0, 'half-up', '3'],
    ['-2.5', 0, 'half-up', '-3'],
    ['2.5', 0, 'half-even', '2'],
    ['3.5', 0, 'half-even', '4'],
    ['2.345', 2, 'half-up', '2.35'],
    ['2.344', 2, 'half-up', '2.34'],
    ['-0.004', 2, 'half-up', '0.00'],
    ['-2.1', 0, 'floor', '-3'],
    ['-2.9', 0, 'ceil', '-2'],
    ['2.1', 0, 'ceil', '3'],
    ['-2.9', 0, 'truncate', '-2'],
    ['0.05', 3, 'half-up', '0.050'],
  ])('%s to %d places, %s: %s', (text, places, mode, expected) => {
    expect(toDecimalString(parseRational(text), places, mode)).toBe(expected);
  });

  test('two thirds', () => {
    expect(toDecimalString(rational(2n, 3n), 2, 'half-up')).toBe('0.67');
  });
});
