import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { document } from '../src/domain/templates/fields.ts';
import { TEMPLATES } from '../src/domain/templates/index.ts';
import {
  ANSWERS,
  ask,
  AT,
  CONTENT,
  contestInput,
  does,
  drafted,
  groupOf,
  importer,
  organiser,
  startContests,
  stranger,
  type Contests,
} from './setup.ts';
import { bearer, PDF, uploaded, uploading } from './setup-files.ts';
import {
  carry,
  decide,
  firstTier,
  LATER_INTAKE,
  listed,
  projects,
  regional,
  secondTier,
  seen,
  tier,
  tierOf,
} from './setup-tiers.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

/** Projects of two districts and the contest of the city above them, in whose intake the clock stands. */
async function twoDistricts(link: object = {}, counts = [1, 1], more: object = {}) {
  const [north, south] = [await firstTier(service), await firstTier(service)];
  const city = await secondTier(service, { contestIds: [north, south], ...link }, more);
  const filed = [await projects(service, north, counts[0]!), await projects(service, south, counts[1]!)] as const;
  service.clock.set(LATER_INTAKE);
  return { north, south, city, filed };
}

test('what the district commissions pass comes to the city committee by itself, and nothing else', async () => {
  const { north, south, city, filed } = await twoDistricts({}, [2, 1]);
  const [[won, lost], [other]] = filed;
  await decide(service, north, 1, { [won!.applicationId]: 'WINNER', [lost!.applicationId]: 'NOT_SELECTED' });
  await decide(service, south, 1, { [other!.applicationId]: 'RESERVE' });
  const [up, ...more] = await listed(service, city, organiser);
  expect(more).toEqual([]);
  expect(up).toMatchObject({
    number: '1',
    state: 'SUBMITTED',
    title: CONTENT.title,
    answers: ANSWERS,
    applicantKind: 'GROUP',
    source: { id: won!.applicationId, state: 'WINNER', contest: { id: north } },
  });
  expect((await seen(service, won!.applicationId, won!.lead)).raisedTo).toEqual([{ id: up.id, state: 'SUBMITTED' }]);
  expect(await tierOf(service, city)).toMatchObject({
    tier: { contests: [{ id: north }, { id: south }], taken: [{ oktmo: '71876000', count: 1 }], stopped: [] },
  });
  expect((await tierOf(service, north)).nextTiers).toEqual([{ id: city }]);

  // The second tier decides by itself; both decisions stand side by side.
  await does(service, 'admitApplication', { applicationId: up.id }, organiser);
  await decide(service, city, 1, { [up.id]: 'NOT_SELECTED' });
  const decided = await seen(service, up.id);
  expect(decided).toMatchObject({ state: 'NOT_SELECTED', source: { state: 'WINNER' } });
  expect(decided.source.history.map(({ state }: any) => state)).toEqual(['DRAFT', 'SUBMITTED', 'ADMITTED', 'WINNER']);
});

test('files that the answers name come up with them: the application above has them as its own', async () => {
  const { form } = TEMPLATES.find(({ code }) => code === 'municipal-selection')!;
  const { properties } = form as { properties: object };
  const withFile = { ...form, properties: { ...properties, minutesFile: document('Протокол собрания') } };
  const north = await firstTier(service, { form: withFile });
  const city = await secondTier(service, { contestIds: [north] }, { form: withFile });
  service.clock.set(AT.intake);
  const { applicationId, lead } = await drafted(service, north);
  const minutesFile = await uploaded(service, applicationId, lead);
  const other = await (await uploading(service, applicationId, Buffer.concat([PDF, PDF]), lead)).json();
  const content = { answers: { ...ANSWERS, minutesFile } };
  await does(service, 'saveApplication', { applicationId, expectedVersion: 1, content }, lead);
  await does(service, 'submitApplication', { applicationId }, lead);
  await does(service, 'admitApplication', { applicationId }, regional);
  service.clock.set(LATER_INTAKE);
  await decide(service, north, 1, { [applicationId]: 'WINNER' });
  const [up] = await listed(service, city, organiser);
  expect(up).toMatchObject({ state: 'SUBMITTED', answers: { minutesFile } });
  const { sha256 } = minutesFile as { sha256: string };
  const download = async (id: string, hash: string, as = lead) =>
    fetch(`${service.url}/files/applications/${id}/${hash}`, { headers: await bearer(service, as) });
  const file = await download(up.id, sha256);
  expect(Buffer.from(await file.arrayBuffer())).toEqual(PDF);
  expect((await download(up.id, sha256, stranger)).status).toBe(404);
  // What was tried below and left out again stays there.
  expect((await download(applicationId, other.file.sha256)).status).toBe(200);
  expect((await download(up.id, other.file.sha256)).status).toBe(404);
});

