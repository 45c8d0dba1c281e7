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
          { by: 'division', keys: ['line-1', 'line-2'], title: 'Спорт', maxWinners: 3 },
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
    ['', 'нужен объект', 'greedy'],
    ['version', 'не указано', { ballot: {}, order: 'score' }],
    ['rule', 'такого поля нет', { ...greedy, rule: 1 }],
    ['order', 'нужно одно из: score, scorePerCost, equalShares, phragmen', { ...greedy, order: 'lottery' }],
    ['ballot.type', 'не указано', { ...greedy, ballot: {} }],
    ['ballot.minLen', 'больше maxLen', { ...greedy, ballot: { type: 'approval', minLen: 4, maxLen: 3 } }],
    ['ballot.maxLen', 'нужно целое число от 1 до 1000', { ...greedy, ballot: { type: 'approval', maxLen: 1.5 } }],
    ['ballot.maxSumPoints', 'нужно для бюллетеней с баллами', { ...greedy, ballot: { type: 'cumulative' } }],
    ['ballot.maxLen', 'нужно для бюллетеней с порядком', { ...greedy, ballot: { type: 'ordinal' } }],
    [
      'ballot.positionPoints',
      'только для бюллетеней с порядком',
      { ...greedy, ballot: { type: 'approval', positionPoints: [1] } },
    ],
    [
      'ballot.maxSumCost',
      'только для бюллетеней approval',
      { ...greedy, ballot: { type: 'choose-1', maxSumCost: '1' } },
    ],
    ['equalShares', 'не указано', { ...greedy, order: 'equalShares' }],
    ['equalShares', 'только для порядка equalShares', { ...greedy, equalShares: shares }],
    ['equalShares.start', 'не указано', { ...greedy, order: 'equalShares', equalShares: { utility: 'cost' } }],
    ['lastTopUpPercent', 'нужно onUnaffordable stop', { ...greedy, lastTopUpPercent: 80 }],
    ['tieBreak', 'элемент повторяется', { ...greedy, tieBreak: ['lowerCost', 'lowerCost'] }],
    ['tieBreak.1', `нужно одно из: ${TIE_BREAKS.join(', ')}`, { ...greedy, tieBreak: ['lowerCost', 'coin'] }],
    ['ballot.maxSumCost', 'нужна сумма вида 1234.56', { ...greedy, ballot: { type: 'approval', maxSumCost: '1.005' } }],
    [
      'ballot.maxLen',
      'больше числа мест в positionPoints',
      { ...greedy, ballot: { type: 'ordinal', maxLen: 4, positionPoints: [3, 2, 1] } },
    ],
    [
      'ballot.perCategory',
      'элемент повторяется',
      { ...greedy, ballot: { type: 'approval', perCategory: [{ max: 1 }, { max: 2 }] } },
    ],
    ['ballot.perCategory.0.max', 'не указано', { ...greedy, ballot: { type: 'approval', perCategory: [{}] } }],
    [
      'eligibility.minForShare',
      'только для бюллетеней «за» и «против»',
      { ...greedy, eligibility: { minForShare: '0.5' } },
    ],
    [
      'eligibility.costShareFactor',
      'нужно десятичное число или дробь вида 1/3',
      { ...greedy, eligibility: { costShareFactor: '1/0' } },
    ],
    ['partition.budgets', 'не указано', { ...greedy, partition: { by: 'category' } }],
    [
      'partition.remainder',
      'нужно деление по category или territory',
      { ...greedy, partition: { by: 'none', remainder: 'cityPool' } },
    ],
    [
      'partition.budgets.1.budget',
      'нужна сумма вида 1234.56',
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
      'вместе больше бюджета',
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
    ['onUnaffordable', 'skip не для порядка phragmen', { ...greedy, order: 'phragmen' }],
    [
      'order',
      'phragmen не для бюллетеней с баллами',
      { version: 1, order: 'phragmen', ballot: { type: 'cumulative', maxSumPoints: 3 } },
    ],
    ['topUpReserve', 'нужно lastTopUpPercent', { ...greedy, topUpReserve: '1' }],
    ['exclusiveGroups.0', 'нужен список от 2 до 200 элементов', { ...greedy, exclusiveGroups: [['a']] }],
    ['quotas.0', 'нужно одно из двух: maxWinners или maxMoney', { ...greedy, quotas: [{ by: 'category' }] }],
    [
      'quotas.0',
      'для division нужны keys и title',
      { ...greedy, quotas: [{ by: 'division', keys: ['a'], maxWinners: 1 }] },
    ],
    [
      'quotas.0.key',
      'только для category и territory',
      { ...greedy, quotas: [{ by: 'division', key: 'a', keys: ['a'], title: 'А', maxWinners: 1 }] },
    ],
    [
      'quotas.0',
      'keys и title только для division',
      { ...greedy, quotas: [{ by: 'category', title: 'А', maxWinners: 1 }] },
    ],
    [
      'quotas.0.keys',
      'элемент повторяется',
      { ...greedy, quotas: [{ by: 'division', keys: ['a', 'a'], title: 'А', maxWinners: 1 }] },
    ],
    ['expert.weight', 'не указано', { ...greedy, expert: { mode: 'criterion' } }],
    ['expert.minimum', 'не указано', { ...greedy, expert: { mode: 'gateBefore' } }],
    [
      'expert.bands.1.from',
      'не больше предыдущей границы',
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
      'gateAfter возможен с порядком score или scorePerCost',
      { version: 1, ballot: { type: 'approval' }, order: 'phragmen', expert: { mode: 'gateAfter' } },
    ],
    [
      'tieBreak',
      'для commissionDecision нужно equalShares.increment 0',
      { ...greedy, order: 'equalShares', equalShares: shares, tieBreak: ['commissionDecision'] },
    ],
    ['lotCommitment', 'нельзя вместе с lotSeed', { ...greedy, lotSeed: 'a', lotCommitment: 'ab'.repeat(32) }],
    ['eligibility.minShareOfBallots', 'больше 1', { ...greedy, eligibility: { minShareOfBallots: '1.5' } }],
  ])('%s: %s', (path, reason, rule) => {
    expect(checkVotingRule(rule, BUDGET)).toEqual({ ok: false, path, reason });
  });
});
