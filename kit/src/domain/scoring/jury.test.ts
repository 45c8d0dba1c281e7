import { describe, expect, test } from '@jest/globals';
import { PLAIN_SCORING } from '../criterion.ts';
import { gatesRead, stoppedBefore } from './assess.ts';
import { readPlan } from './plan.ts';

const LINE = {
  code: 'one',
  kind: 'LINEAR',
  title: 'Критерий',
  maxPoints: '20',
  weight: '1',
  parameters: { input: 'MUNICIPAL_SHARE', a: '0', b: '1' },
};
const problemsOf = (publicJury: object): string[][] => {
  const scoring = { ...PLAIN_SCORING, publicJury: publicJury as never };
  const read = readPlan({ criteria: [LINE] as never, scoring, answers: [] });
  return read.ok ? [] : read.problems.map(({ path, reason }) => [path, reason]);
};

describe('a public jury', () => {
  const jury = {
    criteria: [{ code: 'use', title: 'Польза', maxPoints: '10' }],
    assignment: 'OPEN',
    seats: null,
    perApplication: null,
    minAge: 14,
    residentsOnly: true,
  };
  const withJury = (change: object) => problemsOf({ ...jury, ...change });

  test.each([
    [{}, null],
    [{ assignment: 'RANDOM', perApplication: 3, seats: 50 }, null],
    [{ assignment: 'RANDOM' }, 'scoring.publicJury.perApplication'],
    [{ assignment: 'BY_FRIENDS' }, 'scoring.publicJury.assignment'],
    [{ seats: 0 }, 'scoring.publicJury.seats'],
    [{ minAge: 13 }, 'scoring.publicJury.minAge'],
    [{ minAge: 19 }, 'scoring.publicJury.minAge'],
    [{ criteria: [] }, 'scoring.publicJury.criteria'],
    [{ criteria: [{ code: 'use', title: 'Польза', maxPoints: '101' }] }, 'scoring.publicJury.criteria.0.maxPoints'],
    [{ criteria: [...jury.criteria, ...jury.criteria] }, 'scoring.publicJury.criteria'],
  ])('%o', (change, path) => {
    expect(withJury(change)[0]?.[0] ?? null).toBe(path);
  });

  test('its share is exact, and a gate before the experts stops what is below it', () => {
    const message = 'Меньше трети баллов жюри';
    const gate = {
      ...LINE,
      kind: 'GATE',
      maxPoints: '0',
      parameters: { condition: 'jury.share * 3 >= 100', message, before: true },
    };
    const read = readPlan({ criteria: [gate] as never, scoring: PLAIN_SCORING, answers: [] });
    if (!read.ok) throw new Error(read.problems[0]!.reason);
    const facts = { totalCost: 1n, funding: [], beneficiaries: 0, population: 0 };
    const stopped = (points: bigint, possible: bigint) =>
      stoppedBefore(read.plan, { ...facts, jury: { sheets: 1, points, possible } });
    expect(stopped(10n, 30n)).toEqual([]);
    expect(stopped(9_999_999_999n, 30_000_000_000n)).toEqual([message]);
    expect(stoppedBefore(read.plan, facts)).toEqual([message]);
    expect([gatesRead(read.plan, 'jury.'), gatesRead(read.plan, 'vote.')]).toEqual([true, false]);
  });
});