test('a project comes up once, whatever is repeated; what was decided before the intake waits as a draft and is filed with its opening', async () => {
  const { north, city, filed } = await twoDistricts();
  const [[won]] = filed;
  service.clock.set('2026-03-20T00:00:00Z');
  await decide(service, north, 1, { [won!.applicationId]: 'WINNER' });
  expect(await listed(service, city, organiser)).toMatchObject([{ state: 'DRAFT', number: null }]);

  service.clock.set(LATER_INTAKE);
  await service.runBackground('stages');
  await service.settle();
  const once = await listed(service, city, organiser);
  expect(once).toMatchObject([{ state: 'SUBMITTED', number: '1' }]);
  await decide(service, north, 2, { [won!.applicationId]: 'RESERVE' });
  await decide(service, north, 3, { [won!.applicationId]: 'WINNER' });
  const again = await carry(service, city);
  expect(again).toMatchObject({ applications: [], stopped: [], rejection: null });
  expect(await listed(service, city, organiser)).toHaveLength(1);
});

test('over the quota of a district a project stays below, with the reason; a withdrawal above makes room', async () => {
  const { north, south, city, filed } = await twoDistricts({ perContest: 1 }, [2, 1]);
  const [[first, second], [other]] = filed;
  await decide(service, north, 1, { [first!.applicationId]: 'WINNER' });
  await decide(service, north, 2, { [second!.applicationId]: 'WINNER' });
  await decide(service, south, 1, { [other!.applicationId]: 'WINNER' });
  const sources = async () => (await listed(service, city, organiser)).map(({ source }) => source.id).toSorted();
  expect(await sources()).toEqual([first!.applicationId, other!.applicationId].toSorted());
  const stopped = [
    {
      code: 'TIER_QUOTA_EXCEEDED',
      userMessage: 'Квота исчерпана: дальше проходит проектов — 1.',
      application: { id: second!.applicationId },
    },
  ];
  expect((await tierOf(service, city)).tier.stopped).toEqual(stopped);
  expect((await tierOf(service, city, stranger)).tier.stopped).toEqual([]);
  expect(await carry(service, city)).toMatchObject({ applications: [], stopped });

  const up = (await listed(service, city, organiser)).find(({ source }) => source.id === first!.applicationId);
  await does(service, 'withdrawApplication', { applicationId: up.id }, first!.lead);
  const { applications } = await carry(service, city);
  expect(applications.map(({ source }: any) => source.id)).toEqual([second!.applicationId]);
  expect((await tierOf(service, city)).tier).toMatchObject({ taken: [{ count: 2 }], stopped: [] });
});

test('fields go up by their code or under another name; what the second form asks for more is left to the group', async () => {
  const form = {
    type: 'object',
    required: ['need', 'rationale', 'maintenance'],
    additionalProperties: false,
    properties: {
      need: { type: 'string', title: 'Потребность', maxLength: 5000 },
      rationale: { type: 'string', title: 'Обоснование', maxLength: 5000 },
      maintenance: { type: 'string', title: 'Содержание объекта', maxLength: 1000 },
    },
  };
  const { north, city, filed } = await twoDistricts({ fields: [{ from: 'problem', to: 'need' }] }, [1, 1], { form });
  const [[won]] = filed;
  await decide(service, north, 1, { [won!.applicationId]: 'WINNER' });
  expect(await listed(service, city, stranger)).toEqual([]);
  const [draft] = await listed(service, city, won!.lead);
  expect(draft).toMatchObject({ state: 'DRAFT', number: null });
  expect(draft.answers).toEqual({ need: ANSWERS.problem, rationale: ANSWERS.rationale });
  const { rejection, fieldErrors } = await ask(service, 'submitApplication', { applicationId: draft.id }, won!.lead);
  expect(rejection.code).toBe('APPLICATION_INCOMPLETE');
  expect(fieldErrors.map(({ path }: any) => path)).toEqual(['answers.maintenance']);
  const content = { answers: { maintenance: 'Содержит управляющая компания.' } };
  await does(
    service,
    'saveApplication',
    { applicationId: draft.id, expectedVersion: draft.version, content },
    won!.lead,
  );
  expect(await does(service, 'submitApplication', { applicationId: draft.id }, won!.lead)).toMatchObject({
    state: 'SUBMITTED',
    number: '1',
  });
});

test('a decision of the first tier that is taken back keeps the project from being admitted above', async () => {
  const { north, city, filed } = await twoDistricts();
  const [[won]] = filed;
  await decide(service, north, 1, { [won!.applicationId]: 'WINNER' });
  const [up] = await listed(service, city, organiser);
  await decide(service, north, 2, { [won!.applicationId]: 'NOT_SELECTED' });
  const { rejection } = await ask(service, 'admitApplication', { applicationId: up.id }, organiser);
  expect(rejection).toMatchObject({
    code: 'FIRST_TIER_NOT_PASSED',
    userMessage: expect.stringMatching(/первого уровня/),
  });
  await decide(service, north, 3, { [won!.applicationId]: 'WINNER' });
  expect(await does(service, 'admitApplication', { applicationId: up.id }, organiser)).toMatchObject({
    state: 'ADMITTED',
  });
});

