import { describe, expect, test } from '@jest/globals';
import { CRYPTOPRO_XCHA, bytesToNumber, isOnCurve, numberToBytes, publicPoint, sign, verify } from './curve.ts';
import type { Curve } from './curve.ts';
import { streebog } from './streebog.ts';

const M1 = Buffer.from(`${'0123456789'.repeat(6)}012`);
const hash = (text: string | Uint8Array) => streebog(Buffer.from(text)).toString('hex');

describe('Streebog', () => {
  test.each([
    ['empty', Buffer.alloc(0), '3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb'],
    ['M1 of RFC 6986', M1, '9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500'],
  ])('256 bit of %s', (_name, message, digest) => expect(hash(message)).toBe(digest));

  test('512 bit of M1 is the value of RFC 6986 section 10.1.1, byte-reversed', () => {
    const printed =
      '486f64c1917879417fef082b3381a4e211c324f074654c38823a7b76f830ad00fa1fbae42b1285c0352f227524bc9ab16254288dd6863dccd5b9f54a1ad0541b';
    expect(streebog(M1, 512).toReversed()).toEqual(Uint8Array.from(Buffer.from(printed, 'hex')));
  });
});

/** The example of RFC 7091 section 7.1. */
const EXAMPLE: Curve = {
  p: 0x8000000000000000000000000000000000000000000000000000000000000431n,
  a: 7n,
  b: 0x5fbff498aa938ce739b8e022fbafef40563f6e6a3472fc2a514c0ce9dae23b7en,
  q: 0x8000000000000000000000000000000150fe8a1892976154c59cfc193accf5b3n,
  x: 2n,
  y: 0x8e2a8a0e65147d4bd6316030e16d19c85c97f0a9ca267122b96abbcea7e8fc8n,
};
const KEY = 0x7a929ade789bb9be10ed359dd39a72c11b60961f49397eee1d19ce9891ec3b28n;
const DIGEST = numberToBytes(0x2dfbc1b372d89a1188c09c52e0eec61fce52032ab1022e8e67ece6672b043ee5n).toReversed();
const K = 0x77105c9b20bcd3122823c8cf6fcc7b956de33814e95b7fe64fed924594dceab3n;

describe('GOST R 34.10-2012', () => {
  test('reproduces the example of RFC 7091', () => {
    const signature = sign(EXAMPLE, KEY, DIGEST, K)!;
    expect(signature.subarray(32).toString('hex')).toBe(
      '41aa28d2f1ab148280cd9ed56feda41974053554a42767b83ad043fd39dc0493',
    );
    expect(signature.subarray(0, 32).toString('hex')).toBe(
      '01456c64ba4642a1653c235a98a60249bcd6d3f746b631df928014f6c5bf9c40',
    );
    expect(verify(EXAMPLE, publicPoint(EXAMPLE, KEY), DIGEST, signature)).toBe(true);
  });

  test('the base point lies on the curve that ESIA uses, and a moved one does not', () => {
    expect(isOnCurve(CRYPTOPRO_XCHA, CRYPTOPRO_XCHA)).toBe(true);
    expect(isOnCurve(CRYPTOPRO_XCHA, { x: 1n, y: CRYPTOPRO_XCHA.y + 1n })).toBe(false);
  });
});

describe('a secret made by OpenSSL for v2/ac', () => {
  const common = [
    'TESTREGION',
    'openid fullname snils',
    '2026.11.21 20:00:00 +0000',
    '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  ] as const;
  const redirect = 'https://id.example.org/esia/callback';
  const [client, scope, timestamp, state] = common;
  const v1 = scope + timestamp + client + state;
  const v2 = client + scope + timestamp + state + redirect;
  const v3 = `${v2}CODE-1`;
  const signature = Buffer.from(
    'e4p4q_pyIJXbQ1cEVWgdFyxeTEtpZlzMsyHrPQ_FTKO9_Fhnkd0jqofNoIeXEdVpxmounnmCjs-RwNAv7PnTDw',
    'base64url',
  );
  const key = {
    x: 0xac4635157a049fe654dacbec704f8c436aa8b6886c9d9256dec45b24b81bdd65n,
    y: 0x61c11974e6e316b7e966d39b890f6e64e39d1b62c2721d5fa32c379daee2ad45n,
  };
  const check = (text: string, wire: Uint8Array) => verify(CRYPTOPRO_XCHA, key, streebog(Buffer.from(text)), wire);

  test('verifies', () => expect(check(v2, signature)).toBe(true));

  test.each([
    ['the v1 order', v1, signature],
    ['the v3 string', v3, signature],
    ['swapped halves', v2, Buffer.concat([signature.subarray(32), signature.subarray(0, 32)])],
    ['reversed bytes', v2, signature.toReversed()],
    ['half a signature', v2, signature.subarray(0, 32)],
    ['zeros', v2, Buffer.alloc(64)],
  ])('fails for %s', (_name, text, wire) => expect(check(text, wire)).toBe(false));

  test('fails for a big-endian digest and for a key off the curve', () => {
    const digest = streebog(Buffer.from(v2));
    expect(verify(CRYPTOPRO_XCHA, key, digest.toReversed(), signature)).toBe(false);
    expect(verify(CRYPTOPRO_XCHA, { ...key, y: key.y ^ 1n }, digest, signature)).toBe(false);
  });

  test('fails for any flipped bit of a sample', () => {
    for (let bit = 0; bit < 512; bit += 37) {
      const flipped = Buffer.from(signature);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(check(v2, flipped)).toBe(false);
    }
  });

  test('numbers survive the way to bytes', () => expect(bytesToNumber(numberToBytes(255n))).toBe(255n));
});
