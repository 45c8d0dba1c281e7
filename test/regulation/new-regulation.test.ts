import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { ManualClock } from '@veche/kit/testing/clock';
import { startForTest, type TestService } from '@veche/kit/testing/harness';
import { MemoryBus } from '@veche/kit/testing/memory-bus';
import type { TestCaller } from '@veche/kit/testing/tokens';
import {
  admitted,
  ANSWERS,
  AT,
  contestInput,
  does,
  key,
  organiser,
  START,
  startContests,
  type Contests,
  type Filed,
} from '../../services/contests/test/setup.ts';
import { definition } from '../../services/expertise/src/definition.ts';

let contests: Contests;
let expertise: TestService;
const clock = new ManualClock(START);
beforeAll(async () => {
  const bus = new MemoryBus();
  contests = await startContests({ clock, bus });
  expertise = await startForTest(definition, { clock, bus });
});
afterAll(async () => {
  await expertise.stop();
  await contests.stop();
});

const STAGES = [
  { type: 'INTAKE', opensLocal: '2026-03-01T13:00:00', closesLocal: '2026-03-11T13:00:00' },
  { type: 'EXPERTISE', opensLocal: '2026-03-11T13:00:00', closesLocal: '2026-03-20T13:00:00' },
  { type: 'VOTING', opensLocal: '2026-03-25T13:00:00', closesLocal: '2026-03-27T13:00:00' },
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

async function askIn(service: TestService, query: string, variables: object, as?: TestCaller): Promise<any> {
  const { data, errors } = await service.gql(query, variables as Record<string, unknown>, as);
  if (errors) throw new Error(JSON.stringify(errors));
  const answer: any = Object.values(data)[0];
  if (answer?.rejection) throw new Error(JSON.stringify(answer));
  return answer;
}

const mutation = (name: string, type: string, fields: string) =>
  `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} rejection { code userMessage path } } }`;

const act = (name: string, type: string, fields: string, input: object, as: TestCaller) =>
  askIn(expertise, mutation(name, type, fields), { input: { idempotencyKey: key(), ...input } }, as);

async function enterRegulation(): Promise<string> {
  clock.set(START);
  const { id: contestId } = await does(contests, 'createContest', contestInput({ stages: STAGES }), organiser);
  const input = { contestId, expectedVersion: 1, criteria: CRITERIA, scoring: SCORING };
  await does(contests, 'setContestCriteria', input, organiser);
  await does(contests, 'publishContest', { contestId }, organiser);
  clock.set(AT.intake);
  return contestId;
}

const file = (contestId: string, { citizens, supportersCount, category, form }: (typeof PROJECTS)[number]) =>
  admitted(contests, contestId, {
    category,
    totalCost: '900000.00',
    funding: [
      { source: 'MUNICIPAL', amount: `${900_000 - citizens}.00` },
      { source: 'CITIZENS', amount: `${citizens}.00` },
    ],
    answers: { ...ANSWERS, discussionForm: form, supportersCount },
  });

async function assess(contestId: string, filed: readonly Filed[]): Promise<void> {
  const experts = [0, 1].map((): TestCaller & { sub: string } => ({ sub: newId(), roles: ['expert'] }));
  for (const one of experts)
    await act('joinExpertPool', 'JoinExpertPoolInput', 'expert { competences }', { competences: [] }, one);
  clock.set('2026-03-12T09:00:00Z');
  const expertIds = experts.map(({ sub }) => sub);
  const fields = 'sheets { id version application { id } expert { id } }';
  const { sheets } = await act('assignExperts', 'AssignExpertsInput', fields, { contestId, expertIds }, organiser);
  for (const { id: sheetId, version, application, expert } of sheets) {
    const project = PROJECTS[filed.findIndex(({ applicationId }) => applicationId === application.id)]!;
    const index = expertIds.indexOf(expert.id);
    const marks = [{ criterion: 'quality', points: project.marks[index] }];
    const input = { sheetId, expectedVersion: version, marks };
    await act('saveScoreSheet', 'SaveScoreSheetInput', 'sheet { id }', input, experts[index]!);
    await act('finaliseScoreSheet', 'ScoreSheetCommandInput', 'sheet { id }', { sheetId }, experts[index]!);
  }
}

const RANKING = 'version lines { application { id } group place score exclusions criteria { code points } }';

test('a regulation that no one has coded for is entered over the graph alone and reaches a ranking', async () => {
  const contestId = await enterRegulation();
  const filed: Filed[] = [];
  for (const project of PROJECTS) filed.push(await file(contestId, project));
  await contests.settle();
  await assess(contestId, filed);
  const nameOf = (id: string) => PROJECTS[filed.findIndex(({ applicationId }) => applicationId === id)]!.name;
  const shown = ({ lines }: any) =>
    lines.map((line: any) => [line.group, line.place, nameOf(line.application.id), line.score, line.exclusions.length]);
  const input = { contestId };
  const { ranking } = await act(
    'determineRanking',
    'DetermineRankingInput',
    `ranking { ${RANKING} }`,
    input,
    organiser,
  );
  // A: 60 % of (70 + 0) / 2, 10 % of 100, 30 % of the median 70. The median of C is below the floor, D below the threshold of its group.
  expect(shown(ranking)).toEqual([
    ['ASSEMBLY', 1, 'A', '52.00', 0],
    ['ASSEMBLY', 2, 'B', '32.00', 0],
    ['ASSEMBLY', 3, 'C', '57.50', 1],
    ['POLL', 1, 'D', '61.00', 1],
  ]);
  await does(contests, 'withdrawApplication', { applicationId: filed[2]!.applicationId }, filed[2]!.lead);
  await contests.settle();
  const entities = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Contest { ranking { ${RANKING} } } } }`;
  const [{ ranking: next }] = await askIn(expertise, entities, { of: [{ __typename: 'Contest', id: contestId }] });
  // Without C the best own share is that of B, and nobody asked for a new ranking.
  expect(next.version).toBe(2);
  expect(shown(next)).toEqual([
    ['ASSEMBLY', 1, 'B', '62.00', 0],
    ['ASSEMBLY', 2, 'A', '52.00', 0],
    ['POLL', 1, 'D', '61.00', 1],
  ]);
});
