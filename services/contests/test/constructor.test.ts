import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  AT,
  START,
  ask,
  contestInput,
  does,
  drafted,
  openContest,
  organiser,
  startContests,
  type Contests,
} from './setup.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

const term = (amount: number, unit = 'WORKING_DAY') => ({ amount, unit });
const STAGES = [
  { type: 'INTAKE', opensLocal: '2026-03-01T13:00:00', term: term(10) },
  { type: 'ADMISSION', term: term(5) },
  { type: 'VOTING', term: term(7, 'CALENDAR_DAY') },
];

const FRAME =
  'level practice legalRegime divisions { code kind title budget passingScore winnersLimit } regionalHolidays { date title } transitions { stage kind local passed workingDays } stages { type follows term { amount unit } closesLocal }';
const seen = async (id: string) =>
  (await service.gql(`query ($id: ID!) { contest(id: $id) { ${FRAME} } }`, { id }, organiser)).data.contest;

const dryRun = (input: object, as?: typeof organiser) =>
  service.gql(
    'query ($input: DryRunStagesInput!) { dryRunStages(input: $input) { transitions { stage kind local workingDays } rejection { code path userMessage } } }',
    { input: { timeZone: 'Asia/Yekaterinburg', ...input } },
    as,
  );

test('a dry run plans without saving, and names the stage that cannot be', async () => {
  const { data } = await dryRun({ stages: STAGES }, organiser);
  expect(data.dryRunStages.rejection).toBeNull();
  expect(data.dryRunStages.transitions.at(-1)).toMatchObject({ stage: 'VOTING', kind: 'CLOSES' });
  const early = [STAGES[0], { type: 'VOTING', opensLocal: '2026-03-02T00:00:00', term: term(1) }];
  const refused = (await dryRun({ stages: early }, organiser)).data.dryRunStages;
  expect(refused).toEqual({
    transitions: [],
    rejection: {
      code: 'STAGE_BEFORE_PREDECESSOR',
      path: ['stages', '1', 'opensLocal'],
      userMessage: expect.stringMatching(/^Этап начинается раньше/),
    },
  });
  expect((await dryRun({ stages: STAGES })).errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
});

test('a contest keeps its frame; an extension by working days moves what follows, and nothing that is fixed', async () => {
  const frame = {
    level: 'DISTRICT',
    practice: 'PEOPLES_BUDGET',
    legalRegime: 'RU_33FZ_49',
    divisions: [
      { code: 'city', kind: 'GROUP', title: 'Округа', budget: '100.00', passingScore: '40', winnersLimit: 3 },
    ],
    regionalHolidays: [{ date: '2026-03-12', title: 'День района' }],
  };
  const fixed = { type: 'IMPLEMENTATION', opensLocal: '2026-05-01T00:00:00', closesLocal: '2026-10-01T00:00:00' };
  const contestId = await openContest(service, { ...frame, stages: [...STAGES, fixed] });
  const before = await seen(contestId);
  expect(before).toMatchObject(frame);
  // 2 to 16 March: Monday the 9th and the holiday of the region are not counted.
  expect(before.transitions.map(({ local }: { local: string }) => local)).toEqual([
    '2026-03-01T13:00:00',
    '2026-03-18T00:00:00',
    '2026-03-18T00:00:00',
    '2026-03-26T00:00:00',
    '2026-03-26T00:00:00',
    '2026-04-03T00:00:00',
    '2026-05-01T00:00:00',
    '2026-10-01T00:00:00',
  ]);
  const extension = { contestId, stage: 'INTAKE', extendBy: term(3), reason: 'Мало заявок от сельских территорий' };
  await does(service, 'rescheduleStage', extension, organiser);
  const after = (await seen(contestId)).transitions.map(({ local }: { local: string }) => local);
  expect(after).toEqual([
    '2026-03-01T13:00:00',
    '2026-03-21T00:00:00',
    '2026-03-21T00:00:00',
    '2026-03-28T00:00:00',
    '2026-03-28T00:00:00',
    '2026-04-07T00:00:00',
    '2026-05-01T00:00:00',
    '2026-10-01T00:00:00',
  ]);
  const tooLong = await ask(service, 'rescheduleStage', { ...extension, extendBy: term(60) }, organiser);
  expect(tooLong.rejection).toMatchObject({ code: 'STAGE_BEFORE_PREDECESSOR' });
  const twice = { ...extension, closesLocal: '2026-03-28T00:00:00' };
  expect((await ask(service, 'rescheduleStage', twice, organiser)).rejection.code).toBe('STAGES_INVALID');
});

test('an application names one group and one nomination of the contest', async () => {
  const divisions = [
    { code: 'city', kind: 'GROUP', title: 'Округа', budget: '600000.00' },
    { code: 'sport', kind: 'NOMINATION', title: 'Спорт' },
  ];
  const contestId = await openContest(service, { divisions });
  const { applicationId, lead } = await drafted(service, contestId, { divisions: ['city'] });
  const submit = () => ask(service, 'submitApplication', { applicationId }, lead);
  expect((await submit()).fieldErrors).toMatchObject([{ path: 'divisions', code: 'REQUIRED' }]);
  await does(
    service,
    'saveApplication',
    { applicationId, expectedVersion: 1, content: { divisions: ['city', 'sport'] } },
    lead,
  );
  // The group has 600,000 and the application asks 700,000 of the budget.
  expect((await submit()).fieldErrors).toMatchObject([{ path: 'funding', code: 'OVER_LIMIT' }]);
});

test('a draft changes its frame, and its terms are counted again', async () => {
  service.clock.set(START);
  const { id, version } = await does(service, 'createContest', contestInput({ stages: STAGES }), organiser);
  const change = { contestId: id, expectedVersion: version, practice: 'TOS' };
  const holidays = [{ date: '2026-03-12', title: 'День района' }];
  await does(service, 'updateContest', { ...change, regionalHolidays: holidays }, organiser);
  const { practice, transitions } = await seen(id);
  expect([practice, transitions[1].local]).toEqual(['TOS', '2026-03-18T00:00:00']);
  service.clock.set(AT.intake);
});

test('the share of the initiators is counted to the kopeck', async () => {
  const contestId = await openContest(service, { minOwnShare: '22.2223' });
  const { applicationId, lead } = await drafted(service, contestId);
  const { fieldErrors } = await ask(service, 'submitApplication', { applicationId }, lead);
  // 200,000 of 900,000 is 22.2222... percent.
  expect(fieldErrors).toEqual([
    {
      path: 'funding',
      code: 'SHARE_TOO_SMALL',
      userMessage: 'Доля средств инициаторов в стоимости проекта должна быть не меньше 22,2223 %.',
    },
  ]);
  const enough = await openContest(service, { minOwnShare: '22.2222' });
  const other = await drafted(service, enough);
  await does(service, 'submitApplication', { applicationId: other.applicationId }, other.lead);
});
