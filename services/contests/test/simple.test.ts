import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { event } from '@veche/proto';
import { ProgressReportedSchema } from '@veche/proto/registry/v1/registry';
import { OKTMO, citizen, does, openContest, organiser, startContests, stranger, type Contests } from './setup.ts';
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

test('a part that is off vanishes from the menu, for every role, and its mutations are refused', async () => {
  const oktmo = '71876000101';
  const query = `query ($oktmo: Oktmo) { menu(oktmo: $oktmo) { block name actions } }`;
  const menu = async (as?: TestCaller) =>
    Object.fromEntries((await read(service, query, { oktmo }, as)).menu.map((one: any) => [one.block, one.actions]));
  const resident = citizen();
  expect(await menu()).toEqual({ IDEAS: [], COMMENTS: [], MEETINGS: [] });
  expect(await menu(resident)).toEqual({
    IDEAS: ['proposeIdea', 'supportIdea', 'nameProblem', 'rankProblems'],
    COMMENTS: ['comment', 'complain'],
    MEETINGS: ['announceMeeting', 'registerForMeeting', 'recordMeeting'],
  });
  expect((await menu(organiser))['IDEAS']).toEqual(['mergeIdeas', 'ideasToModerate', 'openProblemPoll', 'nameProblem']);
  // Staff of another territory has no rights here.
  expect(await menu(stranger)).toEqual({ IDEAS: [], COMMENTS: [], MEETINGS: [] });
  const settings = { oktmo, reason: 'Идеи собирает область', settings: { blocksOff: ['IDEAS', 'MEETINGS'] } };
  await done(service, 'changeSettings', settings, organiser);
  for (const as of [resident, organiser]) expect(Object.keys(await menu(as))).toEqual(['COMMENTS']);
  // The city around it keeps them.
  const { menu: city } = await read(service, query, { oktmo: OKTMO }, resident);
  expect(city.map(({ block }: any) => block)).toEqual(['IDEAS', 'COMMENTS', 'MEETINGS']);
});
