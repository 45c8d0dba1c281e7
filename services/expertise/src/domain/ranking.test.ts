import { describe, expect, test } from '@jest/globals';
import { PLAIN_SCORING, type Criterion } from '@veche/kit/domain/criterion';
import { readPlan } from '@veche/kit/domain/scoring/plan';
import { determineRanking, type Candidate, type Ranking } from './ranking.ts';
import type { ScoreSheet } from './sheet.ts';

const NONE: Ranking = { edition: 0, determinedAt: null, lines: [] };
const NOW = new Date('2026-03-01T00:00:00Z');
const expert = (code: string, weight: string): Criterion => ({
  code,
  kind: 'EXPERT',
  title: code,
  maxPoints: '10',
  weight,
  parameters: { commentRequired: false },
});
const CRITERIA = [expert('a', '2'), expert('b', '2'), expert('c', '0.5')];

const sheet = (points: number[] | 'OPEN' | 'BARRED'): ScoreSheet => ({
  contestId: 'k',
  applicationId: 'x',
  expertId: 'e',
  status: Array.isArray(points) ? 'FINAL' : points,
  marks: Array.isArray(points)
    ? points.map((value, index) => ({ criterion: 'abc'[index]!, points: value, comment: null }))
    : [],
  hash: null,
  conflictReason: null,
  late: false,
});
const candidate = (applicationId: string, ...sheets: ScoreSheet[]): Candidate => ({
  applicationId,
  number: applicationId,
  facts: { totalCost: 100n, funding: [{ source: 'CITIZENS', amount: 10n }], beneficiaries: 1, population: 10 },
  sheets,
});
const planOf = (criteria: Criterion[]) => {
  const read = readPlan({ criteria, scoring: PLAIN_SCORING, answers: [] });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.plan;
};
const determine = (candidates: Candidate[], ranking = NONE, criteria: Criterion[] = CRITERIA) => {
  const decision = determineRanking(ranking, planOf(criteria), candidates, NOW);
  if (!decision.ok) throw new Error(decision.rejection.code);
  return decision;
};

test('coefficients 2, 2, 0.5 and three experts: 34.5, 34.0, 39.0 give 35.83', () => {
  const { state } = determine([candidate('x', sheet([8, 7, 9]), sheet([6, 9, 8]), sheet([9, 8, 10]))]);
  expect(state.lines[0]).toMatchObject({ score: '35.83', exactScore: '215/6', sheets: 3, barred: 0 });
});

test('a barred expert is not counted as zero', () => {
  const { state } = determine([candidate('x', sheet([10, 10, 10]), sheet('BARRED'))]);
  expect(state.lines[0]).toMatchObject({ score: '45.00', sheets: 1, barred: 1 });
});

test('a replaced or absent expert is neither a zero nor a conflict; fewer final sheets than asked for give no ranking', () => {
  const gone: ScoreSheet[] = [
    { ...sheet('OPEN'), status: 'REPLACED' },
    { ...sheet('OPEN'), status: 'ABSENT' },
  ];
  const one = candidate('x', sheet([10, 10, 10]), ...gone);
  expect(determine([one]).state.lines[0]).toMatchObject({ score: '45.00', sheets: 1, barred: 0 });
  expect(determineRanking(NONE, planOf(CRITERIA), [one], NOW, 2)).toMatchObject({
    rejection: { code: 'TOO_FEW_SHEETS', params: { number: 'x', min: 2 } },
  });
});

test('equal scores share a place, the next one is left out', () => {
  const { state } = determine([
    candidate('a', sheet([1, 1, 1])),
    candidate('b', sheet([5, 5, 5])),
    candidate('c', sheet([5, 5, 5])),
    candidate('d', sheet([9, 9, 9])),
  ]);
  expect(state.lines.map(({ applicationId, place, tied }) => [applicationId, place, tied])).toEqual([
    ['d', 1, false],
    ['b', 2, true],
    ['c', 2, true],
    ['a', 4, false],
  ]);
});

test('a computed criterion is added from the facts', () => {
  const linear: Criterion = {
    code: 'share',
    kind: 'LINEAR',
    title: 'Доля',
    maxPoints: '20',
    weight: '0.5',
    parameters: { input: 'CITIZENS_SHARE', a: '0', b: '20' },
  };
  const { state } = determine([candidate('x', sheet([0, 0, 0]))], NONE, [...CRITERIA, linear]);
  expect(state.lines[0]!.criteria.at(-1)).toEqual({
    code: 'share',
    title: 'Доля',
    input: '10.000000',
    points: '10.00',
    weighted: '5.00',
  });
  expect(state.lines[0]!.score).toBe('5.00');
});

test('the same result again adds no version, another one does', () => {
  const first = determine([candidate('x', sheet([1, 1, 1]))]);
  expect(first.events).toHaveLength(1);
  const again = determine([candidate('x', sheet([1, 1, 1]))], first.state);
  expect([again.state.edition, again.events]).toEqual([1, []]);
  expect(determine([candidate('x', sheet([2, 1, 1]))], first.state).state.edition).toBe(2);
});

describe('not yet', () => {
  test.each<[string, Candidate[]]>([
    ['SHEETS_OPEN', [candidate('x', sheet([1, 1, 1]), sheet('OPEN'))]],
    ['APPLICATION_WITHOUT_SHEET', [candidate('x', sheet('BARRED'))]],
    ['NO_ADMITTED_APPLICATIONS', []],
  ])('%s', (code, candidates) => {
    expect(() => determine(candidates)).toThrow(code);
  });
});
