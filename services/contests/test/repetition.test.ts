import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestCaller } from '@veche/kit/testing/tokens';
import {
  CONTENT,
  START,
  admitted,
  ask,
  citizen,
  contestInput,
  does,
  drafted,
  filed,
  groupOf,
  importer,
  line,
  key,
  openContest,
  organiser,
  startContests,
  type Contests,
  type Mutation,
} from './setup.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

const REMARKS = { remarks: [{ field: 'title', text: 'Уточните' }], answerBy: '2027-01-01T00:00:00Z' };
const REFUSAL = { ground: 'NO_FUNDS', reason: 'В бюджете города нет таких средств.' };
const MOVE = { stage: 'VOTING', closesLocal: '2026-03-28T13:00:00', reason: 'Решение комиссии № 4' };
const LINES = ['7', '8'].map((number) => ({ number, title: 'Сквер', category: 'PARK', totalCost: '1.00' }));

interface Case {
  input: object;
  other: object;
  as: TestCaller;
}

/** For each mutation: a request that passes, and another one under the same key. */
const CASES: Record<Mutation, () => Promise<Case>> = {
  createContest: async () => {
    const input = contestInput();
    return { input, other: { ...input, title: 'Совсем другой конкурс' }, as: organiser };
  },
  updateContest: async () => {
    const { id, version } = await does(service, 'createContest', contestInput(), organiser);
    const input = { contestId: id, expectedVersion: version, title: 'Проекты Сургута' };
    return { input, other: { ...input, title: 'Иное название' }, as: organiser };
  },
  setContestCriteria: async () => {
    const { id, version } = await does(service, 'createContest', contestInput(), organiser);
    const input = { contestId: id, expectedVersion: version, criteria: [line('a')], scoring: {} };
    return { input, other: { ...input, criteria: [line('b')] }, as: organiser };
  },
  publishContest: async () => {
    const { id } = await does(service, 'createContest', contestInput(), organiser);
    return { input: { contestId: id }, other: { contestId: id, expectedVersion: 77 }, as: organiser };
  },
  amendContest: async () => {
    service.clock.set(START);
    const { id: contestId } = await does(service, 'createContest', contestInput(), organiser);
    await does(service, 'publishContest', { contestId }, organiser);
    const input = { contestId, budget: '3000000.00', reason: 'Решение Думы города № 7' };
    return { input, other: { ...input, budget: '3000001.00' }, as: organiser };
  },
  importContest: async () => {
    const { id } = await does(service, 'createContest', contestInput(), organiser);
    const query = 'query ($id: ID!) { contestFile(contestId: $id) }';
    const file = (await service.gql(query, { id }, organiser)).data.contestFile;
    const input = { oktmo: '71876000', file };
    const other = { oktmo: '71876000', file: { ...file, contest: { ...file.contest, title: 'Другой конкурс' } } };
    return { input, other, as: organiser };
  },
  cloneContest: async () => {
    const { id: contestId } = await does(service, 'createContest', contestInput(), organiser);
    return { input: { contestId }, other: { contestId, title: 'Другой конкурс' }, as: organiser };
  },
  rescheduleStage: async () => {
    const input = { contestId: await openContest(service), ...MOVE };
    return { input, other: { ...input, reason: 'Иное решение комиссии' }, as: organiser };
  },
  approveBallotList: async () => {
    const contestId = await openContest(service);
    await admitted(service, contestId);
    return { input: { contestId }, other: { contestId, expectedVersion: 77 }, as: organiser };
  },
  formInitiativeGroup: async () => {
    const input = { contestId: await openContest(service), name: 'Двор' };
    return { input, other: { ...input, name: 'Сквер' }, as: citizen() };
  },
  joinInitiativeGroup: async () => {
    const { id, lead } = await groupOf(service, await openContest(service));
    const { data } = await service.gql(
      `query ($id: ID!) { initiativeGroup(id: $id) { invitationCode } }`,
      { id },
      lead,
    );
    const input = { groupId: id, invitationCode: data.initiativeGroup.invitationCode };
    return { input, other: { ...input, invitationCode: 'x' }, as: citizen() };
  },
  leaveInitiativeGroup: async () => {
    const { id, member } = await groupOf(service, await openContest(service));
    return { input: { groupId: id }, other: { groupId: id }, as: member };
  },
  draftApplication: async () => {
    const contestId = await openContest(service);
    const { id, lead } = await groupOf(service, contestId);
    const input = { contestId, groupId: id, content: CONTENT };
    return { input, other: { ...input, content: {} }, as: lead };
  },
  saveApplication: async () => {
    const { applicationId, lead } = await drafted(service, await openContest(service));
    const input = { applicationId, expectedVersion: 1, content: { title: 'Площадка для детей' } };
    return { input, other: { ...input, content: { title: 'Стадион' } }, as: lead };
  },
  submitApplication: async () => byVersion(await drafted(service, await openContest(service)), 'lead'),
  withdrawApplication: async () => byVersion(await filed(service, await openContest(service)), 'lead'),
  admitApplication: async () => byVersion(await filed(service, await openContest(service)), 'organiser'),
  returnApplication: async () => {
    const { applicationId } = await filed(service, await openContest(service));
    const input = { applicationId, ...REMARKS };
    return { input, other: { ...input, answerBy: '2027-02-01T00:00:00Z' }, as: organiser };
  },
  refuseApplication: async () => {
    const { applicationId } = await filed(service, await openContest(service));
    const input = { applicationId, ...REFUSAL };
    return { input, other: { ...input, ground: 'NO_COMPETENCE' }, as: organiser };
  },
  importApplications: async () => {
    const input = { contestId: await openContest(service), applications: LINES };
    return { input, other: { ...input, applications: LINES.slice(1) }, as: importer };
  },
};