describe('nobody enters the second tier otherwise', () => {
  test('neither a group nor an import', async () => {
    const { city } = await twoDistricts();
    const group = await groupOf(service, city);
    const input = { contestId: city, groupId: group.id, content: CONTENT };
    expect((await ask(service, 'draftApplication', input, group.lead)).rejection.code).toBe('FIRST_TIER_REQUIRED');
    const applications = [{ number: '7', title: 'Сквер', category: 'PARK', totalCost: '1.00' }];
    const imported = await ask(service, 'importApplications', { contestId: city, applications }, importer);
    expect(imported.rejection.code).toBe('FIRST_TIER_REQUIRED');
  });

  test('carrying is for the organiser, and for contests that carry', async () => {
    const { city, north } = await twoDistricts();
    expect(await carry(service, city, stranger)).toEqual({ error: 'FORBIDDEN' });
    expect((await carry(service, north)).rejection.code).toBe('NOT_SECOND_TIER');
    const idempotencyKey = 'carry-once-more';
    expect((await carry(service, city, organiser, { expectedVersion: 99 })).rejection.code).toBe('VERSION_CONFLICT');
    for (const _time of [1, 2])
      expect((await carry(service, city, organiser, { idempotencyKey })).rejection).toBeNull();
    const { city: other } = await twoDistricts();
    expect((await carry(service, other, organiser, { idempotencyKey })).rejection.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});

describe('a link that does not hold is refused', () => {
  const created = async (link: object, more: object = {}) =>
    ask(service, 'createContest', contestInput({ tier: tier(link), ...more }), regional);

  test.each([
    ['a contest twice', { contestIds: ['a', 'a'] }, 'contestIds'],
    ['contests beside all of them', { from: 'BELOW', entry: 'FILING', contestIds: ['a'] }, 'contestIds'],
    ['all of them by themselves', { from: 'BELOW' }, 'entry'],
    ['no decision', { outcomes: [] }, 'outcomes'],
    ['a quota of none', { perContest: 0 }, 'perContest'],
    ['a quota of too many', { perMunicipality: 1001 }, 'perMunicipality'],
    ['a municipality elsewhere', { exceptions: [{ oktmo: '65701000', most: 1 }] }, 'exceptions'],
    ['a field that is not there', { fields: [{ from: 'problem', to: 'nowhere' }] }, 'fields'],
  ])('%s', async (_name, link, at) => {
    const { rejection } = await created(link);
    expect(rejection).toMatchObject({ code: 'TIER_INVALID', path: expect.arrayContaining(['tier', at]) });
    expect(rejection.userMessage).toMatch(/^[А-Я][^{}]+\.$/);
  });

  test('contests that are not there, not published, not below, and none at all', async () => {
    const draft = await does(service, 'createContest', contestInput({ level: 'DISTRICT' }), organiser);
    const beside = await firstTier(service, { level: 'MUNICIPALITY' });
    for (const contestIds of [['nowhere'], [draft.id], [beside], []]) {
      const { contest } = await created({ contestIds });
      const { rejection } = await ask(service, 'publishContest', { contestId: contest.id }, regional);
      expect(rejection).toMatchObject({ code: 'TIER_INVALID', path: expect.arrayContaining(['tier', 'contestIds']) });
    }
  });

  test('an amendment is held to the same', async () => {
    const { city } = await twoDistricts();
    service.clock.set('2026-03-20T00:00:00Z');
    const amend = (contestIds: string[], perContest: number) =>
      ask(
        service,
        'amendContest',
        { contestId: city, tier: tier({ contestIds, perContest }), reason: 'Решение городской думы № 8' },
        organiser,
      );
    expect((await amend(['nowhere'], 2)).rejection.code).toBe('TIER_INVALID');
    const third = await firstTier(service);
    service.clock.set('2026-03-20T00:00:00Z');
    const { rejection } = await amend([third], 2);
    expect(rejection).toBeNull();
    expect((await tierOf(service, city)).tier).toMatchObject({ perContest: 2, contests: [{ id: third }] });
  });
});

test('a contest of the second tier goes out as a file and comes back; a clone names its contests anew', async () => {
  const { city, north } = await twoDistricts({ perContest: 3, fields: [{ from: 'problem', to: 'rationale' }] });
  const { data } = await service.gql('query ($id: ID!) { contestFile(contestId: $id) }', { id: city }, organiser);
  expect(data.contestFile.contest.tier).toMatchObject({ perContest: 3, contestIds: expect.arrayContaining([north]) });
  const input = { oktmo: '71876000', file: data.contestFile };
  const copy = await does(service, 'importContest', input, organiser);
  expect((await tierOf(service, copy.id)).tier).toMatchObject({ perContest: 3, contests: [{}, {}] });
  const clone = await does(service, 'cloneContest', { contestId: city, title: 'Отбор следующего года' }, organiser);
  expect((await tierOf(service, clone.id)).tier).toMatchObject({ perContest: 3, contests: [] });
  expect((await ask(service, 'publishContest', { contestId: clone.id }, organiser)).rejection.code).toBe(
    'TIER_INVALID',
  );
});
