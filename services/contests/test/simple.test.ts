import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { BLOCKS } from '@veche/kit/domain/blocks';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { event } from '@veche/proto';
import { ProgressReportedSchema } from '@veche/proto/registry/v1/registry';
import {
  AT,
  OKTMO,
  citizen,
  does,
  drafted,
  key,
  openContest,
  organiser,
  startContests,
  stranger,
  type Contests,
} from './setup.ts';
import { done, read } from './setup-ideas.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

const LINK = 'query ($id: ID!) { application(id: $id) { statusLink } }';
const STATUS = `query ($link: String!) { applicationStatus(link: $link) {
  number title state stateName next until contest { id } steps { what name percent } } }`;
const SHORT = {
  title: 'Скамейка у подъезда',
  oktmo: OKTMO,
  category: 'OTHER',
  totalCost: '30000.00',
  funding: [{ source: 'MUNICIPAL', amount: '30000.00' }],
  beneficiaries: 50,
  population: 10_000,
  answers: { problem: 'Пожилым жителям негде отдохнуть у дома.' },
};

test('one resident files a short form, and whoever holds the link follows it without signing in', async () => {
  const contestId = await openContest(service, { template: 'simple-initiative', groupMinimum: null });
  const author = citizen();
  const { id: groupId } = await does(service, 'formInitiativeGroup', { contestId, name: 'Инициатива жителя' }, author);
  const { id } = await does(service, 'draftApplication', { contestId, groupId, content: SHORT }, author);
  const link = async (as?: TestCaller): Promise<string | null> =>
    (await read(service, LINK, { id }, as)).application?.statusLink ?? null;
  expect(await link(author)).toBeNull();
  await does(service, 'submitApplication', { applicationId: id }, author);
  const own = (await link(author))!;
  expect(await link(organiser)).toBe(own);
  expect([await link(), await link(citizen()), await link(stranger)]).toEqual([null, null, null]);

  const status = async (of = own) => (await read(service, STATUS, { link: of })).applicationStatus;
  expect(await status()).toMatchObject({
    number: '1',
    title: SHORT.title,
    state: 'SUBMITTED',
    stateName: 'подана',
    contest: { id: contestId },
    steps: [{ what: 'SUBMITTED', name: 'подана' }],
  });
  const remarks = [{ field: 'title', text: 'Укажите номер дома.' }];
  const answerBy = '2026-03-05T00:00:00.000Z';
  await does(service, 'returnApplication', { applicationId: id, remarks, answerBy }, organiser);
  const returned = await status();
  expect(returned).toMatchObject({
    state: 'RETURNED',
    until: answerBy,
    next: expect.stringMatching(/ответа на замечания/),
  });
  // The texts of remarks and the people stay where they are.
  expect(JSON.stringify(returned)).not.toContain('номер дома');
  expect(JSON.stringify(returned)).not.toContain(author.sub);
  await does(service, 'submitApplication', { applicationId: id }, author);
  await does(service, 'admitApplication', { applicationId: id }, organiser);
  const report = { projectId: id, contestId, reportId: newId(), percent: 40 };
  await service.bus.deliver({ ...event(ProgressReportedSchema, id, report), time: new Date('2026-06-01T00:00:00Z') });
  const steps = (await status()).steps.map(({ what }: any) => what);
  expect(steps).toEqual(['SUBMITTED', 'RETURNED', 'SUBMITTED', 'ADMITTED', 'PROGRESS_REPORTED']);

  const other = newId();
  for (const wrong of ['', id, `${id}.`, `${id}.abc`, `${own}A`, `${own.slice(0, -2)}AA`, own.replace(id, other)])
    expect([wrong, await status(wrong)]).toEqual([wrong, null]);
});

const FILE = `mutation ($input: FileSimpleInitiativeInput!) { fileSimpleInitiative(input: $input) {
  application { id number state statusLink group { lead { id } members { id } minimum } history { state role } }
  rejection { code userMessage path } fieldErrors { path code } } }`;
const atOnce = async (input: object, as: TestCaller): Promise<any> => {
  const { data, errors } = await service.gql(FILE, { input: { idempotencyKey: key(), ...input } }, as);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.fileSimpleInitiative;
};
const short = (more: object = {}) =>
  openContest(service, { template: 'simple-initiative', groupMinimum: null, ...more });
