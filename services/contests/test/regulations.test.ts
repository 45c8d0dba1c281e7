import { describe, expect, test } from '@jest/globals';
import { readPlanOf } from '@veche/kit/domain/scoring/plan';
import { readContestFile } from '../src/domain/contest-file.ts';
import {
  assessed,
  FILES,
  fileOf,
  planOf,
  pointsOf,
  problemsWith,
  ranking,
  totalOf,
  weightedOf,
  type Row,
} from './regulations.fixture.ts';

test.each(FILES)('%s is a contest file whose rules can be applied', (name) => {
  expect(readContestFile(fileOf(name)).errors).toBeNull();
  expect(planOf(name).criteria.length).toBeGreaterThan(0);
});

describe('M-A, Bashkortostan: a straight line over the share in the subsidy', () => {
  test.each([
    [50_000, '0.00'],
    [75_000, '16.67'],
    [140_000, '60.00'],
    [250_000, '100.00'],
  ])('%i of 1,000,000 gives %s', (municipal, points) => {
    const one = assessed('m-a-bashkortostan', { regional: 1_000_000, municipal });
    expect([totalOf(one, 2), one.barred]).toEqual([points, []]);
  });

  test('less than 5 % is barred, and the denominator is the subsidy and not the cost', () => {
    const row = { cost: 10_000_000, regional: 1_000_000 };
    expect(assessed('m-a-bashkortostan', { ...row, municipal: 49_999 }).barred).toHaveLength(1);
    expect(totalOf(assessed('m-a-bashkortostan', { ...row, municipal: 140_000 }), 2)).toBe('60.00');
  });
});

describe('M-B, Kirov: a line to the best of the cohort, rounded upward to 0.001', () => {
  const K: Row[] = [
    { id: 'K1', cost: 1_000_000, municipal: 100_000 },
    { id: 'K2', cost: 1_200_000, municipal: 160_000 },
    { id: 'K3', cost: 800_000, municipal: 180_000 },
    { id: 'K4', cost: 1_500_000, municipal: 270_000 },
  ];
  const table = (rows: Row[]) =>
    ranking('m-b-kirov', rows).map((one) => [
      one.id,
      one.place,
      Number(one.criteria[0]!.input!.n) / Number(one.criteria[0]!.input!.d),
      totalOf(one, 3),
    ]);

  test('the cohort of four', () => {
    expect(table(K)).toEqual([
      ['K3', 1, 22.5, '10.000'],
      ['K4', 2, 18, '6.400'],
      ['K2', 3, 13.334, '2.668'],
      ['K1', 4, 10, '0.000'],
    ]);
  });

  test('without K3 everybody has other points', () => {
    expect(table(K.filter(({ id }) => id !== 'K3'))).toEqual([
      ['K4', 1, 18, '10.000'],
      ['K2', 2, 13.334, '4.168'],
      ['K1', 3, 10, '0.000'],
    ]);
  });

  test('one of another nomination is no rival', () => {
    const other = { id: 'S', cost: 1_000_000, municipal: 900_000, answers: { nomination: 'SETTLEMENT' } };
    const places = ranking('m-b-kirov', [...K, other]).map(({ id, group, place }) => [id, group, place]);
    expect(places).toEqual([
      ['K3', '', 1],
      ['K4', '', 2],
      ['K2', '', 3],
      ['K1', '', 4],
      ['S', 'SETTLEMENT', 1],
    ]);
  });

  test('where all are at the minimum, nobody has points', () => {
    expect(table([K[0]!, { ...K[0]!, id: 'K5' }]).map(([, , , total]) => total)).toEqual(['0.000', '0.000']);
  });

  test('2018: cut-offs of sub-contests, 217 + 40 + 102 + 1 = 360 winners', () => {
    const cutOffs: [participant: string, points: number, winners: number][] = [
      ['SETTLEMENT', 37.436, 217],
      ['DISTRICT', 41.359, 40],
      ['CITY', 35.258, 102],
      ['GARDENING', 63.874, 1],
    ];
    // Half of those who pass stand right on the cut-off, and three are a thousandth below it.
    const rows = cutOffs.flatMap(([participant, points, winners]) =>
      Array.from({ length: winners + 3 }, (_, index): Row => {
        const more = index >= winners ? -0.001 : index % 2;
        return { id: `${participant}-${index}`, answers: { participant, points: Number((points + more).toFixed(3)) } };
      }),
    );
    const passed = ranking('m-b-kirov-2018', rows).filter(({ barred }) => barred.length === 0);
    const counts = Object.entries(Object.groupBy(passed, ({ group }) => group)).map(([group, all]) => [
      group,
      all!.length,
    ]);
    expect(Object.fromEntries(counts)).toEqual({ SETTLEMENT: 217, DISTRICT: 40, CITY: 102, GARDENING: 1 });
    expect(passed).toHaveLength(360);
  });
});

