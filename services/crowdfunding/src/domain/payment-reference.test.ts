import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isPaymentReference, paymentReference } from './payment-reference.ts';

const reference = fc
  .tuple(fc.integer({ min: 2020, max: 2099 }), fc.integer({ min: 1, max: 9_999_999 }))
  .map(([year, number]) => paymentReference(year, number));

test('has the shape a person can copy', () => {
  expect(paymentReference(2026, 123)).toMatch(/^2026-000123-\d$/);
  expect(paymentReference(2026, 1_234_567)).toMatch(/^2026-1234567-\d$/);
});

test('Damm digit of the published example: 572 has 4', () => {
  // 0572 keeps an interim digit of 0 for leading zeros, so the year may be anything that ends in the example.
  expect(isPaymentReference('0000-000572-4')).toBe(true);
  expect(isPaymentReference('0000-000572-7')).toBe(false);
});

test('a whole reference is accepted', () => {
  fc.assert(fc.property(reference, (text) => expect(isPaymentReference(text)).toBe(true)));
});

test('every wrong digit is found', () => {
  fc.assert(
    fc.property(reference, fc.nat(), fc.integer({ min: 1, max: 9 }), (text, place, shift) => {
      const places = [...text].flatMap((char, index) => (char === '-' ? [] : [index]));
      const at = places[place % places.length]!;
      const wrong = String((Number(text[at]) + shift) % 10);
      expect(isPaymentReference(text.slice(0, at) + wrong + text.slice(at + 1))).toBe(false);
    }),
  );
});

test('every swap of different neighbours is found', () => {
  fc.assert(
    fc.property(reference, fc.nat(), (text, place) => {
      const digits = text.replaceAll('-', '');
      const at = place % (digits.length - 1);
      fc.pre(digits[at] !== digits[at + 1]);
      const swapped = digits.slice(0, at) + digits[at + 1] + digits[at] + digits.slice(at + 2);
      const spelled = `${swapped.slice(0, 4)}-${swapped.slice(4, -1)}-${swapped.at(-1)}`;
      expect(isPaymentReference(spelled)).toBe(false);
    }),
  );
});

test.each(['', '2026-123-4', '2026000123-7', '26-000123-7', 'abcd-000123-7'])('%s has another shape', (text) => {
  expect(isPaymentReference(text)).toBe(false);
});