/** What there is of a person in the contest: groups and applications. */
const traces = async (as: TestCaller): Promise<number[]> => {
  const query = '{ myInitiativeGroups { id } myApplications { nodes { id } } }';
  const { myInitiativeGroups, myApplications } = await read(service, query, {}, as);
  return [myInitiativeGroups.length, myApplications.nodes.length];
};
const EFFORT = 'query ($id: ID!) { contest(id: $id) { minutesToFill fieldsToFill requestsToFile } }';

test('one request files: a group of one, the application, its number and its link; the form takes under five minutes', async () => {
  const contestId = await short();
  const { contest } = await read(service, EFFORT, { id: contestId });
  expect(contest).toEqual({ minutesToFill: expect.any(Number), fieldsToFill: 9, requestsToFile: 1 });
  expect(contest.minutesToFill).toBeLessThanOrEqual(4);
  const author = citizen();
  const input = { contestId, content: SHORT, idempotencyKey: key() };
  const first = await atOnce(input, author);
  expect(first.rejection).toBeNull();
  expect(first.application).toMatchObject({
    number: '1',
    state: 'SUBMITTED',
    group: { lead: { id: author.sub }, members: [{ id: author.sub }], minimum: 1 },
    history: [
      { state: 'DRAFT', role: 'INITIATORS' },
      { state: 'SUBMITTED', role: 'INITIATORS' },
    ],
  });
  const { statusLink } = first.application;
  expect((await read(service, STATUS, { link: statusLink })).applicationStatus).toMatchObject({ number: '1' });
  expect(await atOnce(input, author)).toEqual(first);
  expect(await traces(author)).toEqual([1, 1]);
  const other = { ...input, content: { ...SHORT, title: 'Фонарь у подъезда' } };
  expect((await atOnce(other, author)).rejection.code).toBe('IDEMPOTENCY_KEY_REUSED');
  expect(await traces(author)).toEqual([1, 1]);
  const both = await Promise.all([1, 2].map(() => atOnce({ ...other, idempotencyKey: 'the-same-at-once' }, author)));
  expect(both[0].application.id).toBe(both[1].application.id);
  expect(await traces(author)).toEqual([2, 2]);
});

test('where a check fails nothing is written: no group, no draft, no number', async () => {
  const contestId = await short();
  const author = citizen();
  const incomplete = await atOnce({ contestId, content: { ...SHORT, title: '', answers: {} } }, author);
  expect(incomplete).toMatchObject({ application: null, rejection: { code: 'APPLICATION_INCOMPLETE' } });
  expect(incomplete.fieldErrors.map(({ path }: any) => path)).toEqual(['title', 'answers.problem']);
  const barred = citizen({ assurance: 'basic' });
  expect((await atOnce({ contestId, content: SHORT }, barred)).rejection.code).toBe('ACCOUNT_NOT_CONFIRMED');
  const young = citizen({ birthdate: '2015-01-01' });
  expect((await atOnce({ contestId, content: SHORT }, young)).rejection.code).toBe('TOO_YOUNG');
  const code = async (id: string) => (await atOnce({ contestId: id, content: SHORT }, author)).rejection?.code ?? null;
  expect(await code(newId())).toBe('NOT_FOUND');
  const [pair, long] = [await short({ groupMinimum: 2 }), await openContest(service, { groupMinimum: 1 })];
  expect([await code(pair), await code(long)]).toEqual(['SIMPLE_FILING_NOT_ALLOWED', 'SIMPLE_FILING_NOT_ALLOWED']);
  const requests = async (id: string) => (await read(service, EFFORT, { id })).contest.requestsToFile;
  expect([await requests(pair), await requests(long)]).toEqual([4, 3]);
  expect((await read(service, EFFORT, { id: long })).contest.minutesToFill).toBeGreaterThan(5);
  service.clock.set(new Date('2026-03-12T07:00:00Z'));
  expect(await code(contestId)).toBe('STAGE_NOT_OPEN');
  service.clock.set(AT.intake);
  for (const who of [author, barred, young]) expect(await traces(who)).toEqual([0, 0]);
  expect((await atOnce({ contestId, content: SHORT }, author)).application.number).toBe('1');
});

test('a filing that broke off after its group goes on under the same key', async () => {
  const contestId = await short();
  const author = citizen();
  const input = { contestId, content: SHORT, idempotencyKey: key() };
  const { application } = await atOnce(input, author);
  const applications = service.deps.connection.db!.collection('applications');
  expect((await applications.deleteOne({ _id: application.id as never })).deletedCount).toBe(1);
  expect(await traces(author)).toEqual([1, 0]);
  expect((await atOnce(input, author)).application).toMatchObject({ id: application.id, number: '1' });
  expect(await traces(author)).toEqual([1, 1]);
});

