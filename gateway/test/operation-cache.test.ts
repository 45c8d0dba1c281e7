import { expect, test } from '@jest/globals';
import { OF_ENTRY, OperationCache } from '../src/operation-cache.ts';

const HALF = 50;
/** An entry without a value takes one of its places. */
const cacheOf = () => new OperationCache<string>(2 * HALF * OF_ENTRY, (value) => value.length * OF_ENTRY);
const askTwice = async (cache: OperationCache<string>, key: string, value: string): Promise<void> => {
  await cache.set(key, value);
  await cache.set(key, value);
};

test('nothing of one that comes once', async () => {
  const cache = cacheOf();
  await cache.set('a', 'once');
  expect(await cache.get('a')).toBeUndefined();
  await cache.set('a', 'again');
  expect(await cache.get('a')).toBe('again');
  cache.clear();
  expect(await cache.get('a')).toBeUndefined();
});

test('no more than there is room for, and first of all what is in use', async () => {
  const cache = cacheOf();
  await askTwice(cache, 'used', 'x');
  for (let n = 0; n < 10 * HALF; n += 1) {
    await askTwice(cache, `k${n}`, 'yy');
    expect(await cache.get('used')).toBe('x');
  }
  const kept = await Promise.all(Array.from({ length: 10 * HALF }, (_, n) => cache.get(`k${n}`)));
  expect(3 * kept.filter(Boolean).length).toBeLessThanOrEqual(2 * HALF);
  expect(kept.at(-1)).toBe('yy');
});

test('a large one leaves room for fewer others', async () => {
  const cache = cacheOf();
  await askTwice(cache, 'small', 'x');
  await askTwice(cache, 'large', 'y'.repeat(HALF));
  await askTwice(cache, 'larger', 'z'.repeat(HALF));
  await askTwice(cache, 'last', 'x');
  expect(await cache.get('small')).toBeUndefined();
  expect(await cache.get('larger')).toHaveLength(HALF);
});
