import { describe, expect, test } from '@jest/globals';
import { assessed, pointsOf, problemsWith, ranking, totalOf, weightedOf, type Row } from './regulations.fixture.ts';

describe('M-I: co-financing with labour', () => {
  test('23 %, video, two channels: 6 + 1 + 2 = 9', () => {
    const row = { citizens: 130_000, inKind: 100_000, answers: { video: true, stands: true, social: true } };
    const one = assessed('m-i-co-financing', row);
    expect(['own', 'video', 'channels'].map((code) => pointsOf(one, code))).toEqual(['6', '1', '2']);
    expect([totalOf(one), one.barred]).toEqual(['9', []]);
  });

  test.each([
    [49_999, '0', 1],
    [50_000, '1', 0],
    [100_000, '1', 0],
    [200_000, '3', 0],
    [400_000, '9', 0],
    [500_000, '12', 0],
    [500_001, '15', 0],
  ])('%i of a million: %s points, barred by %i', (citizens, points, barred) => {
    const one = assessed('m-i-co-financing', { citizens });
    expect([pointsOf(one, 'own'), one.barred.length]).toEqual([points, barred]);
  });
});

describe('M-J: a gate, and a scale that depends on the cost', () => {
  test.each([
    [999_999, 100, '10'],
    [1_000_000, 100, '5'],
    [1_000_000, 200, '10'],
  ])('cost %i, %i supporters: %s', (cost, supporters, points) => {
    expect(pointsOf(assessed('m-j-supporters', { cost, answers: { supporters } }), 'supporters')).toBe(points);
  });

  test('everybody and accessible have ten each; a private object has none and is barred', () => {
    const open = assessed('m-j-supporters', { answers: { audience: 'EVERYBODY', accessible: true } });
    expect([pointsOf(open, 'audience'), pointsOf(open, 'accessible'), open.barred]).toEqual(['10', '10', []]);
    const closed = assessed('m-j-supporters', { answers: { audience: 'PRIVATE', accessible: false } });
    expect([pointsOf(closed, 'audience'), pointsOf(closed, 'accessible'), closed.barred.length]).toEqual(['0', '0', 1]);
  });
});

describe('M-K, Sanchursk', () => {
  test('45 %, 7 years, needs maintenance, all ages: 10 + 15 + 0 + 10 = 35', () => {
    const row = { people: 45, population: 100, answers: { years: 7, maintenance: true, allAges: true } };
    const one = assessed('m-k-sanchursk', row);
    const points = ['beneficiaries', 'durability', 'maintenance', 'all-ages'].map((code) => pointsOf(one, code));
    expect([points, totalOf(one)]).toEqual([['10', '15', '0', '10'], '35']);
  });

  test('the gaps at 30.5 and 60.5 are refused as written and closed in the file', () => {
    const asWritten = problemsWith('m-k-sanchursk', 'beneficiaries', ([a, b, c]) => [
      a!,
      { ...b!, from: '31', fromIncluded: true },
      { ...c!, from: '61', fromIncluded: true },
    ]);
    expect(asWritten).toEqual([
      expect.stringContaining('разрыв между 30 и 31'),
      expect.stringContaining('разрыв между 60 и 61'),
    ]);
    expect(pointsOf(assessed('m-k-sanchursk', { people: 305, population: 1000 }), 'beneficiaries')).toBe('10');
    expect(pointsOf(assessed('m-k-sanchursk', { people: 605, population: 1000 }), 'beneficiaries')).toBe('15');
  });
});

describe('M-L: experts with coefficients 2, 2, 0.5', () => {
  const marks = (...experts: [number, number, number][]) => ({
    need: experts.map(([a]) => a),
    effect: experts.map(([, b]) => b),
    novelty: experts.map(([, , c]) => c),
  });

  test.each<[[number, number, number][], string]>([
    [[[8, 7, 9]], '34.50'],
    [[[6, 9, 8]], '34.00'],
    [[[9, 8, 10]], '39.00'],
    [
      [
        [8, 7, 9],
        [6, 9, 8],
        [9, 8, 10],
      ],
      '35.83',
    ],
  ])('%j give %s', (experts, total) => {
    expect(totalOf(assessed('m-l-experts', { marks: marks(...experts) }), 2)).toBe(total);
  });

  test('fewer than 15 points do not pass, and of equals the earlier submission is first: nine pass', () => {
    const rows = Array.from({ length: 12 }, (_, index): Row => ({
      id: `A${String(index).padStart(2, '0')}`,
      marks: marks(index < 9 ? [4, 3, 2] : [3, 4, 1]),
      submittedAt: `2026-02-${String(28 - index).padStart(2, '0')}T00:00:00Z`,
    }));
    const ranked = ranking('m-l-experts', rows);
    const passed = ranked.filter(({ barred }) => barred.length === 0);
    expect(passed.map(({ id, place, tied }) => [id, place, tied])).toEqual(
      ['A08', 'A07', 'A06', 'A05', 'A04', 'A03', 'A02', 'A01', 'A00'].map((id, index) => [id, index + 1, false]),
    );
    expect([totalOf(ranked[0]!, 1), totalOf(ranked[9]!, 1), ranked[9]!.barred[0]]).toEqual([
      '15.0',
      '14.5',
      'Итоговый балл 14.5, проходной — 15.',
    ]);
  });
});