test('the applicant takes the link back and gives another; the old ones lead nowhere', async () => {
  const contestId = await short();
  const author = citizen();
  const { application } = await atOnce({ contestId, content: SHORT }, author);
  const seen = async (link: string) => (await read(service, STATUS, { link })).applicationStatus?.number ?? null;
  const change = async (name: string, as: TestCaller) => {
    const query = `mutation ($input: ApplicationCommandInput!) { ${name}(input: $input) {
      application { statusLink } rejection { code } } }`;
    const input = { idempotencyKey: key(), applicationId: application.id };
    const { data, errors } = await service.gql(query, { input }, as);
    return errors ? errors[0]!.extensions['code'] : (data[name].rejection?.code ?? data[name].application.statusLink);
  };
  const first = application.statusLink;
  expect(await change('revokeStatusLink', citizen())).toBe('NOT_FOUND');
  expect(await seen(first)).toBe('1');
  expect(await change('revokeStatusLink', author)).toBeNull();
  expect(await change('revokeStatusLink', author)).toBeNull();
  expect(await seen(first)).toBeNull();
  const second = await change('renewStatusLink', author);
  expect([await seen(first), await seen(second)]).toEqual([null, '1']);
  const third = await change('renewStatusLink', author);
  expect([await seen(first), await seen(second), await seen(third)]).toEqual([null, null, '1']);
  // Nobody makes the next link out of one.
  for (const wrong of [third.replace('.2.', '.3.'), third.replace('.2.', '.'), third.replace('.2.', '.02.')])
    expect([wrong, await seen(wrong)]).toEqual([wrong, null]);
  const draft = await drafted(service, await openContest(service));
  expect(await rejected(draft.applicationId, draft.lead)).toEqual(['WRONG_STATE', 'WRONG_STATE']);
});

const rejected = (applicationId: string, as: TestCaller): Promise<string[]> =>
  Promise.all(
    ['revokeStatusLink', 'renewStatusLink'].map(async (name) => {
      const query = `mutation ($input: ApplicationCommandInput!) { ${name}(input: $input) { rejection { code } } }`;
      const { data } = await service.gql(query, { input: { idempotencyKey: key(), applicationId } }, as);
      return data[name].rejection?.code ?? 'DONE';
    }),
  );

test('a part that is off vanishes from the menu, for every role, and its mutations are refused', async () => {
  const oktmo = '71876000101';
  const query = `query ($oktmo: Oktmo) { menu(oktmo: $oktmo) { block name actions } }`;
  const menu = async (as?: TestCaller) =>
    Object.fromEntries((await read(service, query, { oktmo }, as)).menu.map((one: any) => [one.block, one.actions]));
  const resident = citizen();
  const nothing = Object.fromEntries(BLOCKS.map((block) => [block, []]));
  expect(await menu()).toEqual(nothing);
  expect(await menu(resident)).toEqual({
    IDEAS: ['proposeIdea', 'supportIdea'],
    PROBLEMS: ['nameProblem', 'rankProblems'],
    COMMENTS: ['comment', 'complain'],
    MEETINGS: ['announceMeeting', 'registerForMeeting', 'recordMeeting'],
    AMBASSADORS: [],
    PUBLIC_JURY: ['applyForPublicJury', 'takeJurySheet'],
    CROWDFUNDING: ['pledge'],
  });
  expect((await menu(organiser))['IDEAS']).toEqual(['mergeIdeas', 'ideasToModerate']);
  // Staff of another territory has no rights here.
  expect(await menu(stranger)).toEqual(nothing);
  const settings = { oktmo, reason: 'Идеи собирает область', settings: { blocksOff: ['IDEAS', 'MEETINGS'] } };
  await done(service, 'changeSettings', settings, organiser);
  const kept = ['COMMENTS', 'AMBASSADORS', 'PUBLIC_JURY', 'CROWDFUNDING'];
  for (const as of [resident, organiser]) expect(Object.keys(await menu(as))).toEqual(kept);
  // The city around it keeps them.
  const { menu: city } = await read(service, query, { oktmo: OKTMO }, resident);
  expect(city.map(({ block }: any) => block)).toEqual(BLOCKS);
});
