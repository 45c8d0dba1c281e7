import { describe, expect, test } from '@jest/globals';
import { checkVotingRule, type VotingRule } from './voting-rule.ts';

const greedy: VotingRule = {
  version: 1,
  ballot: { type: 'approval', minLen: 1, maxLen: 3 },
  order: 'score',
  onUnaffordable: 'skip',
  tieBreak: ['lowerCost', 'moreVotes', 'earlierApplication', 'publicLot'],
};
const shares = {
  utility: 'cost',
  start: 'exact',
  increment: 100,
  stopWhenExhaustive: true,
  completion: 'none',
} as const;

describe('a voting rule', () => {
  test.each<[string, VotingRule]>([
    ['greedy', greedy],
    [
      'choose one, stop and top-up',
      { ...greedy, ballot: { type: 'choose-1' }, onUnaffordable: 'stop', lastTopUpPercent: 80 },
    ],
    ['points', { ...greedy, ballot: { type: 'cumulative', maxSumPoints: 10 } }],
    ['positions', { ...greedy, ballot: { type: 'ordinal', positionPoints: [3, 2, 1, 1] } }],
    ['knapsack ballot', { ...greedy, ballot: { type: 'approval', maxSumCost: '1000000.00' } }],
    ['equal shares', { ...greedy, order: 'equalShares', equalShares: shares }],
    ['threshold', { ...greedy, eligibility: { minShareOfBallots: '0.1', minScore: 200 } }],
  ])('%s is accepted', (_name, rule) => {
    expect(checkVotingRule(rule)).toEqual({ ok: true, rule });
  });

  test.each<[string, string, unknown]>([
    ['', 'an object is expected', 'greedy'],
    ['version', 'is missing', { ballot: {}, order: 'score' }],
    ['rule', 'is unknown', { ...greedy, rule: 1 }],
    ['order', 'one of score, scorePerCost, equalShares is expected', { ...greedy, order: 'lottery' }],
    ['ballot.type', 'is missing', { ...greedy, ballot: {} }],
    ['ballot.minLen', 'is above maxLen', { ...greedy, ballot: { type: 'approval', minLen: 4, maxLen: 3 } }],
    [
      'ballot.maxLen',
      'a whole number from 1 to 1000 is expected',
      { ...greedy, ballot: { type: 'approval', maxLen: 1.5 } },
    ],
    ['ballot.maxSumPoints', 'is needed for cumulative ballots', { ...greedy, ballot: { type: 'cumulative' } }],
    ['ballot.maxLen', 'is needed for ordinal ballots', { ...greedy, ballot: { type: 'ordinal' } }],
    [
      'ballot.positionPoints',
      'is for ordinal ballots only',
      { ...greedy, ballot: { type: 'approval', positionPoints: [1] } },
    ],
    ['ballot.maxSumCost', 'is for approval ballots only', { ...greedy, ballot: { type: 'choose-1', maxSumCost: '1' } }],
    ['equalShares', 'is missing', { ...greedy, order: 'equalShares' }],
    ['equalShares', 'is for order equalShares only', { ...greedy, equalShares: shares }],
    ['equalShares.start', 'is missing', { ...greedy, order: 'equalShares', equalShares: { utility: 'cost' } }],
    ['lastTopUpPercent', 'needs onUnaffordable stop', { ...greedy, lastTopUpPercent: 80 }],
    ['tieBreak', 'an item occurs twice', { ...greedy, tieBreak: ['lowerCost', 'lowerCost'] }],
    ['eligibility.minShareOfBallots', 'is above 1', { ...greedy, eligibility: { minShareOfBallots: '1.5' } }],
  ])('%s: %s', (path, reason, rule) => {
    expect(checkVotingRule(rule)).toEqual({ ok: false, path, reason });
  });
});
