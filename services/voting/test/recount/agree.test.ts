import { expect, test } from '@jest/globals';
import { agree } from './agree.ts';
import { agreeOnFile } from './files.ts';
import { hasPython, startPython } from './python.ts';

const withPython = hasPython() ? test : test.skip;
const KNOWN = 20260926;
const DRAWN = Math.trunc(Math.random() * 2 ** 31);

withPython.each([KNOWN, DRAWN])('the two implementations agree on 300 elections of seed %d', async (seed) => {
  const { difference, determined, needDecision, refused } = await agree(300, seed);
  expect(difference).toBeNull();
  expect(determined).toBeGreaterThan(150);
  // The generator draws what matters: both other ends occur. One in seventy needs a decision, so a draw of 300 may by chance have none.
  if (seed !== KNOWN) return;
  expect(needDecision).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
});

const ASSEN = new URL('../../../../test/demo/fixtures/Netherlands_Assen_2024.pb', import.meta.url).pathname;

withPython('they agree on a real election under the rules of the reference', async () => {
  const python = startPython();
  const seen: string[] = [];
  // The last two, Add1, take 845 runs of fractions: `npm run recount:compare -- FILE.pb` has them.
  for await (const { line, same } of agreeOnFile(ASSEN, python)) {
    expect(same).toBe(true);
    seen.push(line);
    if (seen.length === 6) break;
  }
  await python.stop();
  expect(seen).toEqual([
    'greedy skip: 7 winners, 99200',
    'greedy stop: 5 winners, 93200',
    'score per cost: 10 winners, 88700',
    'equal shares, cost: 7 winners, 60700',
    'equal shares, plain: 7 winners, 50700',
    'equal shares, completed: 10 winners, 88700',
  ]);
});
