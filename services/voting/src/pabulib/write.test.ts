import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseMoney } from '@veche/kit/domain/money';
import type { BallotRule, VotingRule } from '@veche/kit/domain/voting-rule';
import type { Protocol, ProtocolLine } from '../count/counting.ts';
import { pointsOf, type RecordedChoices } from '../domain/ballot.ts';
import { BallotPile } from '@veche/kit/domain/count/ballots';
import { count } from '@veche/kit/domain/count/count';
import type { CountedProject, Election } from '@veche/kit/domain/count/election';
import { inputsOf } from '../domain/count/inputs.ts';
import { parsePabulib, type PabulibElection } from './parse.ts';
import { ruleOf } from './rule.ts';
import { pabulibHead, pabulibVote } from './write.ts';

interface Drawn {
  budget: bigint;
  projects: CountedProject[];
  ballots: RecordedChoices[];
}

const NAMES = ['Сквер; у "школы"', ' пробел', 'Парк\nи пруд', '=1+1', 'Двор 🌳'];

function countOf(rule: VotingRule, { budget, projects, ballots }: Drawn) {
  const pile = new BallotPile(projects.map(({ id }) => id));
  for (const choices of ballots) pile.add(pointsOf(rule.ballot, choices));
  const election: Election = { budget, projects, ballots: pile.ballots(), lot: (id) => id, decision: [] };
  return { election, counted: count(rule, election) };
}

/** The file of a contest as the service writes it. */
function exported(rule: VotingRule, drawn: Drawn): string {
  const { election, counted } = countOf(rule, drawn);
  const projects = counted.lines.map(({ project, score, voters, outcome }) => ({
    applicationId: project.id,
    title: project.title,
    score: String(score),
    voters: Number(voters),
    outcome,
  })) as ProtocolLine[];
  const protocol = { contest: 'c', version: 1, ruleHash: 'hash', counted: drawn.ballots.length, projects } as Protocol;
  const window = { opensAt: new Date(0), closesAt: new Date('2026-03-08T04:00:00Z') };
  const head = pabulibHead({
    rule,
    window,
    protocol,
    inputs: inputsOf('c', election, { lotSeed: null, excluded: [] }),
  });
  const votes = drawn.ballots.map((choices, at) => pabulibVote(at + 1, rule.ballot.type, choices));
  return `${[...head, ...votes].join('\n')}\n`;
}

/** What a program that only has the file counts. */
function counted({ meta, voteType, budget, projects, votes }: PabulibElection) {
  const rule = ruleOf({ meta, voteType });
  const drawn = {
    budget: parseMoney(budget),
    projects: projects.map((project, at) => ({ ...anyProject(project.id, at), cost: parseMoney(project.cost) })),
    ballots: votes.map(({ choices, points }): RecordedChoices =>
      points ? choices.map((id, at) => [id, points[at]!] as const) : choices,
    ),
  };
  return { rule, ...countOf(rule, drawn).counted };
}

const anyProject = (id: string, at: number): CountedProject => ({
  id,
  number: id,
  title: NAMES[at % NAMES.length]!,
  cost: 0n,
  category: 'Парк',
  territory: null,
  submittedAt: new Date(0),
  expertScore: null,
  cofinancing: null,
  groups: [],
  withdrawn: false,
});

const tieBreak: VotingRule['tieBreak'] = ['lowerCost', 'moreVotes', 'publicLot'];
const greedy = (ballot: BallotRule, more: Partial<VotingRule> = {}): VotingRule => ({
  version: 1,
  ballot,
  order: 'score',
  tieBreak,
  ...more,
});
const anyRule = fc.constantFrom(
  greedy({ type: 'approval' }),
  greedy({ type: 'approval', maxLen: 6 }, { onUnaffordable: 'stop' }),
  greedy({ type: 'choose-1', minLen: 0 }, { eligibility: { minScore: 2 } }),
  greedy({ type: 'cumulative', maxSumPoints: 40 }),
  greedy({ type: 'ordinal', maxLen: 6 }, { onUnaffordable: 'skip' }),
  greedy(
    { type: 'approval' },
    {
      order: 'equalShares',
      equalShares: { utility: 'cost', start: 'exact', increment: 100, stopWhenExhaustive: false, completion: 'none' },
    },
  ),
);
const anyDrawn = fc.record({
  budget: fc.bigInt(1n, 30_000n),
  costs: fc.array(fc.bigInt(0n, 9000n), { minLength: 6, maxLength: 6 }),
  points: fc.array(fc.array(fc.constantFrom(0, 0, 1, 2, 5), { minLength: 6, maxLength: 6 }), { maxLength: 9 }),
});

function ballotOf({ type }: BallotRule, points: number[]): RecordedChoices {
  const given = points.flatMap((value, at) => (value > 0 ? [[`p${at}`, value] as const] : []));
  if (type === 'cumulative') return given;
  return given.map(([id]) => id).slice(0, type === 'choose-1' ? 1 : 6);
}

describe('export and import', () => {
  test('give the same votes, scores and winners under every rule that the format has a name for', () => {
    fc.assert(
      fc.property(anyRule, anyDrawn, (rule, { budget, costs, points }) => {
        const projects = costs.map((cost, at) => ({ ...anyProject(`p${at}`, at), cost }));
        const drawn = { budget, projects, ballots: points.map((one) => ballotOf(rule.ballot, one)) };
        const expected = countOf(rule, drawn).counted;
        const election = parsePabulib(exported(rule, drawn));
        expect(election.warnings).toEqual([]);
        const anew = counted(election);
        expect(anew.winners).toEqual(expected.winners);
        expect(anew.lines.map(({ project, score, outcome }) => [project.id, score, outcome])).toEqual(
          expected.lines.map(({ project, score, outcome }) => [project.id, score, outcome]),
        );
        const selected = election.projects.flatMap((one) => (one.selected ? [one.id] : []));
        expect(selected.toSorted()).toEqual(expected.winners.toSorted());
      }),
      { numRuns: 200 },
    );
  });

  test('a rule that the format has no name for is called unknown, and its import is refused', () => {
    const drawn = { budget: 10n, projects: [anyProject('p0', 0)], ballots: [['p0']] };
    for (const more of [
      { order: 'phragmen' },
      { quotas: [{ by: 'category', maxWinners: 1 }] },
    ] as Partial<VotingRule>[]) {
      const election = parsePabulib(exported(greedy({ type: 'approval' }, more), drawn));
      expect(election.meta['rule']).toBe('unknown');
      expect(() => ruleOf(election)).toThrow('rule unknown is not supported');
    }
  });

  test('ballots for and against give their votes for, and say so', () => {
    const drawn = {
      budget: 10n,
      projects: [anyProject('p0', 0), anyProject('p1', 1)],
      ballots: [
        [
          ['p0', 1],
          ['p1', -1],
        ],
      ] as RecordedChoices[],
    };
    const { meta, voteType, votes } = parsePabulib(exported(greedy({ type: 'forAgainst' }), drawn));
    expect(voteType).toBe('approval');
    expect(meta['comment']).toContain('for and against');
    expect(votes).toEqual([{ voterId: '1', choices: ['p0'], points: null }]);
  });
});
