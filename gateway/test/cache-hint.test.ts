import { expect, test } from '@jest/globals';
import { restrictBy } from '../src/cache-hint.ts';

test.each([
  ['max-age=60, public', { maxAge: 60, scope: 'PUBLIC' }],
  ['private,max-age="5"', { maxAge: 5, scope: 'PRIVATE' }],
  ['public, private, max-age=5', { maxAge: 5, scope: 'PRIVATE' }],
  ['max-age=7', { maxAge: 7 }],
  ['s-maxage=60, max-age=soon', { maxAge: 0 }],
  ['no-store', { maxAge: 0 }],
  [undefined, { maxAge: 0 }],
])('an answer with cache-control %p restricts the whole to %p', (given, hint) => {
  const told: object[] = [];
  restrictBy(given, { restrict: (one) => told.push(one) });
  expect(told).toEqual([hint]);
});
