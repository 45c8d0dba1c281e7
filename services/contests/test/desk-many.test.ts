import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { deskAsk, deskCode, deskDoes } from './desk.ts';
import {
  admitted,
  applicationAs,
  citizen,
  does,
  drafted,
  filed,
  key,
  openContest,
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

const heldBy = async (contestId: string, assigneeId: string): Promise<string[]> => {
  const query = `query ($filter: ApplicationQueueFilter) { applicationQueue(filter: $filter) { nodes { id } } }`;
  const { data } = await service.gql(query, { filter: { contestId, assigneeId } }, organiser);
  return data.applicationQueue.nodes.map(({ id }: any) => id);
};

test('one step with many applications gives each its own result, and is done once', async () => {
  const contestId = await openContest(service);
  const ready = [await filed(service, contestId), await filed(service, contestId)].map((one) => one.applicationId);
  const draft = (await drafted(service, contestId)).applicationId;
  const done = (await admitted(service, contestId)).applicationId;
  const nobody = newId();
  const applicationIds = [ready[0]!, draft, done, nobody, ready[1]!];
  const input = { idempotencyKey: key(), applicationIds, action: 'ADMIT' };
  const { results } = await deskDoes(service, 'decideApplications', input, organiser);
  expect(results.map((one: any) => [one.applicationId, one.application?.state ?? one.rejection.code])).toEqual([
    [ready[0], 'ADMITTED'],
    [draft, 'WRONG_STATE'],
    [done, 'WRONG_STATE'],
    [nobody, 'NOT_FOUND'],
    [ready[1], 'ADMITTED'],
  ]);
  const again = await deskDoes(service, 'decideApplications', input, organiser);
  expect(again.results[0].application).toEqual(results[0].application);
  const other = { ...input, applicationIds: [draft] };
  expect(await deskCode(service, 'decideApplications', other, organiser)).toBe('IDEMPOTENCY_KEY_REUSED');
  await service.settle();
  const told = service.bus.published('veche.contests.ApplicationAdmitted').filter(({ key: id }) => ready.includes(id));
  expect(told).toHaveLength(2);

  // Of another territory nothing is done: a public one is seen without the right, others are not seen at all.
  const foreign = await deskAsk(service, 'decideApplications', { applicationIds, action: 'PUBLISH' }, stranger);
  expect(foreign.rejection.code).toBe('NOT_FOUND');
  expect(foreign.results.map((one: any) => one.rejection.code)).toEqual(Array(5).fill('NOT_FOUND'));
});

test('many are returned, published and given to an official in one go; a malformed whole does nothing', async () => {
  const contestId = await openContest(service);
  const ids = [await filed(service, contestId), await filed(service, contestId)].map((one) => one.applicationId);
  const all = async (more: object) =>
    deskAsk(service, 'decideApplications', { applicationIds: ids, ...more }, organiser);
  const states = ({ results }: any) => results.map((one: any) => one.application?.state ?? one.rejection.code);
  expect(states(await all({ action: 'PUBLISH' }))).toEqual(['SUBMITTED', 'SUBMITTED']);
  const assigneeId = newId();
  expect(states(await all({ action: 'ASSIGN', assigneeId }))).toEqual(['SUBMITTED', 'SUBMITTED']);
  expect((await heldBy(contestId, assigneeId)).toSorted()).toEqual(ids.toSorted());
  const remarks = [{ field: 'answers.problem', text: 'Опишите подробнее.' }];
  const answerBy = '2026-03-05T00:00:00Z';
  expect((await all({ action: 'RETURN', answerBy })).rejection.code).toBe('REMARKS_REQUIRED');
  expect((await all({ action: 'ASSIGN', assigneeId: 'x' })).rejection.code).toBe('ASSIGNEE_INVALID');
  expect(states(await all({ action: 'RETURN', remarks, answerBy }))).toEqual(['RETURNED', 'RETURNED']);

  const code = (input: object) => deskCode(service, 'decideApplications', { action: 'ADMIT', ...input }, organiser);
  expect(await code({ applicationIds: [] })).toBe('BAD_USER_INPUT');
  expect(await code({ applicationIds: ['$ne'] })).toBe('BAD_USER_INPUT');
  expect(await code({ applicationIds: ids, action: 'RETURN', remarks })).toBe('BAD_USER_INPUT');
  expect(await code({ applicationIds: [ids[0], ids[0]] })).toBe('ITEM_REPEATED');
  expect(await code({ applicationIds: Array.from({ length: 101 }, newId) })).toBe('TOO_MANY_ITEMS');
});

const DESK = `query ($contestId: ID!) {
  applicationBoard(contestId: $contestId) { state name count oldestSince medianHours }
  applicationRegister(contestId: $contestId) { count lastNumber gaps { number at userMessage } csv } }`;
const deskOf = async (contestId: string, as?: TestCaller) => service.gql(DESK, { contestId }, as);

test('the board tells how many are in each state and for how long', async () => {
  const contestId = await openContest(service);
  await drafted(service, contestId);
  for (let count = 0; count < 3; count += 1) {
    await filed(service, contestId);
    service.clock.advance(3 * 3_600_000);
  }
  const { data } = await deskOf(contestId, organiser);
  expect(data.applicationBoard).toEqual([
    { state: 'DRAFT', name: 'черновик', count: 1, oldestSince: '2026-03-01T08:00:00.000Z', medianHours: 9 },
    { state: 'SUBMITTED', name: 'подана', count: 3, oldestSince: '2026-03-01T08:00:00.000Z', medianHours: 6 },
  ]);
  expect((await deskOf(contestId, stranger)).data).toEqual({ applicationBoard: null, applicationRegister: null });
  expect((await deskOf(contestId, citizen())).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
});

test('the register has no gap that is not explained, and opens in a spreadsheet', async () => {
  const contestId = await openContest(service);
  const { applicationId, lead } = await drafted(service, contestId);
  // Several requests at once may each take a number; only one of them files the application.
  await Promise.all(
    Array.from({ length: 6 }, () => does(service, 'submitApplication', { applicationId }, lead).catch(() => null)),
  );
  const title = '=СУММ(1;2) сквер «Мира»';
  await filed(service, contestId, { title });
  const { applicationRegister } = (await deskOf(contestId, organiser)).data;
  const { count, lastNumber, gaps, csv } = applicationRegister;
  expect(count).toBe(2);
  expect(gaps.length).toBe(lastNumber - count);
  const { number } = await applicationAs(service, applicationId, lead);
  for (const gap of gaps) {
    expect(gap.at).toBe('2026-03-01T08:00:00.000Z');
    expect(gap.userMessage).toBe(`Заявка подавалась несколькими запросами сразу и получила номер ${number}.`);
  }
  const lines = csv.split('\r\n');
  expect(lines[0]).toMatch(/^\uFEFFНомер;Подана;Состояние;/);
  expect(lines).toHaveLength(4);
  expect(lines[2]).toContain(`"'${title}"`);
  expect(lines[2]).toMatch(/;900000,00;700000,00;/);
});

test('the register holds every application of the largest contest, and invents no gaps', async () => {
  const contestId = await openContest(service);
  const { applicationId } = await filed(service, contestId);
  const { connection } = service.deps;
  const stored = (await connection.collection('applications').findOne({ _id: applicationId as never }))!;
  const { title, category, oktmo, totalCost, funding } = stored['content'];
  const content = { title, category, oktmo, totalCost, funding };
  const model = { version: 1, contestId, status: 'SUBMITTED', revision: 1, content };
  const last = 20_100;
  for (let from = 2; from <= last; from += 2_000) {
    const numbers = Array.from({ length: Math.min(2_000, last + 1 - from) }, (_, index) => String(from + index));
    await connection.collection('applications').insertMany(
      numbers.map((number) => ({
        ...model,
        _id: newId() as never,
        number,
        sortKey: number.padStart(20, '0'),
      })),
    );
  }
  // Without a number there is nothing to register.
  await drafted(service, contestId);
  await connection.collection('numbers').updateOne({ _id: contestId as never }, { $set: { last: last + 1 } });
  const { applicationRegister } = (await deskOf(contestId, organiser)).data;
  expect(applicationRegister).toMatchObject({ count: last, lastNumber: last + 1, gaps: [{ number: last + 1 }] });
  const lines = applicationRegister.csv.split('\r\n');
  expect(lines).toHaveLength(last + 2);
  expect(lines[last]).toMatch(/^20100;/);
});

test('a queue of thousands is counted anew after some seconds, a shorter one at once', async () => {
  const waiting = async (contestId: string) => {
    const query = `query ($filter: ApplicationQueueFilter) { applicationQueue(filter: $filter, first: 0) { summary { overdue today later unassigned } } }`;
    return (await service.gql(query, { filter: { contestId } }, organiser)).data.applicationQueue.summary;
  };
  const applications = service.deps.connection.collection('applications');
  const dueAt = new Date(service.clock.now().getTime() + 10 * 86_400_000);
  const made = async (count: number) => {
    const contestId = await openContest(service);
    const all = Array.from({ length: count }, () => ({ _id: newId() as never, version: 1, contestId, dueAt }));
    await applications.insertMany(all);
    expect(await waiting(contestId)).toEqual({ overdue: 0, today: 0, later: count, unassigned: count });
    await applications.updateOne({ _id: all[0]!._id }, { $set: { assigneeId: newId() } });
    await applications.deleteOne({ _id: all[1]!._id });
    return contestId;
  };
  const [few, many] = [await made(2_000), await made(2_001)];
  expect(await waiting(few)).toMatchObject({ later: 1_999, unassigned: 1_998 });
  expect(await waiting(many)).toMatchObject({ later: 2_001, unassigned: 2_001 });
  service.clock.advance(5_000);
  expect(await waiting(many)).toMatchObject({ later: 2_000, unassigned: 1_999 });
});
