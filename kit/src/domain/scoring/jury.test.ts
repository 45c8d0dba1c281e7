import { describe, expect, test } from '@jest/globals';
import { PLAIN_SCORING } from '../criterion.ts';
import { gatesRead, stoppedAtAdmission, stoppedBefore, stoppedByGates } from './assess.ts';
import { readPlan } from './plan.ts';

const LINE = {
  code: 'one',
  kind: 'LINEAR',
  title: 'Критерий',
  maxPoints: '20',
  weight: '1',
  parameters: { input: 'MUNICIPAL_SHARE', a: '0', b: '1' },
};
const problemsOf = (rules: object): string[][] => {
  const scoring = { ...PLAIN_SCORING, ...rules };
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
  const withJury = (change: object) => problemsOf({ publicJury: { ...jury, ...change } });

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

describe('virtual capital', () => {
  const capital = { endowment: 5000, presets: [50, 100, 200, 500], perApplication: null, progress: 'LIVE' as const };

  test.each([
    [{}, null],
    [{ presets: [], perApplication: 5000 }, null],
    [{ perApplication: 5001 }, 'scoring.virtualCapital.perApplication'],
    [{ presets: [50, 5001] }, 'scoring.virtualCapital.presets.1'],
    [{ presets: [50, 50] }, 'scoring.virtualCapital.presets'],
    [{ endowment: 0 }, 'scoring.virtualCapital.endowment'],
    [{ endowment: 10_001 }, 'scoring.virtualCapital.endowment'],
    [{ endowment: 0.5 }, 'scoring.virtualCapital.endowment'],
    [{ progress: 'NEVER' }, 'scoring.virtualCapital.progress'],
    [{ residence: null }, null],
    [{ residence: '71876000' }, null],
    [{ residence: 'Сургут' }, 'scoring.virtualCapital.residence'],
  ])('%o', (change, path) => {
    expect(problemsOf({ virtualCapital: { ...capital, ...change } })[0]?.[0] ?? null).toBe(path);
  });

  const gate = {
    ...LINE,
    kind: 'GATE',
    maxPoints: '0',
    parameters: { condition: 'capital.share >= 50', message: 'Меньше половины', before: true },
  };
  const planOf = (virtualCapital: typeof capital | null) =>
    readPlan({ criteria: [gate] as never, scoring: { ...PLAIN_SCORING, virtualCapital }, answers: [] });

  test('its share is the exact part of what is asked from the budget', () => {
    const read = planOf(capital);
    if (!read.ok) throw new Error(read.problems[0]!.reason);
    const funding = [
      { source: 'REGIONAL', amount: 300_000_01n },
      { source: 'MUNICIPAL', amount: 100_000_00n },
      { source: 'CITIZENS', amount: 999_999_00n },
    ];
    const facts = { totalCost: 1_399_999_01n, funding, beneficiaries: 0, population: 0 };
    const stops = (given: bigint) => stoppedBefore(read.plan, { ...facts, capital: { points: given, supporters: 9 } });
    expect(stops(200_000n)).toEqual(['Меньше половины']);
    expect(stops(200_001n)).toEqual([]);
    expect(stoppedBefore(read.plan, facts)).toEqual(['Меньше половины']);
  });

  test('is no name of formulas where the rules know none', () => {
    const read = planOf(null);
    expect(read.ok ? [] : read.problems.map(({ path }) => path)).toEqual(['criteria.0.parameters.condition']);
  });
});

test('an admission tells only of the gates that read nothing later, and a commission is told of all', () => {
  const gate = (code: string, condition: string) => ({
    ...LINE,
    code,
    kind: 'GATE',
    maxPoints: '0',
    weight: '0',
    parameters: { condition, message: code },
  });
  const criteria = [
    gate('share', 'CITIZENS_SHARE >= 5'),
    gate('votes', 'vote.for > 0'),
    gate('hall', 'ATTENDANCE_SHARE > 1'),
    gate('twice', 'derived.double > 0'),
    gate('people', 'beneficiaries >= 10'),
  ];
  const scoring = { ...PLAIN_SCORING, derived: [{ code: 'double', title: 'Дважды', formula: 'vote.for * 2' }] };
  const read = readPlan({ criteria: criteria as never, scoring, answers: [] });
  if (!read.ok) throw new Error(read.problems[0]!.reason);
  const facts = { totalCost: 100n, funding: [{ source: 'CITIZENS', amount: 4n }], beneficiaries: 10, population: 100 };
  expect(stoppedAtAdmission(read.plan, facts)).toEqual(['share']);
  expect(stoppedByGates(read.plan, facts)).toEqual(['share', 'votes', 'hall', 'twice']);
  expect(stoppedByGates(read.plan, { ...facts, votes: { for: 1n, against: 0n } })).toEqual(['share', 'hall']);
});
