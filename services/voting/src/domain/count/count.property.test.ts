import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { fractionText, rational } from '@veche/kit/domain/rational';
import type { EqualSharesRule, VotingRule } from '@veche/kit/domain/voting-rule';
import { checkVotingRule } from '@veche/kit/domain/voting-rule-check';
import type { Ballots } from '@veche/kit/domain/count/ballots';
import { count } from '@veche/kit/domain/count/count';
import type { CountedProject, Election } from '@veche/kit/domain/count/election';
import { equalShares, pile } from '@veche/kit/domain/count/elections.fixture';
import { plainShares } from '@veche/kit/domain/count/plain-shares.fixture';
import { resultOf } from './result.ts';

interface Drawn {
  budget: bigint;
  projects: CountedProject[];
  votes: (readonly [string, number])[][];
}

const third = (n: bigint | null) => (n === null ? null : rational(n, 3n));

const anyProject = fc.record({
  cost: fc.bigInt(0n, 90n),
  category: fc.constantFrom('one', 'two', 'three'),
  territory: fc.constantFrom('one', 'two', null),
  submittedAt: fc.nat(3).map((at) => new Date(at)),
  expertScore: fc.option(fc.bigInt(0n, 9n), { freq: 5 }).map(third),
  cofinancing: fc.option(fc.bigInt(0n, 2n)).map(third),
  groups: fc.oneof({ weight: 3, arbitrary: fc.constant<string[]>([]) }, fc.subarray(['g', 'h'])),
  divisions: fc.subarray(['d1', 'd2', 'd3']),
  withdrawn: fc.nat(9).map((drawn) => drawn === 0),
});
const anyElection: fc.Arbitrary<Drawn> = fc
  .record({
    budget: fc.bigInt(1n, 200n),
    projects: fc.array(anyProject, { minLength: 1, maxLength: 7 }),
    ballots: fc.array(fc.array(fc.constantFrom(0, 0, 1, 1, 2, 3), { minLength: 7, maxLength: 7 }), { maxLength: 12 }),
  })
  .map(({ budget, projects, ballots }) => {
    const named = projects.map((project, index) => ({ ...project, id: `p${index}`, number: `${index}`, title: '' }));
    const votes = ballots.map((points) =>
      named.flatMap(({ id }, index) => (points[index]! > 0 ? [[id, points[index]!] as const] : [])),
    );
    return { budget, projects: named, votes };
  });

