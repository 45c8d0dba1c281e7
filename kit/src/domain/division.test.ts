import { describe, expect, test } from '@jest/globals';
import { limitsOf, overLimit, withDivisionQuotas, type Division } from './division.ts';
import { SKIP } from './count/elections.fixture.ts';
import { checkVotingRule } from './voting-rule-check.ts';

const DIVISIONS: Division[] = [
  { code: 'city', kind: 'GROUP', title: 'Города', budget: 600n },
  { code: 'village', kind: 'GROUP', title: 'Сёла', budget: null },
  { code: 'sport', kind: 'NOMINATION', title: 'Спорт', winnersLimit: 1 },
  { code: 'park', kind: 'NOMINATION', title: 'Парки' },
];
const REST = 'остаток бюджета без закреплённых средств';
const limits = limitsOf(DIVISIONS, 1000n);

test('places and money of each, and what is left for those of the same kind that keep nothing', () => {
  expect(limits).toEqual([
    { codes: ['city'], title: 'Города', maxWinners: null, maxMoney: 600n },
    { codes: ['sport'], title: 'Спорт', maxWinners: 1, maxMoney: null },
    { codes: ['village'], title: REST, maxWinners: null, maxMoney: 400n },
  ]);
  expect(limitsOf(DIVISIONS.slice(3), 1000n)).toEqual([]);
  // All of the budget is kept: nothing is left.
  expect(limitsOf(DIVISIONS.slice(0, 2), 600n)[1]).toMatchObject({ codes: ['village'], maxMoney: 0n });
});

describe('quotas of the rule of a vote', () => {
  const DERIVED = [
    { by: 'division', keys: ['city'], title: 'Города', maxMoney: '6.00' },
    { by: 'division', keys: ['sport'], title: 'Спорт', maxWinners: 1 },
    { by: 'division', keys: ['village'], title: REST, maxMoney: '4.00' },
  ] as const;

  test('are derived from the limits, and the rule is still one', () => {
    const rule = withDivisionQuotas(SKIP, limits);
    expect(rule).toEqual({ ...SKIP, quotas: DERIVED });
    expect(checkVotingRule(rule, 1000n).ok).toBe(true);
    expect(withDivisionQuotas(SKIP, [])).toBe(SKIP);
  });

  test('where the rule says the same limit itself, it stands; another one does not count for it', () => {
    const category = { by: 'category' as const, maxWinners: 3 };
    const own = [category, { ...DERIVED[0], maxMoney: '5.00' }, { ...DERIVED[1], keys: ['park'] }];
    expect(withDivisionQuotas({ ...SKIP, quotas: own }, limits).quotas).toEqual([...own, DERIVED[1], DERIVED[2]]);
    const places = { by: 'division' as const, keys: ['city'], title: 'Города', maxWinners: 2 };
    expect(withDivisionQuotas({ ...SKIP, quotas: [places] }, limits).quotas).toEqual([places, ...DERIVED]);
  });
});

test.each<[string, [cost: bigint, ...divisions: string[]][], string | null]>([
  [
    'to the kopeck',
    [
      [300n, 'city', 'park'],
      [300n, 'city', 'park'],
      [400n, 'village', 'sport'],
    ],
    null,
  ],
  [
    'a kopeck above the money',
    [
      [300n, 'city', 'park'],
      [301n, 'city', 'park'],
    ],
    '«Города»: победители стоили бы 6.01 руб., а средств 6.00 руб.',
  ],
  [
    'one above the places',
    [
      [1n, 'city', 'sport'],
      [1n, 'village', 'sport'],
    ],
    '«Спорт»: победителей было бы 2, а может быть не больше 1.',
  ],
  ['above the rest', [[401n, 'village']], `«${REST}»: победители стоили бы 4.01 руб., а средств 4.00 руб.`],
  ['of no division', [[5000n]], null],
])('winners %s', (_name, winners, reason) => {
  expect(
    overLimit(
      limits,
      winners.map(([cost, ...divisions]) => ({ cost, divisions })),
    ),
  ).toBe(reason);
});
