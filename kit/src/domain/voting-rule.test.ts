import { describe, expect, test } from '@jest/globals';
import { TIE_BREAKS, type VotingRule } from './voting-rule.ts';
import { checkVotingRule } from './voting-rule-check.ts';

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

const BUDGET = 500_000_050n;

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
    ['share of the cost', { ...greedy, eligibility: { costShareFactor: '1/3' } }],
    [
      'for and against, limits of districts',
      {
        ...greedy,
        ballot: { type: 'forAgainst', perTerritory: [{ max: 2 }, { key: '71876000', max: 5 }] },
        eligibility: { minForShare: '0.5' },
      },
    ],
    [
      'districts with a common pool',
      {
        ...greedy,
        partition: { by: 'territory', budgets: [{ key: 'A', budget: '5000000.50' }], remainder: 'cityPool' },
      },
    ],
    [
      'quotas',
      {
        ...greedy,
        quotas: [
          { by: 'category', maxWinners: 1 },
          { by: 'territory', key: 'A', maxMoney: '1000' },
        ],
      },
    ],
    ['exclusive groups', { ...greedy, exclusiveGroups: [['a', 'b']], exclusiveMode: 'dropIfFunded' }],
    ['comparison', { ...greedy, order: 'equalShares', equalShares: { ...shares, comparison: 'byAny' } }],
    ['phragmen', { ...greedy, order: 'phragmen', onUnaffordable: 'stop' }],
    ['top-up from a reserve', { ...greedy, onUnaffordable: 'stop', lastTopUpPercent: 80, topUpReserve: '100000' }],
    [
      'the vote as a criterion',
      {
        ...greedy,
        expert: {
          mode: 'criterion',
          weight: '1',
          bands: [
            { from: '0', points: '5' },
            { from: '1/3', points: '10' },
          ],
        },
      },
    ],
    ['a committed lot', { ...greedy, tieBreak: ['commissionDecision', 'publicLot'], lotCommitment: 'ab'.repeat(32) }],
  ])('%s is accepted', (_name, rule) => {
    expect(checkVotingRule(rule, BUDGET)).toEqual({ ok: true, rule });
  });

  test.each<[string, string, unknown]>([
    ['', 'an object is expected', 'greedy'],
    ['version', 'is missing', { ballot: {}, order: 'score' }],
    ['rule', 'is unknown', { ...greedy, rule: 1 }],
    ['order', 'one of score, scorePerCost, equalShares, phragmen is expected', { ...greedy, order: 'lottery' }],
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
    ['tieBreak.1', `one of ${TIE_BREAKS.join(', ')} is expected`, { ...greedy, tieBreak: ['lowerCost', 'coin'] }],
    [
      'ballot.maxSumCost',
      'a sum like 1234.56 is expected',
      { ...greedy, ballot: { type: 'approval', maxSumCost: '1.005' } },
    ],
    [
      'ballot.maxLen',
      'is above the number of positionPoints',
      { ...greedy, ballot: { type: 'ordinal', maxLen: 4, positionPoints: [3, 2, 1] } },
    ],
    [
      'ballot.perCategory',
      'an item occurs twice',
      { ...greedy, ballot: { type: 'approval', perCategory: [{ max: 1 }, { max: 2 }] } },
    ],
    ['ballot.perCategory.0.max', 'is missing', { ...greedy, ballot: { type: 'approval', perCategory: [{}] } }],
    [
      'eligibility.minForShare',
      'is for ballots for and against only',
      { ...greedy, eligibility: { minForShare: '0.5' } },
    ],
    [
      'eligibility.costShareFactor',
      'a decimal number or a fraction like 1/3 is expected',
      { ...greedy, eligibility: { costShareFactor: '1/0' } },
    ],
    ['partition.budgets', 'is missing', { ...greedy, partition: { by: 'category' } }],
    [
      'partition.remainder',
      'needs a partition by category or territory',
      { ...greedy, partition: { by: 'none', remainder: 'cityPool' } },
    ],
    [
      'partition.budgets.1.budget',
      'a sum like 1234.56 is expected',
      {
        ...greedy,
        partition: {
          by: 'category',
          budgets: [
            { key: 'a', budget: '1' },
            { key: 'b', budget: 2 },
          ],
        },
      },
    ],
    [
      'partition.budgets',
      'are together more than the budget',
      {
        ...greedy,
        partition: {
          by: 'category',
          budgets: [
            { key: 'a', budget: '5000000.50' },
            { key: 'b', budget: '0.01' },
          ],
        },
      },
    ],
    ['onUnaffordable', 'skip is not for order phragmen', { ...greedy, order: 'phragmen' }],
    [
      'order',
      'phragmen is not for ballots with points',
      { version: 1, order: 'phragmen', ballot: { type: 'cumulative', maxSumPoints: 3 } },
    ],
    ['topUpReserve', 'needs lastTopUpPercent', { ...greedy, topUpReserve: '1' }],
    ['exclusiveGroups.0', 'a list of 2 to 200 items is expected', { ...greedy, exclusiveGroups: [['a']] }],
    ['quotas.0', 'exactly one of maxWinners and maxMoney is expected', { ...greedy, quotas: [{ by: 'category' }] }],
    ['expert.weight', 'is missing', { ...greedy, expert: { mode: 'criterion' } }],
    ['expert.minimum', 'is missing', { ...greedy, expert: { mode: 'gateBefore' } }],
    [
      'expert.bands.1.from',
      'is not above the band before',
      {
        ...greedy,
        expert: {
          mode: 'criterion',
          weight: '1',
          bands: [
            { from: '1/3', points: '5' },
            { from: '0.3', points: '1' },
          ],
        },
      },
    ],
    [
      'expert.mode',
      'gateAfter needs order score or scorePerCost',
      { version: 1, ballot: { type: 'approval' }, order: 'phragmen', expert: { mode: 'gateAfter' } },
    ],
    [
      'tieBreak',
      'commissionDecision needs equalShares.increment 0',
      { ...greedy, order: 'equalShares', equalShares: shares, tieBreak: ['commissionDecision'] },
    ],
    ['lotCommitment', 'is not with lotSeed', { ...greedy, lotSeed: 'a', lotCommitment: 'ab'.repeat(32) }],
    ['eligibility.minShareOfBallots', 'is above 1', { ...greedy, eligibility: { minShareOfBallots: '1.5' } }],
  ])('%s: %s', (path, reason, rule) => {
    expect(checkVotingRule(rule, BUDGET)).toEqual({ ok: false, path, reason });
  });
});
