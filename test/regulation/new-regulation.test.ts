import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  admitted,
  ANSWERS,
  AT,
  contestInput,
  does,
  organiser,
  START,
  type Filed,
} from '../../services/contests/test/setup.ts';
import { assess, decide, determineRanking, ending, rankingOf, startWorld, type Ranking, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const STAGES = [
  { type: 'INTAKE', opensLocal: '2026-03-01T13:00:00', closesLocal: '2026-03-11T13:00:00' },
  { type: 'EXPERTISE', opensLocal: '2026-03-11T13:00:00', closesLocal: '2026-03-20T13:00:00' },
  { type: 'COMMISSION', opensLocal: '2026-03-25T13:00:00', closesLocal: '2026-03-27T13:00:00' },
];

const criterion = (kind: string, weight: string, parameters: object, more: object = {}) => ({
  kind,
  weight,
  parameters,
  title: 'Критерий нового положения',
  maxPoints: '100',
  ...more,
});

/** No regulation of the files has this mix: a mean of the cohort as bound, a median with a floor, groups by an answer, upward totals. */
const CRITERIA = [
  criterion(
    'GATE',
    '0',
    { condition: 'derived.ownShare >= 5', message: 'Собственных средств меньше 5 %.' },
    { code: 'own-minimum', maxPoints: '0' },
  ),
  criterion('GROUP', '60', { weightSum: '1' }, { code: 'people' }),
  criterion(
    'RATE',
    '0.5',
    {
      input: 'answers.supportersCount',
      x0: '100',
      unit: '50',
      base: '20',
      k: '10',
      rounding: 'CEIL',
      lower: [{ from: '0', fromIncluded: true, to: '100', toIncluded: true, points: '0' }],
    },
    { code: 'supporters', group: 'people' },
  ),
  criterion(
    'COHORT_LINEAR',
    '0.5',
    { input: 'derived.ownShare', aStat: 'AVG', bStat: 'MAX', flat: '10' },
    { code: 'own', group: 'people' },
  ),
  criterion(
    'ENUM',
    '10',
    { input: 'category', options: [{ value: 'PLAYGROUND', points: '100' }], otherwise: '50' },
    { code: 'category' },
  ),
  criterion('EXPERT', '30', { commentRequired: false, aggregate: 'MEDIAN' }, { code: 'quality', least: '40' }),
];
const SCORING = {
  derived: [
    {
      code: 'ownShare',
      title: 'Доля собственных средств',
      formula: 'pct(money.citizens + money.business, totalCost)',
    },
  ],
  weightSum: '100',
  round: { places: 1, mode: 'CEIL' },
  threshold: '30',
  groupBy: 'answers.discussionForm',
  groupThresholds: [{ group: 'POLL', threshold: '61.1' }],
  tieBreakers: [{ by: 'FORMULA', formula: 'totalCost', first: 'LESS' }],
};

const PROJECTS = [
  { name: 'A', citizens: 90_000, supportersCount: 320, category: 'PLAYGROUND', form: 'ASSEMBLY', marks: [80, 60] },
  { name: 'B', citizens: 180_000, supportersCount: 100, category: 'PARK', form: 'ASSEMBLY', marks: [90, 90] },
  { name: 'C', citizens: 270_000, supportersCount: 151, category: 'PARK', form: 'ASSEMBLY', marks: [30, 40] },
  { name: 'D', citizens: 45_000, supportersCount: 1000, category: 'PLAYGROUND', form: 'POLL', marks: [50, 70] },
];

async function enterRegulation(): Promise<string> {
  world.clock.set(START);
  const { id: contestId } = await does(world.contests, 'createContest', contestInput({ stages: STAGES }), organiser);
  const input = { contestId, expectedVersion: 1, criteria: CRITERIA, scoring: SCORING };
  await does(world.contests, 'setContestCriteria', input, organiser);
  await does(world.contests, 'publishContest', { contestId }, organiser);
  world.clock.set(AT.intake);
  return contestId;
}

const file = (contestId: string, { citizens, supportersCount, category, form }: (typeof PROJECTS)[number]) =>
  admitted(world.contests, contestId, {
    category,
    totalCost: '900000.00',
    funding: [
      { source: 'MUNICIPAL', amount: `${900_000 - citizens}.00` },
      { source: 'CITIZENS', amount: `${citizens}.00` },
    ],
    answers: { ...ANSWERS, discussionForm: form, supportersCount },
  });

test('a regulation that no one has coded for is entered over the graph alone and reaches its winners', async () => {
  const contestId = await enterRegulation();
  const filed: Filed[] = [];
  for (const project of PROJECTS) filed.push(await file(contestId, project));
  await world.contests.settle();
  const projectOf = (id: string) => PROJECTS[filed.findIndex(({ applicationId }) => applicationId === id)]!;
  const nameOf = (id: string) => projectOf(id).name;
  world.clock.set('2026-03-12T09:00:00Z');
  await assess(world, contestId, (id) => ({ quality: projectOf(id).marks }));
  const shown = ({ lines }: Ranking) =>
    lines.map((line) => [line.group, line.place, nameOf(line.application.id), line.score, line.exclusions.length]);
  const ranking = await determineRanking(world, contestId);
  // A: 60 % of (70 + 0) / 2, 10 % of 100, 30 % of the median 70. The median of C is below the floor, D below the threshold of its group.
  expect(shown(ranking)).toEqual([
    ['ASSEMBLY', 1, 'A', '52.00', 0],
    ['ASSEMBLY', 2, 'B', '32.00', 0],
    ['ASSEMBLY', 3, 'C', '57.50', 1],
    ['POLL', 1, 'D', '61.00', 1],
  ]);
  await does(world.contests, 'withdrawApplication', { applicationId: filed[2]!.applicationId }, filed[2]!.lead);
  await world.contests.settle();
  const next = await rankingOf(world, contestId);
  // Without C the best own share is that of B, and nobody asked for a new ranking.
  expect(next.version).toBe(2);
  expect(shown(next)).toEqual([
    ['ASSEMBLY', 1, 'B', '62.00', 0],
    ['ASSEMBLY', 2, 'A', '52.00', 0],
    ['POLL', 1, 'D', '61.00', 1],
  ]);
  const ids = filed.map(({ applicationId }) => applicationId);
  const [a, b, , d] = ids as [string, string, string, string];
  world.clock.set('2026-03-26T09:00:00Z');
  await decide(world, contestId, { [b]: 'WINNER', [a]: 'RESERVE', [d]: 'NOT_SELECTED' });
  expect(await ending(world, contestId, ids)).toEqual({
    contest: 'DECIDED',
    states: ['RESERVE', 'WINNER', 'WITHDRAWN', 'NOT_SELECTED'],
    projects: ['Детская площадка на улице Мира SUPPORTED'],
  });
});
