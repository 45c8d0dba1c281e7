import { describe, expect, test } from '@jest/globals';
import type { BallotRule } from '@veche/kit/domain/voting-rule';
import { checkBallot, pointsOf, type Choice } from './ballot.ts';

const LIST = new Map([
  ['a', { cost: 100n, category: 'Спорт', territory: '71876000' }],
  ['b', { cost: 200n, category: 'Спорт', territory: '71876000' }],
  ['c', { cost: 300n, category: 'Дворы', territory: null }],
]);
const of = (...ids: string[]): Choice[] => ids.map((project) => ({ project }));
const points = (given: Record<string, number>): Choice[] =>
  Object.entries(given).map(([project, value]) => ({ project, points: value }));

describe('a ballot within its rule is recorded', () => {
  test.each<[string, BallotRule, Choice[], unknown]>([
    ['approval, sorted', { type: 'approval', minLen: 1, maxLen: 2 }, of('c', 'a'), ['a', 'c']],
    ['choose one', { type: 'choose-1' }, of('b'), ['b']],
    ['empty where allowed', { type: 'approval' }, [], []],
    ["ordinal, in the voter's order", { type: 'ordinal', maxLen: 3 }, of('c', 'a'), ['c', 'a']],
    [
      'cumulative, sorted by id',
      { type: 'cumulative', maxSumPoints: 10 },
      points({ b: 7, a: 3 }),
      [
        ['a', 3],
        ['b', 7],
      ],
    ],
    [
      'for and against, sorted by id',
      { type: 'forAgainst' },
      points({ c: -1, a: 1 }),
      [
        ['a', 1],
        ['c', -1],
      ],
    ],
    [
      'limits of categories and territories',
      {
        type: 'approval',
        perCategory: [{ max: 1 }, { key: 'Спорт', max: 2 }],
        perTerritory: [{ key: '71871000', max: 1 }],
      },
      of('a', 'b', 'c'),
      ['a', 'b', 'c'],
    ],
    ['within a sum', { type: 'approval', maxSumCost: '4.00' }, of('a', 'c'), ['a', 'c']],
  ])('%s', (_name, rule, choices, recorded) => {
    expect(checkBallot(rule, LIST, choices)).toEqual({ choices: recorded, rejection: null });
  });
});

describe('each violation has its own code, and the nearest right ballot is taken', () => {
  const LIMITED: BallotRule = {
    type: 'approval',
    perCategory: [{ max: 1 }],
    perTerritory: [{ key: '71876000', max: 2 }],
  };
  const SPORT: BallotRule = { type: 'approval', perCategory: [{ key: 'Спорт', max: 1 }] };
  const PLACE: BallotRule = { type: 'approval', perTerritory: [{ key: '71876000', max: 1 }] };
  const POINTS: BallotRule = { type: 'cumulative', maxSumPoints: 10 };
  test.each<[string, BallotRule, wrong: Choice[], right: Choice[]]>([
    ['PROJECT_UNKNOWN', { type: 'approval' }, of('a', 'x'), of('a')],
    ['PROJECT_REPEATED', { type: 'approval' }, of('a', 'a'), of('a', 'b')],
    ['TOO_FEW_CHOICES', { type: 'approval', minLen: 1 }, [], of('a')],
    ['TOO_FEW_CHOICES', { type: 'choose-1' }, [], of('a')],
    ['TOO_MANY_CHOICES', { type: 'approval', maxLen: 1 }, of('a', 'b'), of('a')],
    ['TOO_MANY_CHOICES', { type: 'choose-1' }, of('a', 'b'), of('b')],
    ['TOO_MANY_CHOICES', { type: 'ordinal', positionPoints: [2, 1] }, of('a', 'b', 'c'), of('b', 'a')],
    ['POINTS_INVALID', { type: 'approval' }, points({ a: 1 }), of('a')],
    ['POINTS_INVALID', { type: 'forAgainst' }, of('a'), points({ a: 1 })],
    ['POINTS_INVALID', { type: 'forAgainst' }, points({ a: 2 }), points({ a: -1 })],
    ['POINTS_INVALID', POINTS, of('a'), points({ a: 1 })],
    ['POINTS_INVALID', POINTS, points({ a: 0 }), points({ a: 10 })],
    ['POINTS_INVALID', POINTS, points({ a: 1.5 }), points({ a: 1 })],
    ['TOO_MANY_POINTS', POINTS, points({ a: 6, b: 5 }), points({ a: 6, b: 4 })],
    ['TOO_MANY_POINTS', { ...POINTS, maxPoints: 5 }, points({ a: 6 }), points({ a: 5 })],
    ['SUM_EXCEEDED', { type: 'approval', maxSumCost: '3.99' }, of('a', 'c'), of('c')],
    ['TOO_MANY_OF_CATEGORY', LIMITED, of('a', 'b'), of('a', 'c')],
    ['TOO_MANY_OF_CATEGORY', SPORT, of('a', 'b', 'c'), of('b', 'c')],
    ['TOO_MANY_OF_TERRITORY', PLACE, of('a', 'b'), of('a', 'c')],
  ])('%s', (code, rule, wrong, right) => {
    expect(checkBallot(rule, LIST, wrong).rejection?.code).toBe(code);
    expect(checkBallot(rule, LIST, right).rejection).toBeNull();
  });
});

describe('points of a recorded ballot', () => {
  test.each<[BallotRule, readonly string[] | readonly [string, number][], [string, number][]]>([
    [
      { type: 'approval' },
      ['a', 'b'],
      [
        ['a', 1],
        ['b', 1],
      ],
    ],
    [
      { type: 'ordinal', maxLen: 3 },
      ['c', 'a'],
      [
        ['c', 3],
        ['a', 2],
      ],
    ],
    [
      { type: 'ordinal', positionPoints: [5, 1] },
      ['c', 'a'],
      [
        ['c', 5],
        ['a', 1],
      ],
    ],
    [{ type: 'cumulative', maxSumPoints: 10 }, [['a', 3]], [['a', 3]]],
    [{ type: 'forAgainst' }, [['a', -1]], [['a', -1]]],
  ])('%j', (rule, choices, expected) => {
    expect(pointsOf(rule, choices)).toEqual(expected);
  });
});
