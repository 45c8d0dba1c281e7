import { describe, expect, test } from '@jest/globals';
import type { VotingRule } from '../voting-rule.ts';
import { fractionText, rational } from '../rational.ts';
import { count } from './count.ts';
import { E1, election, equalShares, PHRAGMEN, pile, SKIP, STOP, winners, withCategory } from './elections.fixture.ts';

const reasons = (rule: VotingRule, of: typeof E1) =>
  count(rule, of).lines.map(({ project, reason, place }) => `${project.id}${place} ${reason}`);

describe('what the rule says of each project', () => {
  const of = election(10n, { A: 8n, B: 5n, C: 1n }, ['AB', 'A', 'AB']);

  test('a project that nobody named is not selected, one that does not fit is in reserve', () => {
    expect(count(SKIP, of).lines.map(({ project, outcome, reason }) => [project.id, outcome, reason])).toEqual([
      ['A', 'WINNER', 'FITS_BUDGET'],
      ['B', 'RESERVE', 'OVER_BUDGET'],
      ['C', 'NOT_SELECTED', 'NO_SUPPORT'],
    ]);
  });

  test('behind the first that does not fit a stopping rule leaves all', () => {
    const all = election(10n, { A: 8n, B: 5n, C: 1n }, ['ABC', 'AB', 'A']);
    expect(reasons(STOP, all)).toEqual(['A1 FITS_BUDGET', 'B2 OVER_BUDGET', 'C3 STOPPED']);
    expect(reasons(PHRAGMEN, all)).toEqual(['C1 PHRAGMEN', 'B2 PHRAGMEN', 'A3 OVER_BUDGET']);
  });

  test('no ballots: no winners', () => {
    const none = election(10n, { A: 8n }, []);
    for (const rule of [SKIP, equalShares({ increment: 1 }), PHRAGMEN]) expect(winners(rule, none)).toBe(' 0');
  });

  test('a withdrawn project is out and its ballots stay counted', () => {
    const left = { ...of, projects: of.projects.map((one) => ({ ...one, withdrawn: one.id === 'A' })) };
    expect(reasons({ ...SKIP, eligibility: { minShareOfBallots: '0.7' } }, left)).toEqual([
      'A1 WITHDRAWN',
      'B2 BELOW_THRESHOLD',
      'C3 NO_SUPPORT',
    ]);
    expect(reasons({ ...SKIP, eligibility: { minShareOfBallots: '0.66' } }, left)[0]).toBe('B1 FITS_BUDGET');
  });

  test('for and against: the share of votes for must be above the limit, not at it', () => {
    const rule: VotingRule = { ...SKIP, ballot: { type: 'forAgainst' }, eligibility: { minForShare: '0.5' } };
    const votes = election(10n, { A: 1n, B: 1n }, ['AB', 'Ab', 'a', 'B']);
    expect(
      count(rule, votes).lines.map(({ project, score, against, reason }) => [project.id, score, against, reason]),
    ).toEqual(
      [
        ['B', 2n, 1n, 'FITS_BUDGET'],
        ['A', 2n, 1n, 'FITS_BUDGET'],
      ].toSorted(),
    );
    const even = election(10n, { A: 1n }, ['A', 'a']);
    expect(reasons(rule, even)).toEqual(['A1 MAJORITY_AGAINST']);
  });

  test('groups that projects carry exclude as those of the rule do', () => {
    const grouped = { ...of, projects: of.projects.map((one) => ({ ...one, groups: ['square'] })) };
    expect(reasons(SKIP, grouped)).toEqual(['A1 FITS_BUDGET', 'B2 EXCLUDED', 'C3 NO_SUPPORT']);
  });

  test('a project excluded by one that is itself excluded stays', () => {
    const rule: VotingRule = {
      ...SKIP,
      exclusiveGroups: [
        ['A', 'B'],
        ['B', 'C'],
      ],
    };
    const chain = election(10n, { A: 1n, B: 1n, C: 1n }, ['ABC', 'AB', 'A']);
    expect(reasons(rule, chain)).toEqual(['A1 FITS_BUDGET', 'C2 FITS_BUDGET', 'B3 EXCLUDED']);
  });
});