test('M-C, weights of 100: 100, 60, 40, 0, 50, 80 give 63.0', () => {
  const [municipalPoints, citizensPoints, businessPoints, inkindPoints, extraPoints, labourPoints] = [
    100, 60, 40, 0, 50, 80,
  ];
  const answers = { municipalPoints, citizensPoints, businessPoints, inkindPoints, extraPoints, labourPoints };
  const row = { municipal: 50_000, answers };
  expect(totalOf(assessed('m-c-weights', row), 1)).toBe('63.0');
  expect(assessed('m-c-weights', row).barred).toEqual([]);
  expect(assessed('m-c-weights', { ...row, municipal: 49_999 }).barred).toHaveLength(1);
});

test('M-C with weights of 99 is refused', () => {
  const { criteria, scoring, form } = fileOf('m-c-weights').contest;
  const changed = criteria.map((one) => (one.code === 'labour' ? { ...one, weight: '29' } : one));
  const read = readPlanOf(changed, scoring, form);
  expect(read.ok ? [] : read.problems).toEqual([
    { path: 'scoring.weightSum', reason: expect.stringContaining('сумма весов 99, а должна быть 100') },
  ]);
});

test('M-D, Amur: group 1 with 100, 80, 50, 100, 0 gives 17.80 of 25', () => {
  const answers = {
    p_municipal: 100,
    p_residents: 80,
    p_sponsors: 50,
    p_residents_in_kind: 100,
    p_sponsors_in_kind: 0,
  };
  const one = assessed('m-d-amur', { answers });
  const parts = ['municipal', 'residents', 'sponsors', 'residents-in-kind', 'sponsors-in-kind'];
  // Of the group of 0.25 each part is four times what it is of the whole.
  expect(parts.map((code) => Number(weightedOf(one, code)) / 4)).toEqual([7, 4.8, 3, 3, 0]);
  expect([weightedOf(one, 'contribution'), totalOf(one, 2)]).toEqual(['17.80', '17.80']);
  const most = Object.fromEntries(Object.keys(answers).map((key) => [key, 100]));
  expect(weightedOf(assessed('m-d-amur', { answers: most }), 'contribution')).toBe('25.00');
});

test.each([
  [101, '100', '40.00'],
  [100, '0', '0.00'],
])(
  'M-E, Primorye: %i of 1000 at the meeting give %s points, %s with the weight of 0.4',
  (attendees, points, weighted) => {
    const one = assessed('m-e-primorye', { population: 1000, answers: { attendees } });
    expect([pointsOf(one, 'assembly'), weightedOf(one, 'participation')]).toEqual([points, weighted]);
  },
);

describe('M-F, rural improvement: percentages of four decimals', () => {
  const CODES = ['voters', 'cost', 'extra', 'farming'];
  test.each<[string, Row, string[], string]>([
    [
      '18.2000 %, 850, 12.3457 %, yes',
      { cost: 850_000, citizens: 104_938.45, population: 10_000, answers: { voters: 1820, farming: true } },
      ['5', '5', '5', '15'],
      '30',
    ],
    [
      '26.0417 %, 1500, 31 %, no',
      { cost: 1_500_000, business: 465_000, population: 96, answers: { voters: 25, farming: false } },
      ['10', '10', '15', '0'],
      '35',
    ],
    [
      'all on the upper bounds',
      { cost: 1_000_000, citizens: 300_000, population: 1000, answers: { voters: 250, farming: true } },
      ['5', '5', '5', '15'],
      '30',
    ],
  ])('%s', (_what, row, points, total) => {
    const one = assessed('m-f-rural', row);
    expect([CODES.map((code) => pointsOf(one, code)), totalOf(one)]).toEqual([points, total]);
  });
});

describe('M-G, Rodniki: five points and one more for each further ten', () => {
  test.each([
    [0, '0'],
    [2, '1'],
    [3, '2'],
    [10, '2'],
    [11, '5'],
    [19, '5'],
    [20, '6'],
    [57, '9'],
    [160, '20'],
    [200, '20'],
  ])('%i people give %s', (attendees, points) => {
    expect(pointsOf(assessed('m-g-rodniki', { answers: { attendees } }), 'assembly')).toBe(points);
  });

  test('57 people and both contributors: 9 + 12 = 21', () => {
    const answers = { attendees: 57, citizensPay: true, entitiesPay: true };
    expect(totalOf(assessed('m-g-rodniki', { answers }))).toBe('21');
    expect(totalOf(assessed('m-g-rodniki', { answers: { ...answers, entitiesPay: false } }))).toBe('15');
  });
});

describe('M-H: ranges that overlap at 5 and at 10', () => {
  test('as the act writes them they are refused, at both places', () => {
    const asWritten = problemsWith('m-h-initiatives', 'citizens', ([a, b, c]) => [
      a!,
      { ...b!, fromIncluded: true },
      { ...c!, fromIncluded: true },
    ]);
    expect(asWritten).toEqual([
      expect.stringContaining('наложение в точке 5'),
      expect.stringContaining('наложение в точке 10'),
    ]);
  });

  test.each([
    [50_000, '5'],
    [50_000.01, '10'],
    [100_000, '10'],
    [100_000.01, '15'],
  ])('%d of a million gives %s', (citizens, points) => {
    expect(pointsOf(assessed('m-h-initiatives', { citizens }), 'citizens')).toBe(points);
  });
});