test.each([
  [12_000_000, 8_400_000, []],
  [12_000_000, 8_400_000.01, ['x']],
  [14_290_000, 10_000_000, []],
  [14_290_000, 10_000_000.01, ['x']],
])('M-M, Yugra: of a cost of %i a subsidy of %d', (cost, regional, barred) => {
  expect(assessed('m-m-yugra', { cost, regional }).barred).toHaveLength(barred.length);
});

test('M-M, experts 80 and vote 20', () => {
  const rows = [
    { id: 'a', votes: [9000, 0], marks: { quality: [10, 9] } },
    { id: 'b', votes: [5400, 0], marks: { quality: [10] } },
  ] as Row[];
  expect(ranking('m-m-yugra', rows).map((one) => [one.id, totalOf(one, 2)])).toEqual([
    ['a', '96.00'],
    ['b', '92.00'],
  ]);
});

test.each<[number, number, string, number]>([
  [1204, 1187, '50.36', 0],
  [600, 600, '50.00', 1],
  [601, 600, '50.04', 0],
  [0, 0, '0.00', 1],
])('M-N, Yekaterinburg: %i for, %i against: %s %%, barred by %i', (for_, against, points, barred) => {
  const one = assessed('m-n-yekaterinburg', { votes: [for_, against] });
  expect([pointsOf(one, 'poll', 2), one.barred.length]).toEqual([points, barred]);
});

test('M-N, Yekaterinburg: projects up to 2.5 million', () => {
  const of = (cost: number) => assessed('m-n-yekaterinburg', { cost, votes: [2, 1] }).barred.length;
  expect([of(2_500_000), of(2_500_000.01)]).toEqual([0, 1]);
});

test('M-O, Sverdlovsk: support and strategy', () => {
  const one = assessed('m-o-sverdlovsk', { population: 1000, answers: { supporters: 250, strategy: true } });
  expect([pointsOf(one, 'supporters', 2), pointsOf(one, 'strategy'), totalOf(one, 1)]).toEqual(['12.50', '50', '62.5']);
});

describe('M-P, Kostroma: local share above the minimum 2, at it 0; average defence 1, high more', () => {
  test.each([
    [1_500_001, 2, '4'],
    [1_500_000, 1, '1'],
  ])('%i of 3 million, defence %i: %s', (municipal, defence, total) => {
    const one = assessed('m-p-kostroma', { cost: 3_000_000, municipal, marks: { defence: [defence] } });
    expect([totalOf(one), one.barred]).toEqual([total, []]);
  });

  test('less than 50 % or more than 3 million is barred', () => {
    expect(assessed('m-p-kostroma', { cost: 3_000_000, municipal: 1_499_999 }).barred).toHaveLength(1);
    expect(assessed('m-p-kostroma', { cost: 3_000_000.01, municipal: 3_000_000 }).barred).toHaveLength(1);
  });
});

test('the regional template: 9 % of at most 12 % give 7.27, 5,400 of 9,000 votes give 12.00', () => {
  const rows: Row[] = [
    { id: 'ours', citizens: 90_000, votes: [5400, 0] },
    { id: 'best', citizens: 120_000, votes: [9000, 0] },
  ];
  const ours = ranking('template-b-regional', rows).find(({ id }) => id === 'ours')!;
  expect([pointsOf(ours, 'citizens', 2), pointsOf(ours, 'vote', 2)]).toEqual(['7.27', '12.00']);
});

test('the city template: 25.20 + 10.00 + 0.18 + 10 + 6.00 = 51.38', () => {
  const one = assessed('template-c-city', {
    citizens: 230_000,
    votes: [1204, 1187],
    answers: { accessible: true },
    // Means of 4.5, 4, 4 and 4.3: 4.2 of 5.
    marks: { relevance: [4, 5], feasibility: [4], costs: [4], effect: [5, 5, 5, 4, 4, 4, 4, 4, 4, 4], novelty: [6] },
  });
  expect(['own', 'poll', 'accessible', 'novelty'].map((code) => weightedOf(one, code))).toEqual([
    '10.00',
    '0.18',
    '10.00',
    '6.00',
  ]);
  expect([weightedOf(one, 'district'), totalOf(one, 2)]).toEqual(['25.20', '51.38']);
});
