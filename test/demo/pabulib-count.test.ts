import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { parseMoney } from '@veche/kit/domain/money';
import type { EqualSharesRule, VotingRule } from '@veche/kit/domain/voting-rule';
import { BallotPile } from '@veche/kit/domain/count/ballots';
import { count } from '@veche/kit/domain/count/count';
import { readPabulib } from '../../services/voting/src/pabulib/parse.ts';

const ASSEN = readPabulib(new URL('fixtures/Netherlands_Assen_2024.pb', import.meta.url).pathname);

const GREEDY: VotingRule = { version: 1, ballot: { type: 'approval' }, order: 'score' };
const shares = (more: Partial<EqualSharesRule>): VotingRule => ({
  ...GREEDY,
  order: 'equalShares',
  equalShares: { utility: 'cost', start: 'exact', increment: 0, stopWhenExhaustive: true, completion: 'none', ...more },
});

function counted(rule: VotingRule) {
  const pile = new BallotPile(ASSEN.projects.map(({ id }) => id));
  for (const { choices } of ASSEN.votes) pile.add(choices.map((id) => [id, 1] as const));
  const projects = ASSEN.projects.map(({ id, name, cost, category }) => ({
    id,
    number: id,
    title: name,
    cost: parseMoney(cost),
    category,
    territory: null,
    submittedAt: new Date(0),
    expertScore: null,
    cofinancing: null,
    groups: [],
    withdrawn: false,
  }));
  const election = { budget: parseMoney(ASSEN.budget), projects, ballots: pile.ballots(), decision: [] };
  return count(rule, { ...election, lot: (id) => id });
}

describe('Assen 2024 under every rule of the reference', () => {
  test.each<[string, VotingRule, string]>([
    ['greedy skip', GREEDY, '7 99200 878f4fd3'],
    ['greedy stop', { ...GREEDY, onUnaffordable: 'stop' }, '5 93200 2f9327eb'],
    ['greedy stop, top-up', { ...GREEDY, onUnaffordable: 'stop', lastTopUpPercent: 80 }, '5 93200 2f9327eb'],
    ['score per cost', { ...GREEDY, order: 'scorePerCost' }, '10 88700 102fdc2c'],
    ['Phragmén', { ...GREEDY, order: 'phragmen' }, '10 88700 102fdc2c'],
    ['equal shares, cost', shares({}), '7 60700 4b17ac33'],
    ['equal shares, plain', shares({ utility: 'plain' }), '7 50700 11dcf862'],
    ['equal shares, completed', shares({ completion: 'utilitarian' }), '10 88700 102fdc2c'],
    ['Add1', shares({ increment: 100 }), '9 76700 65d22151'],
    ['Add1, integer start', shares({ increment: 100, start: 'integer' }), '9 76700 65d22151'],
    ['Add1, not stopping', shares({ increment: 100, stopWhenExhaustive: false }), '9 76700 65d22151'],
    ['Add1u', shares({ increment: 100, completion: 'utilitarian' }), '10 88700 102fdc2c'],
  ])('%s', (_name, rule, expected) => {
    const { winners, spent } = counted(rule);
    const hash = createHash('sha256').update(winners.toSorted().join('\n')).digest('hex').slice(0, 8);
    expect(`${winners.length} ${spent / 100n} ${hash}`).toBe(expected);
  });

  test('Add1 takes the runs of the reference and gives the winners of the city', () => {
    const { parts, winners } = counted(shares({ increment: 100 }));
    expect(parts[0]!.shares!.runs).toBe(845);
    const city = ASSEN.projects.flatMap(({ id, selected }) => (selected ? [id] : []));
    expect(winners.toSorted()).toEqual(city.toSorted());
  });
});
