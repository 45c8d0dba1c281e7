import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkContacts, normaliseEmail, normalisePhone } from './contacts.ts';

describe('telephone', () => {
  test.each([
    ['+79123456789', '+79123456789'],
    ['8 (912) 345-67-89', '+79123456789'],
    ['+7 (912) 345-67-89', '+79123456789'],
    ['7 912 345 67 89', '+79123456789'],
    ['9123456789', '+79123456789'],
    ['8(34676)2‑11‑00', '+73467621100'],
    ['8 (3466) 24-15-16', '+73466241516'],
    [' 8.912.345.67.89 ', '+79123456789'],
    ['+7 (000) 0000000', null],
    ['+7 701 234 56 78', null],
    ['+1 912 345 67 89', null],
    ['891234567890', null],
    ['8912345678', null],
    ['8912345678O', null],
    ['++79123456789', null],
    ['', null],
  ])('%s', (text, expected) => {
    expect(normalisePhone(text)).toBe(expected);
  });

  test('a normalised number stays as it is, whatever separators came in', () => {
    const digits = fc.stringMatching(/^[34589]\d{9}$/);
    const gap = fc.constantFrom('', ' ', '-', ' (', ') ');
    fc.assert(
      fc.property(digits, gap, fc.constantFrom('+7', '8', '7'), (number, between, start) => {
        const spelled = start + between + number.slice(0, 3) + between + number.slice(3);
        expect(normalisePhone(spelled)).toBe(`+7${number}`);
        expect(normalisePhone(`+7${number}`)).toBe(`+7${number}`);
      }),
    );
  });
});

describe('e-mail', () => {
  test.each([
    ['maria@example.ru', 'maria@example.ru'],
    [' Maria.Petrova+veche@Example.RU ', 'Maria.Petrova+veche@example.ru'],
    ['мария@почта.рф', 'мария@почта.рф'],
    ['a@b.co', 'a@b.co'],
    ['maria', null],
    ['maria@', null],
    ['@example.ru', null],
    ['maria@localhost', null],
    ['maria@example..ru', null],
    ['.maria@example.ru', null],
    ['ma..ria@example.ru', null],
    ['ma ria@example.ru', null],
    ['maria@-example.ru', null],
    ['a@b@example.ru', null],
    ['maria@example.ru\nBcc: x@y.ru', null],
    [`${'a'.repeat(65)}@example.ru`, null],
    [`a@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(60)}.ru`, null],
  ])('%s', (text, expected) => {
    expect(normaliseEmail(text)).toBe(expected);
  });
});

test('null, absent and empty remove a contact; the first wrong one is named', () => {
  expect(checkContacts({})).toEqual({ ok: true, contacts: {} });
  expect(checkContacts({ email: null, phone: ' ' })).toEqual({ ok: true, contacts: {} });
  expect(checkContacts({ email: 'a@b.ru', phone: '89123456789' })).toEqual({
    ok: true,
    contacts: { email: 'a@b.ru', phone: '+79123456789' },
  });
  expect(checkContacts({ email: 'x', phone: 'y' })).toMatchObject({
    rejection: { code: 'EMAIL_INVALID', path: ['email'] },
  });
  expect(checkContacts({ phone: 'y' })).toMatchObject({
    rejection: { code: 'PHONE_INVALID', path: ['phone'] },
  });
});
