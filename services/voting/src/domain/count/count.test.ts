import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EqualSharesRule, VotingRule } from '@veche/kit/domain/voting-rule';
import { count } from './count.ts';
import { merge, type Election } from './election.ts';

const BASE: VotingRule = { version: 1, ballot: { type: 'approval' }, order: 'score', onUnaffordable: 'skip' };
const shares = (more: Partial<EqualSharesRule> = {}): VotingRule => ({
  ...BASE,
  order: 'equalShares',
  equalShares: { utility: 'cost', start: 'exact', increment: 0, stopWhenExhaustive: true, completion: 'none', ...more },
});

function election(budget: bigint, costs: Record<string, bigint>, ballots: string[]): Election {
  const projects = Object.entries(costs).map(([id, cost], index) => ({
    id,
    number: String(index + 1),
    title: `Проект ${id}`,
    cost,
    submittedAt: new Date(index),
    expertScore: null,
  }));
  const points = ballots.map((ballot) => new Map([...ballot].map((id) => [id, 1n])));
  return { budget, projects, ballots: merge(points), counted: BigInt(ballots.length), lot: (id) => id };
}

const winners = (rule: VotingRule, of: Election): string => {
  const { lines, spent } = count(rule, of);
  const names = lines.filter(({ outcome }) => outcome === 'WINNER').map(({ project }) => project.id);
  return `${names.sort().join('')} ${spent}`;
};

// The worked elections of the reference; none of them depends on ties.
const E1 = election(100n, { A: 15n, B: 15n, C: 51n, D: 34n, E: 56n, F: 8n }, [
  'ACDEF',
  'ACDEF',
  'A',
  'BD',
  'CE',
  'CE',
  'CE',
  'CDEF',
  'CDEF',
  'BDE',
]);
const E2 = election(100n, { A: 7n, B: 11n, C: 58n, D: 18n, E: 23n, F: 53n, G: 22n }, [
  'BD',
  'ABCDEFG',
  'ABCDEFG',
  'ABCDEFG',
  'CF',
  'CF',
  'CF',
  'CF',
  'DEF',
  'DEF',
  'DEF',
  'ABCEF',
  'ABCEF',
]);

describe('worked elections', () => {
  test.each<[string, VotingRule, Election, string]>([
    ['E1 greedy skip', BASE, E1, 'DEF 98'],
    ['E1 greedy stop', { ...BASE, onUnaffordable: 'stop' }, E1, 'E 56'],
    ['E1 stop and top-up 80 %', { ...BASE, onUnaffordable: 'stop', lastTopUpPercent: 80 }, E1, 'CE 107'],
    ['E1 score per cost', { ...BASE, order: 'scorePerCost' }, E1, 'ABDF 72'],
    ['E1 threshold 5', { ...BASE, eligibility: { minScore: 5 } }, E1, 'DE 90'],
    ['E1 threshold of half the ballots', { ...BASE, eligibility: { minShareOfBallots: '0.5' } }, E1, 'DE 90'],
    ['E1 equal shares, cost', shares(), E1, 'EF 64'],
    ['E1 equal shares, plain', shares({ utility: 'plain' }), E1, 'ADF 57'],
    ['E1 equal shares, completed', shares({ completion: 'utilitarian' }), E1, 'DEF 98'],
    ['E1 Add1, stopping when exhaustive', shares({ increment: 1 }), E1, 'ABEF 94'],
    ['E1 Add1, not stopping', shares({ increment: 1, stopWhenExhaustive: false }), E1, 'DE 90'],
    [
      'E1 Add1, not stopping, completed',
      shares({ increment: 1, stopWhenExhaustive: false, completion: 'utilitarian' }),
      E1,
      'DEF 98',
    ],
    ['E2 greedy skip', BASE, E2, 'DEF 94'],
    ['E2 stop and top-up', { ...BASE, onUnaffordable: 'stop', lastTopUpPercent: 80 }, E2, 'CF 111'],
    ['E2 score per cost', { ...BASE, order: 'scorePerCost' }, E2, 'ABDEG 81'],
    ['E2 equal shares, cost', shares(), E2, 'EF 76'],
    ['E2 equal shares, plain', shares({ utility: 'plain' }), E2, 'ABDE 59'],
    ['E2 Add1, exact start', shares({ increment: 1 }), E2, 'BEF 87'],
    ['E2 Add1, integer start', shares({ increment: 1, start: 'integer' }), E2, 'AEF 83'],
    ['E2 Add1u, exact', shares({ increment: 1, completion: 'utilitarian' }), E2, 'ABEF 94'],
    ['E2 Add1u, integer', shares({ increment: 1, start: 'integer', completion: 'utilitarian' }), E2, 'ABEF 94'],
  ])('%s', (_name, rule, of, expected) => {
    expect(winners(rule, of)).toBe(expected);
  });
});