describe('parts of the budget', () => {
  const of = withCategory(
    election(100n, { A: 30n, B: 30n, C: 20n, D: 10n, X: 5n }, ['ABCX', 'ABCD', 'AB', 'A']),
    (id) => ({ A: 'one', B: 'one', C: 'two', D: 'two' })[id] ?? 'three',
  );
  const split: VotingRule = {
    ...SKIP,
    partition: {
      by: 'category',
      budgets: [
        { key: 'two', budget: '0.10' },
        { key: 'one', budget: '0.40' },
      ],
    },
  };

  test('each part alone, in the order of the rule; a project of no part cannot win', () => {
    expect(reasons(split, of)).toEqual([
      'C1 OVER_BUDGET',
      'D2 FITS_BUDGET',
      'A1 FITS_BUDGET',
      'B2 OVER_BUDGET',
      'X1 NO_PART',
    ]);
    expect(count(split, of).parts.map(({ counted, spent }) => [counted, spent])).toEqual([
      [2, 10n],
      [4, 30n],
    ]);
  });

  test('what is left goes to a common pool where the rule says so', () => {
    const rule: VotingRule = { ...split, partition: { ...split.partition!, remainder: 'cityPool' } };
    const { winners: won, spent, lines } = count(rule, of);
    expect(won).toEqual(['D', 'A', 'B', 'C', 'X']);
    expect(spent).toBe(95n);
    expect(lines.find(({ project }) => project.id === 'C')).toMatchObject({
      place: 1,
      reason: 'REDISTRIBUTED',
      left: 30n,
    });
  });

  test('parts above the budget are refused', () => {
    expect(() => count(split, { ...of, budget: 49n })).toThrow('partition.budgets');
  });
});

describe('experts', () => {
  const of = (scores: Record<string, bigint | null>) => {
    const plain = election(10n, { A: 6n, B: 6n, C: 4n }, ['ABC', 'AB', 'A']);
    const projects = plain.projects.map((one) => {
      const score = scores[one.id];
      return { ...one, expertScore: score === null || score === undefined ? null : rational(score, 3n) };
    });
    return { ...plain, projects };
  };
  const all = { A: 1n, B: 30n, C: 31n };

  test('as a gate before the vote', () => {
    expect(reasons({ ...SKIP, expert: { mode: 'gateBefore', minimum: '10' } }, of(all))).toEqual([
      'B1 FITS_BUDGET',
      'C2 FITS_BUDGET',
      'A3 BELOW_EXPERT_MINIMUM',
    ]);
  });

  test('the vote as a gate for the experts', () => {
    expect(
      reasons({ ...SKIP, expert: { mode: 'gateAfter' }, eligibility: { minScore: 2 } }, of({ ...all, B: null })),
    ).toEqual(['A1 FITS_BUDGET', 'B2 NO_EXPERT_SCORE', 'C3 BELOW_THRESHOLD']);
  });

  test('the vote as a criterion, by share of the most voters and by bands', () => {
    const order = (weight: string, bands?: { from: string; points: string }[]) =>
      count({ ...SKIP, expert: { mode: 'criterion', weight, ...(bands ? { bands } : {}) } }, of(all)).lines.map(
        ({ project, merit }) => `${project.id} ${fractionText(merit!)}`,
      );
    expect(order('30')).toEqual(['A 91/3', 'B 30', 'C 61/3']);
    expect(
      order('1', [
        { from: '1/3', points: '1' },
        { from: '0.67', points: '20' },
      ]),
    ).toEqual(['A 61/3', 'C 34/3', 'B 11']);
  });
});