const anyOrder: fc.Arbitrary<Partial<VotingRule>> = fc.oneof(
  fc.constantFrom<Partial<VotingRule>>(
    { order: 'score' },
    { order: 'score', onUnaffordable: 'stop' },
    { order: 'scorePerCost' },
    { order: 'score', expert: { mode: 'criterion', weight: '4' } },
    { order: 'scorePerCost', expert: { mode: 'gateAfter', minimum: '1' } },
    { order: 'phragmen' },
  ),
  fc
    .record<EqualSharesRule>({
      utility: fc.constantFrom('cost', 'plain'),
      start: fc.constantFrom('exact', 'integer'),
      increment: fc.constantFrom(0, 1, 7),
      stopWhenExhaustive: fc.boolean(),
      completion: fc.constantFrom('none', 'utilitarian'),
      comparison: fc.constantFrom('none', 'byNumber', 'byAny'),
    })
    .map((equalShares): Partial<VotingRule> => ({ order: 'equalShares', equalShares })),
);
const anyRule: fc.Arbitrary<VotingRule> = fc
  .record({
    order: anyOrder,
    rest: fc.record<Partial<VotingRule>>(
      {
        exclusiveMode: fc.constantFrom('dropBelowBest', 'dropIfFunded'),
        exclusiveGroups: fc.constant([['p0', 'p1']]),
        quotas: fc.constantFrom(
          [{ by: 'category', maxWinners: 1 }],
          [{ by: 'territory', key: 'one', maxMoney: '0.40' }],
          [{ by: 'division', keys: ['d1', 'd2'], title: 'Направление', maxMoney: '0.30' }],
        ),
        partition: fc.constant({
          by: 'category',
          budgets: [
            { key: 'two', budget: '0' },
            { key: 'one', budget: '0.01' },
          ],
          remainder: 'cityPool',
        }),
        eligibility: fc.constantFrom({ minScore: 2 }, { minShareOfBallots: '0.2' }, { costShareFactor: '1/5' }),
        tieBreak: fc.constantFrom(['moreSupporters', 'expertScore'], ['higherCofinancing']),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ order, rest }) => {
    const type = order.order === 'phragmen' ? 'approval' : 'cumulative';
    const ballot = type === 'approval' ? { type } : { type, maxSumPoints: 100 };
    return { version: 1, ballot, ...order, ...rest } as VotingRule;
  });

const LOTS = ['3', '1', '6', '0', '5', '2', '4'];
const electionOf = ({ budget, projects, votes }: Drawn, ballots?: Ballots): Election => ({
  budget,
  projects,
  ballots:
    ballots ??
    pile(
      projects.map(({ id }) => id),
      votes,
    ),
  lot: (id) => LOTS[Number(id.slice(1))]!,
  decision: [],
});
const resultText = (rule: VotingRule, election: Election): string =>
  canonicalJson(resultOf(rule, 'rule', election, count(rule, election)));

/** Every ballot a group of its own. */
function apart({ projects, votes }: Drawn): Ballots {
  const ids = projects.map(({ id }) => id);
  const single = votes.map((vote) => pile(ids, [vote]));
  return {
    counted: votes.length,
    weights: Int32Array.from(single, () => 1),
    offsets: Int32Array.from([...votes.keys(), votes.length], (end) =>
      votes.slice(0, end).reduce((sum, vote) => sum + vote.length, 0),
    ),
    projects: Int32Array.from(single.flatMap((one) => [...one.projects])),
    points: Int32Array.from(single.flatMap((one) => [...one.points])),
  };
}

describe('whatever the election and the rule', () => {
  test('the rules drawn here are rules', () => {
    fc.assert(fc.property(anyRule, (rule) => checkVotingRule(rule, 1n).ok));
  });

  test('winners never cost more than the budget, but for a declared top-up', () => {
    fc.assert(
      fc.property(anyElection, anyRule, fc.boolean(), (drawn, rule, topUp) => {
        const topped = topUp && rule.onUnaffordable === 'stop' ? { ...rule, lastTopUpPercent: 30 } : rule;
        const { spent, fromReserve, lines } = count(topped, electionOf(drawn));
        expect(spent - fromReserve).toBeLessThanOrEqual(drawn.budget);
        expect(lines.some(({ reason }) => reason === 'TOP_UP')).toBe(fromReserve > 0n);
      }),
    );
  });

  test('the order of projects and ballots changes nothing', () => {
    fc.assert(
      fc.property(anyElection, anyRule, (drawn, rule) => {
        const turned = { ...drawn, projects: drawn.projects.toReversed(), votes: drawn.votes.toReversed() };
        expect(resultText(rule, electionOf(turned))).toBe(resultText(rule, electionOf(drawn)));
      }),
      { numRuns: 500 },
    );
  });

  test('merged ballots give what unmerged ones give', () => {
    fc.assert(
      fc.property(anyElection, anyRule, (drawn, rule) => {
        expect(resultText(rule, electionOf(drawn, apart(drawn)))).toBe(resultText(rule, electionOf(drawn)));
      }),
      { numRuns: 300 },
    );
  });

  test('every project has one line and one verdict, winners are those that won', () => {
    fc.assert(
      fc.property(anyElection, anyRule, (drawn, rule) => {
        const { lines, winners } = count(rule, electionOf(drawn));
        expect(lines.map(({ project }) => project.id).toSorted()).toEqual(drawn.projects.map(({ id }) => id));
        const won = lines.flatMap(({ project, outcome }) => (outcome === 'WINNER' ? [project.id] : []));
        expect(winners.toSorted()).toEqual(won.toSorted());
      }),
    );
  });

  test('a further vote for a winner of the greedy rule keeps it winning', () => {
    const rule: VotingRule = { version: 1, ballot: { type: 'cumulative', maxSumPoints: 100 }, order: 'score' };
    fc.assert(
      fc.property(anyElection, fc.nat(6), (drawn, pick) => {
        const { winners } = count(rule, electionOf(drawn));
        const winner = winners[pick % Math.max(winners.length, 1)];
        if (!winner) return;
        const more = { ...drawn, votes: [...drawn.votes, [[winner, 1] as const]] };
        expect(count(rule, electionOf(more)).winners).toContain(winner);
      }),
    );
  });
});

describe('equal shares with floats in front are what exact fractions give', () => {
  const large = fc.record({
    costs: fc.array(fc.oneof(fc.bigInt(0n, 60n), fc.constantFrom(10n, 20n, 30n)), { minLength: 1, maxLength: 9 }),
    votes: fc.array(fc.array(fc.constantFrom(0, 0, 1, 1, 1, 2, 5), { minLength: 9, maxLength: 9 }), {
      minLength: 1,
      maxLength: 14,
    }),
    budget: fc.bigInt(1n, 300n),
    utility: fc.constantFrom('cost' as const, 'plain' as const),
  });

  test('the same purchases in the same order at the same prices', () => {
    fc.assert(
      fc.property(large, ({ costs, votes, budget, utility }) => {
        const ballots = votes.map((points) => costs.map((_cost, index) => points[index]!));
        const expected = plainShares(
          costs.map((cost) => cost),
          ballots,
          { endowment: rational(budget, BigInt(votes.length)), utility },
        ).filter(({ project }) => ballots.some((ballot) => ballot[project]! > 0));
        const projects = costs.map((cost, index) => ({
          id: `p${index}`,
          number: '',
          title: '',
          cost,
          category: '',
          territory: null,
          submittedAt: new Date(0),
          expertScore: null,
          cofinancing: null,
          groups: [],
          withdrawn: false,
        }));
        const drawn = {
          budget,
          projects,
          votes: ballots.map((points) =>
            points.flatMap((given, index) => (given > 0 ? [[`p${index}`, given] as const] : [])),
          ),
        };
        const rule: VotingRule = { ...equalShares({ utility }), tieBreak: ['publicLot'] };
        const { lines } = count(rule, { ...electionOf(drawn), lot: (id) => id });
        expect(lines.flatMap(({ project, price }) => (price ? [`${project.id} ${fractionText(price)}`] : []))).toEqual(
          expected.map(({ project, rho }) => `p${project} ${fractionText(rho)}`),
        );
      }),
      { numRuns: 1000 },
    );
  });
});