describe('edges', () => {
  test('a project that nobody named is not selected, one that does not fit is in reserve', () => {
    const of = election(10n, { A: 8n, B: 5n, C: 1n }, ['AB', 'A', 'AB']);
    expect(count(BASE, of).lines.map(({ project, outcome, reason }) => [project.id, outcome, reason])).toEqual([
      ['A', 'WINNER', 'FITS_BUDGET'],
      ['B', 'RESERVE', 'OVER_BUDGET'],
      ['C', 'NOT_SELECTED', 'NO_SUPPORT'],
    ]);
  });

  test('behind the first that does not fit a stopping rule leaves all', () => {
    const of = election(10n, { A: 8n, B: 5n, C: 1n }, ['ABC', 'AB', 'A']);
    expect(count({ ...BASE, onUnaffordable: 'stop' }, of).lines.map(({ reason }) => reason)).toEqual([
      'FITS_BUDGET',
      'OVER_BUDGET',
      'STOPPED',
    ]);
  });

  test('no ballots: no winners', () => {
    const of = election(10n, { A: 8n }, []);
    for (const rule of [BASE, shares({ increment: 1 })]) expect(winners(rule, of)).toBe(' 0');
  });

  test('ties are broken by the keys of the rule and told', () => {
    const of = election(10n, { A: 8n, B: 7n }, ['AB']);
    const { lines, ties } = count({ ...BASE, tieBreak: ['lowerCost'] }, of);
    expect(lines.map(({ project }) => project.id)).toEqual(['B', 'A']);
    expect(ties).toEqual([{ first: 'B', second: 'A', by: 'lowerCost' }]);
  });

  test('a lot decides what no other key does', () => {
    const of = election(10n, { A: 8n, B: 8n }, ['AB']);
    expect(count({ ...BASE, tieBreak: ['lowerCost'] }, { ...of, lot: (id) => (id === 'A' ? '2' : '1') }).ties).toEqual([
      { first: 'B', second: 'A', by: 'publicLot' },
    ]);
  });
});

describe('invariants', () => {
  const anyElection = fc.record({
    budget: fc.bigInt(1n, 200n),
    costs: fc.array(fc.bigInt(0n, 90n), { minLength: 1, maxLength: 7 }),
    ballots: fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { maxLength: 7 }), { maxLength: 12 }),
  });
  const anyRule = fc.constantFrom<VotingRule>(
    BASE,
    { ...BASE, onUnaffordable: 'stop' },
    { ...BASE, order: 'scorePerCost' },
    shares(),
    shares({ increment: 3 }),
  );
  const make = ({ budget, costs, ballots }: { budget: bigint; costs: bigint[]; ballots: number[][] }): Election => {
    const named = Object.fromEntries(costs.map((cost, index) => [String.fromCharCode(65 + index), cost]));
    const texts = ballots.map((ballot) =>
      ballot
        .filter((index) => index < costs.length)
        .map((index) => String.fromCharCode(65 + index))
        .join(''),
    );
    return election(budget, named, texts);
  };

  test('winners never cost more than the budget', () => {
    fc.assert(fc.property(anyElection, anyRule, (drawn, rule) => count(rule, make(drawn)).spent <= drawn.budget));
  });

  test('the order of projects and ballots changes nothing', () => {
    fc.assert(
      fc.property(anyElection, anyRule, (drawn, rule) => {
        const of = make(drawn);
        const turned = { ...of, projects: of.projects.toReversed(), ballots: of.ballots.toReversed() };
        const view = (one: Election) =>
          count(rule, one).lines.map(({ project, outcome, place }) => [project.id, outcome, place]);
        expect(view(turned)).toEqual(view(of));
      }),
    );
  });

  test('a further vote for a winner of the greedy rule keeps it winning', () => {
    fc.assert(
      fc.property(anyElection, (drawn) => {
        const of = make(drawn);
        const [winner] = count(BASE, of).lines.filter(({ outcome }) => outcome === 'WINNER');
        if (!winner) return;
        const more = {
          ...of,
          counted: of.counted + 1n,
          ballots: [...of.ballots, { weight: 1n, points: new Map([[winner.project.id, 1n]]) }],
        };
        const after = count(BASE, more).lines.find(({ project }) => project.id === winner.project.id)!;
        expect(after.outcome).toBe('WINNER');
      }),
    );
  });
});
