import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { BallotRule } from '@veche/kit/domain/voting-rule';
import { checkBallot, type Choice } from './ballot.ts';

/** The decision about a ballot against what a person would check with a finger on the rule: slow, one sentence after the other. */
const PROJECTS = ['a', 'b', 'c', 'd', 'e'];
const LIST = new Map(
  PROJECTS.map((id, n) => [
    id,
    { cost: BigInt(n + 1) * 100n, category: n % 2 ? 'Дворы' : 'Спорт', territory: n < 3 ? '71876000' : null },
  ]),
);

const small = fc.integer({ min: 0, max: 4 });
const limits = fc.record({ max: fc.integer({ min: 0, max: 3 }), key: fc.option(fc.constantFrom('Спорт', 'Дворы')) });
const rules: fc.Arbitrary<BallotRule> = fc.oneof(
  fc.constant<BallotRule>({ type: 'choose-1' }),
  fc.record({ type: fc.constant('approval' as const), minLen: small, maxLen: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ type: fc.constant('approval' as const), maxSumCost: fc.constantFrom('3.00', '6.00', '15.00') }),
  limits.map(({ max, key }): BallotRule => ({
    type: 'approval',
    perCategory: [key === null ? { max } : { key, max }],
  })),
  fc.record({ type: fc.constant('ordinal' as const), maxLen: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ type: fc.constant('cumulative' as const), maxSumPoints: fc.integer({ min: 1, max: 10 }) }),
  fc.constant<BallotRule>({ type: 'forAgainst' }),
);
const choices: fc.Arbitrary<Choice[]> = fc.array(
  fc.record(
    { project: fc.constantFrom(...PROJECTS, 'x'), points: fc.integer({ min: -2, max: 7 }) },
    { requiredKeys: ['project'] },
  ),
  { maxLength: 6 },
);

const NEEDS_POINTS = new Set(['cumulative', 'forAgainst']);

type Sentence = (rule: BallotRule, given: readonly Choice[], ids: readonly string[]) => boolean;

const CATEGORIES = ['Спорт', 'Дворы'];
const countOf = (ids: readonly string[], name: string): number =>
  ids.filter((id) => LIST.get(id)!.category === name).length;

/** What must hold of a ballot, one sentence after the other. */
const SENTENCES: Sentence[] = [
  (_rule, _given, ids) => ids.every((id) => LIST.has(id)),
  (_rule, _given, ids) => new Set(ids).size === ids.length,
  ({ type }, _given, ids) => type !== 'choose-1' || ids.length === 1,
  ({ minLen = 0, maxLen = Infinity }, _given, ids) => ids.length >= minLen && ids.length <= maxLen,
  ({ type }, given) => given.every(({ points }) => NEEDS_POINTS.has(type) === (points !== undefined)),
  ({ type }, given) => type !== 'forAgainst' || given.every(({ points }) => Math.abs(points!) === 1),
  ({ type }, given) => type !== 'cumulative' || given.every(({ points }) => points! >= 1),
  (rule, given) =>
    rule.type !== 'cumulative' || given.reduce((sum, { points }) => sum + points!, 0) <= rule.maxSumPoints!,
  ({ maxSumCost }, _given, ids) =>
    !maxSumCost || ids.reduce((sum, id) => sum + LIST.get(id)!.cost, 0n) <= BigInt(maxSumCost.replace('.', '')),
  ({ perCategory = [] }, _given, ids) =>
    perCategory.every(({ key, max }) => (key ? [key] : CATEGORIES).every((name) => countOf(ids, name) <= max)),
];

/** Whether the ballot is within its rule. */
function model(rule: BallotRule, given: readonly Choice[]): boolean {
  const ids = given.map(({ project }) => project);
  return SENTENCES.every((holds) => holds(rule, given, ids));
}

const RUNS = { numRuns: 3_000 };

test('a ballot is taken exactly when it is within its rule; what is taken says what was chosen, nothing more', () => {
  let taken = 0;
  fc.assert(
    fc.property(rules, choices, (rule, given) => {
      const { choices: kept, rejection } = checkBallot(rule, LIST, given);
      expect(rejection === null).toBe(model(rule, given));
      if (!kept) return;
      taken += 1;
      const ids = kept.map((one) => (typeof one === 'string' ? one : one[0]));
      expect([...ids].sort()).toEqual(given.map(({ project }) => project).sort());
      if (rule.type !== 'ordinal') expect(ids).toEqual([...ids].sort());
      else expect(ids).toEqual(given.map(({ project }) => project));
      for (const one of kept)
        if (typeof one !== 'string') expect(given.find(({ project }) => project === one[0])!.points).toBe(one[1]);
    }),
    RUNS,
  );
  expect(taken).toBeGreaterThan(RUNS.numRuns / 50);
});

test('the order in which choices arrive decides nothing, except where it is the preference', () => {
  fc.assert(
    fc.property(
      rules.filter(({ type }) => type !== 'ordinal'),
      choices,
      (rule, given) => {
        const [one, other] = [checkBallot(rule, LIST, given), checkBallot(rule, LIST, given.toReversed())];
        expect(other.choices).toEqual(one.choices);
        expect(other.rejection === null).toBe(one.rejection === null);
      },
    ),
    RUNS,
  );
});
