import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cipherOf, dataKey, keyIdOf } from './cipher.ts';

const [old, young] = [dataKey(randomBytes(32)), dataKey(randomBytes(32))];
const cipher = cipherOf([young]);
const place = { personId: 'a', field: 'name' } as const;

describe('sealed field', () => {
  test('opens to what was sealed and never looks the same twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const one = cipher.seal(place, text);
        expect(cipher.open(place, one)).toBe(text);
        expect(cipher.seal(place, text)).not.toBe(one);
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ['another person', { ...place, personId: 'b' }],
    ['another field', { ...place, field: 'email' as const }],
  ])('does not open for %s', (_name, elsewhere) => {
    expect(() => cipher.open(elsewhere, cipher.seal(place, 'Мария'))).toThrow();
  });

  test('does not open when a single bit was changed or it was cut', () => {
    const sealed = cipher.seal(place, 'Мария');
    const bytes = Buffer.from(sealed.slice(9), 'base64url');
    for (const at of [0, 12, bytes.length - 1]) {
      const altered = Buffer.from(bytes);
      altered[at]! ^= 1;
      expect(() => cipher.open(place, `${young.id}.${altered.toString('base64url')}`)).toThrow();
    }
    expect(() => cipher.open(place, sealed.slice(0, 20))).toThrow();
  });
});

describe('rotation', () => {
  const before = cipherOf([old]).seal(place, 'Мария');
  const both = cipherOf([young, old]);

  test('what the old key sealed opens, new values use the new key', () => {
    expect(both.open(place, before)).toBe('Мария');
    expect(keyIdOf(both.seal(place, 'x'))).toBe(young.id);
  });

  test('resealing moves a value to the new key once', () => {
    const moved = both.reseal(place, before);
    expect(keyIdOf(moved)).toBe(young.id);
    expect(cipher.open(place, moved)).toBe('Мария');
    expect(both.reseal(place, moved)).toBe(moved);
  });

  test('without the old key its values stay shut', () => {
    expect(() => cipher.open(place, before)).toThrow(`no key ${old.id}`);
  });
});

test('a fingerprint tells inputs apart and depends on the key', () => {
  expect(cipher.fingerprint(['a', null])).toBe(cipher.fingerprint(['a', null]));
  expect(cipher.fingerprint(['a', null])).not.toBe(cipher.fingerprint([null, 'a']));
  expect(cipher.fingerprint(['a', null])).not.toBe(cipherOf([old]).fingerprint(['a', null]));
});

test.each([0, 16, 31, 33])('a key of %s bytes is refused', (length) => {
  expect(() => dataKey(randomBytes(length))).toThrow('32 bytes');
});

test('a cipher needs a key', () => {
  expect(() => cipherOf([])).toThrow();
});
