import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rankedBy, talliesOf } from './ranking.ts';

const places = (orders: string[][], rule: 'BORDA' | 'COUNT', choices = 3, ids = ['a', 'b', 'c', 'd']) =>
  rankedBy(talliesOf(ids, orders, { rule, choices })).map(({ problemId, place, points, tied }) =>
    [problemId, place, points, tied ? '=' : ''].join(' ').trim(),
  );

describe('points', () => {
  test('by Borda the first of three places is worth three points', () => {
    expect(places([['a', 'b', 'c'], ['b', 'a'], ['b']], 'BORDA')).toEqual(['b 1 8', 'a 2 5', 'c 3 1', 'd 4 0']);
  });
  test('by count each that is named is worth one', () => {
    expect(places([['a', 'b', 'c'], ['b', 'a'], ['b']], 'COUNT')).toEqual(['b 1 3', 'a 2 2', 'c 3 1', 'd 4 0']);
  });
});

describe('the same points', () => {
  const why = (orders: string[][]) =>
    rankedBy(talliesOf(['a', 'b', 'c'], orders, { rule: 'BORDA', choices: 3 })).map((line) => [
      line.problemId,
      line.place,
      line.why,
    ]);
  test('are told apart by first places', () => {
    // a: 3 + 1, b: 2 + 2.
    expect(
      why([
        ['a', 'b'],
        ['c', 'b', 'a'],
      ]),
    ).toEqual([
      ['a', 1, 'Баллов поровну; решило число первых мест: 1.'],
      ['b', 2, 'Баллов поровну; решило число первых мест: 0.'],
      ['c', 3, null],
    ]);
  });
  test('then by people, and share a place where nothing tells them apart', () => {
    // a: 2 + 2 from two people, b: 2 + 1 + 1 from three.
    const orders = [
      ['c', 'a', 'b'],
      ['c', 'a', 'b'],
      ['c', 'b'],
    ];
    expect(why(orders).slice(1)).toEqual([
      ['b', 2, 'Баллов и первых мест поровну; решило число назвавших: 3.'],
      ['a', 3, 'Баллов и первых мест поровну; решило число назвавших: 2.'],
    ]);
    expect(places([['a'], ['b']], 'BORDA')).toEqual(['a 1 3 =', 'b 1 3 =', 'c 3 0 =', 'd 3 0 =']);
  });
});

test('all points that were given are found again, and the order of the orders changes nothing', () => {
  const order = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(order, { maxLength: 30 }), (orders) => {
      const lines = rankedBy(talliesOf(['a', 'b', 'c', 'd'], orders, { rule: 'BORDA', choices: 3 }));
      const given = orders.reduce((sum, one) => sum + one.reduce((all, _id, index) => all + 3 - index, 0), 0);
      expect(lines.reduce((sum, { points }) => sum + points, 0)).toBe(given);
      expect(rankedBy(talliesOf(['d', 'c', 'b', 'a'], orders.toReversed(), { rule: 'BORDA', choices: 3 }))).toEqual(
        lines,
      );
    }),
  );
});
