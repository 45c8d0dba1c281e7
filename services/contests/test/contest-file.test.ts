import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TEMPLATES } from '../src/domain/templates/index.ts';
import { fileOf as regulation, FILES } from './regulations.fixture.ts';
import {
  ACT,
  CALENDAR,
  OKTMO,
  START,
  ask,
  contestInput,
  does,
  organiser,
  startContests,
  stranger,
  type Contests,
} from './setup.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

const fileOf = async (id: string, as: typeof organiser | undefined = organiser): Promise<any> =>
  (await service.gql('query ($id: ID!) { contestFile(contestId: $id) }', { id }, as)).data.contestFile;

const HOLIDAYS = [{ date: '2026-03-12', title: 'День района' }];
const FULL = {
  minOwnShare: '7.5',
  divisions: [{ code: 'sport', kind: 'NOMINATION', title: 'Спорт', budget: '1000.50', winnersLimit: 2 }],
  regionalHolidays: HOLIDAYS,
  stages: [
    { type: 'INTAKE', opensLocal: '2026-03-01T13:00:00', term: { amount: 10, unit: 'WORKING_DAY' } },
    { type: 'VOTING', opensLocal: '2026-03-20T13:00:00', closesLocal: '2026-03-27T13:00:00' },
  ],
  uiSchema: { problem: { widget: 'textarea', help: 'Своими словами' } },
};

async function created(more: object = {}): Promise<any> {
  service.clock.set(START);
  return does(service, 'createContest', contestInput(more), organiser);
}

describe.each(TEMPLATES.map(({ code, stages }) => [code, stages] as const))('%s', (template, stages) => {
  test('goes out as a file, comes back as the same rules, and is published', async () => {
    service.clock.set(START);
    const calendar = stages.map((type, index) => ({
      type,
      ...(index === 0 ? { opensLocal: '2026-03-02T09:00:00' } : {}),
      term: { amount: 5, unit: 'WORKING_DAY' },
    }));
    const { id } = await does(service, 'createContest', contestInput({ template, stages: calendar }), organiser);
    const file = await fileOf(id);
    const copy = await does(service, 'importContest', { oktmo: OKTMO, file }, organiser);
    expect(await fileOf(copy.id)).toEqual(file);
    const published = await does(service, 'publishContest', { contestId: copy.id }, organiser);
    const original = await does(service, 'publishContest', { contestId: id }, organiser);
    expect(published.passportHash).toBe(original.passportHash);
  });
});

test.each(FILES)(
  'the regulation of the file %s comes in over the graph, is published, and goes out as the same file',
  async (name) => {
    service.clock.set(START);
    const file = { ...regulation(name), contest: { ...regulation(name).contest, oktmo: OKTMO } };
    const { id } = await does(service, 'importContest', { oktmo: OKTMO, file }, organiser);
    expect(await fileOf(id)).toEqual(file);
    await does(service, 'publishContest', { contestId: id }, organiser);
    expect(await fileOf(id)).toEqual(file);
  },
);

test('a file keeps every rule, is not given of a draft of others, and is of everybody once published', async () => {
  const { id } = await created(FULL);
  const file = await fileOf(id);
  expect(file.contest).toMatchObject({
    ...FULL,
    budget: '2000000.00',
    stages: [FULL.stages[0], FULL.stages[1]].map((one) => expect.objectContaining(one as object)),
  });
  expect(await fileOf(id, stranger)).toBeNull();
  await does(service, 'publishContest', { contestId: id }, organiser);
  expect(await fileOf(id, stranger)).toEqual(file);
});

const contests = async (): Promise<number> =>
  (await service.gql('{ contests(first: 100) { nodes { id } } }', {}, organiser)).data.contests.nodes.length;

test('a wrong file is refused with every place, and nothing of it is written', async () => {
  const file = await fileOf((await created(FULL)).id);
  const before = await contests();
  const wrong = { ...file.contest, budget: 'много', stages: [{ type: 'PARTY' }], legalBasis: [{ ...ACT, seal: 1 }] };
  const { title: _title, ...untitled } = wrong;
  const answer = await ask(service, 'importContest', { oktmo: OKTMO, file: { ...file, contest: untitled } }, organiser);
  expect(answer.rejection).toMatchObject({ code: 'FILE_INVALID', path: ['file'] });
  expect(answer.fieldErrors.map(({ path, code }: any) => `${path} ${code}`).toSorted()).toEqual([
    'file.contest.budget NOT_ALLOWED',
    'file.contest.legalBasis.0.seal UNKNOWN_FIELD',
    'file.contest.stages.0.type NOT_ALLOWED',
    'file.contest.title REQUIRED',
  ]);
  for (const { userMessage } of answer.fieldErrors) expect(userMessage).toMatch(/^[А-Я][^{}]+\.$/);
  const meaning = (contest: object) =>
    ask(
      service,
      'importContest',
      { oktmo: OKTMO, file: { ...file, contest: { ...file.contest, ...contest } } },
      organiser,
    );
  const early = await meaning({ stages: CALENDAR.toReversed() });
  expect(early.rejection).toMatchObject({
    code: 'STAGE_BEFORE_PREDECESSOR',
    path: ['file', 'contest', 'stages', '1', 'type'],
  });
  expect((await meaning({ form: { type: 'object' } })).rejection.code).toBe('FORM_INVALID');
  expect(await contests()).toBe(before);
});

test('a clone has every date a year later and its terms counted by the calendar of that year', async () => {
  const { id } = await created({ ...FULL, eligibility: { minAge: 16, ageOn: '2026-03-20' } });
  const clone = await does(service, 'cloneContest', { contestId: id, title: 'Проекты следующего года' }, organiser);
  const { contest } = await fileOf(clone.id);
  expect(contest).toMatchObject({
    title: 'Проекты следующего года',
    regionalHolidays: [{ ...HOLIDAYS[0], date: '2027-03-12' }],
    eligibility: { ageOn: '2027-03-20' },
  });
  expect(clone.state).toBe('DRAFT');
  // 2 to 17 March 2027 without Monday the 8th, Friday the 12th and the days off.
  expect(clone.stages.map(({ closesAt }: any) => closesAt)).toEqual([
    '2027-03-17T19:00:00.000Z',
    '2027-03-27T08:00:00.000Z',
  ]);
  const far = await ask(service, 'cloneContest', { contestId: id, years: 5 }, organiser);
  expect(far.rejection.code).toBe('CALENDAR_MISSING');
  expect((await ask(service, 'cloneContest', { contestId: id, years: 11 }, organiser)).rejection.code).toBe(
    'YEARS_INVALID',
  );
});
