import { expect, test } from '@jest/globals';
import { agree } from './agree.ts';
import { hasPython } from './python.ts';

const withPython = hasPython() ? test : test.skip;
const DRAWN = Math.trunc(Math.random() * 2 ** 31);

withPython.each([20260926, DRAWN])('the two implementations agree on 300 elections of seed %d', async (seed) => {
  const { difference, determined, needDecision, refused } = await agree(300, seed);
  expect(difference).toBeNull();
  // The generator draws what matters: most are counted, and both other ends occur.
  expect(determined).toBeGreaterThan(150);
  expect(needDecision).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
});
