/**
 * Days off of the five-day week in Russia, as the acts give them: the holidays of article 112 of the Labour Code and the days off that a decree
 * of the Government moves each year. A year without decree is provisional: the two January days off are not assigned yet.
 */
export interface ProductionYear {
  /** The decree that moves the days off; null: not bundled yet, the Labour Code alone applies. */
  act: string | null;
  /** Pairs "MM-DD": the day off of the first day is taken on the second. */
  moved: readonly (readonly [from: string, to: string])[];
}

export const PRODUCTION_YEARS: Readonly<Record<number, ProductionYear>> = {
  2024: {
    act: 'Постановление Правительства РФ от 10.08.2023 № 1314',
    moved: [
      ['01-06', '05-10'],
      ['01-07', '12-31'],
      ['04-27', '04-29'],
      ['11-02', '04-30'],
      ['12-28', '12-30'],
    ],
  },
  2025: {
    act: 'Постановление Правительства РФ от 04.10.2024 № 1335',
    moved: [
      ['01-04', '05-02'],
      ['01-05', '12-31'],
      ['02-23', '05-08'],
      ['03-08', '06-13'],
      ['11-01', '11-03'],
    ],
  },
  2026: {
    act: 'Постановление Правительства РФ от 24.09.2025 № 1466',
    moved: [
      ['01-03', '01-09'],
      ['01-04', '12-31'],
    ],
  },
  2027: { act: null, moved: [] },
};

/** Article 112 part 1 of the Labour Code, "MM-DD"; the first eight are the January holidays, whose days off only a decree moves (part 2). */
export const HOLIDAYS: readonly string[] = [
  '01-01',
  '01-02',
  '01-03',
  '01-04',
  '01-05',
  '01-06',
  '01-07',
  '01-08',
  '02-23',
  '03-08',
  '05-01',
  '05-09',
  '06-12',
  '11-04',
];