const byVersion = ({ applicationId, lead }: { applicationId: string; lead: TestCaller }, who: string): Case => ({
  input: { applicationId },
  other: { applicationId, expectedVersion: 77 },
  as: who === 'lead' ? lead : organiser,
});

// Leaving has no second field that could differ under the same key.
const SAME_ONLY = new Set(['leaveInitiativeGroup']);

test.each(Object.keys(CASES) as Mutation[])('%s: one key, one effect', async (name) => {
  service.clock.set(START);
  const { input, other, as } = await CASES[name]();
  const keyed = { ...input, idempotencyKey: key() };
  await service.settle();
  const before = service.bus.published().length;
  const first = await ask(service, name, keyed, as);
  expect(first.rejection).toBeNull();
  await service.settle();
  const told = service.bus.published().length - before;
  service.clock.advance(1000);
  expect(await ask(service, name, keyed, as)).toEqual(first);
  await service.settle();
  expect(service.bus.published().length - before).toBe(told);
  if (SAME_ONLY.has(name)) return;
  const misused = await ask(service, name, { ...other, idempotencyKey: keyed.idempotencyKey }, as);
  expect(misused.rejection.code).toBe('IDEMPOTENCY_KEY_REUSED');
});

test('an import under a new key takes over only what is new', async () => {
  const contestId = await openContest(service);
  const put = (applications: object[], as = importer) =>
    does(service, 'importApplications', { contestId, applications }, as);
  const first = await put(LINES);
  const more = [...LINES, { ...LINES[0]!, number: '9' }];
  const other = { ...importer, sub: crypto.randomUUID() };
  const second = await put(more, other);
  expect(second.slice(0, 2).map(({ id }: any) => id)).toEqual(first.map(({ id }: any) => id));
  await service.settle();
  const ids = new Set(second.map(({ id }: any) => id));
  const told = service.bus.published('veche.contests.ApplicationAdmitted').filter(({ key: id }) => ids.has(id));
  expect(told).toHaveLength(3);
});

test('two imports of the same list at once make each application once', async () => {
  const contestId = await openContest(service);
  const applications = Array.from({ length: 60 }, (_, index) => ({ ...LINES[0]!, number: String(index + 1) }));
  const answers = await Promise.all(
    [importer, { ...importer, sub: crypto.randomUUID() }].map((as) =>
      does(service, 'importApplications', { contestId, applications }, as),
    ),
  );
  const ids = answers.map((list) => list.map(({ id }: any) => id));
  expect(ids[0]).toEqual(ids[1]);
  expect(new Set(ids[0]).size).toBe(60);
});