describe('ties', () => {
  test('are broken by the keys of the rule and told', () => {
    const { lines, ties } = count({ ...SKIP, tieBreak: ['lowerCost'] }, election(10n, { A: 8n, B: 7n }, ['AB']));
    expect(lines.map(({ project }) => project.id)).toEqual(['B', 'A']);
    expect(ties).toEqual([{ first: 'B', second: 'A', by: 'lowerCost' }]);
  });

  test('a lot decides what no other key does', () => {
    const of = election(10n, { A: 8n, B: 8n }, ['AB']);
    expect(count({ ...SKIP, tieBreak: ['lowerCost'] }, { ...of, lot: (id) => (id === 'A' ? '2' : '1') }).ties).toEqual([
      { first: 'B', second: 'A', by: 'publicLot' },
    ]);
  });

  test('the higher co-financing, unknown last', () => {
    const of = election(10n, { A: 8n, B: 8n, C: 8n }, ['ABC']);
    const projects = of.projects.map((one) => ({
      ...one,
      cofinancing: { A: null, B: rational(1n, 10n), C: rational(1n, 5n) }[one.id] ?? null,
    }));
    expect(reasons({ ...SKIP, tieBreak: ['higherCofinancing'] }, { ...of, projects })).toEqual([
      'C1 FITS_BUDGET',
      'B2 OVER_BUDGET',
      'A3 OVER_BUDGET',
    ]);
  });

  test('one that asks for the commission blocks the result until it has decided', () => {
    const of = election(10n, { A: 8n, B: 8n, C: 1n, D: 9n }, ['ABC', 'ABC', 'D']);
    const rule: VotingRule = { ...SKIP, tieBreak: ['lowerCost', 'commissionDecision'] };
    expect(count(rule, of)).toMatchObject({ status: 'NEEDS_DECISION', undecided: [['A', 'B']] });
    expect(count(rule, { ...of, decision: ['B'] }).status).toBe('NEEDS_DECISION');
    const decided = count(rule, { ...of, decision: ['B', 'A'] });
    expect(decided).toMatchObject({ status: 'DETERMINED', undecided: [], winners: ['C', 'B'] });
    expect(decided.ties).toEqual([
      { first: 'C', second: 'B', by: 'lowerCost' },
      { first: 'B', second: 'A', by: 'commissionDecision' },
    ]);
  });

  test('of projects that decide nothing none is told', () => {
    const of = election(10n, { A: 8n, B: 8n }, ['']);
    expect(count({ ...SKIP, tieBreak: ['commissionDecision'] }, of)).toMatchObject({ status: 'DETERMINED', ties: [] });
  });

  test('a decision that leaves a project out asks for the same, whatever the order of projects', () => {
    const rule: VotingRule = { ...SKIP, tieBreak: ['commissionDecision', 'publicLot'] };
    const of = election(10n, { A: 8n, B: 8n, C: 8n }, ['ABC']);
    // The lot alone would go round in a circle with the decision: A before B, B before C, C before A.
    const half = { ...of, decision: ['A', 'B'], lot: (id: string) => ({ A: '3', B: '1', C: '2' })[id]! };
    for (const projects of [
      of.projects,
      of.projects.toReversed(),
      [of.projects[1]!, of.projects[2]!, of.projects[0]!],
    ]) {
      const ballots = pile(
        projects.map(({ id }) => id),
        ['A', 'B', 'C'].map((id) => [[id, 1]]),
      );
      expect(count(rule, { ...half, projects, ballots }).undecided).toEqual([['B', 'C']]);
    }
  });

  test('a project without expert score goes after every other, negative scores included', () => {
    const of = election(10n, { A: 8n, B: 8n }, ['AB']);
    const projects = of.projects.map((one) => ({ ...one, expertScore: one.id === 'B' ? rational(-3n) : null }));
    expect(winners({ ...SKIP, tieBreak: ['expertScore'] }, { ...of, projects })).toBe('B 8');
  });

  test('at the moment of a purchase, each against the one that was bought', () => {
    // At 11 kopecks each A and B can be had at 11/15.
    expect(count(equalShares({ increment: 1 }), E1).ties).toEqual([{ first: 'A', second: 'B', by: 'moreVotes' }]);
    expect(count(PHRAGMEN, election(9n, { A: 2n, B: 2n, C: 9n }, ['A', 'B', 'C'])).ties).toEqual([
      { first: 'A', second: 'B', by: 'earlierApplication' },
    ]);
  });
});
