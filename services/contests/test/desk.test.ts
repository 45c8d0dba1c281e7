import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { deskCode, deskDoes, REASON } from './desk.ts';
import {
  admitted,
  applicationAs,
  citizen,
  does,
  drafted,
  filed,
  importer,
  openContest,
  organiser,
  rejectionOf,
  startContests,
  stranger,
  type Contests,
} from './setup.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

const QUEUE = `query ($filter: ApplicationQueueFilter, $sort: ApplicationQueueSort, $first: Int, $after: String, $zone: String = "Asia/Yekaterinburg") {
  applicationQueue(filter: $filter, sort: $sort, first: $first, after: $after, timeZone: $zone) {
    nodes { id number assignee { id } terms { publishBy decideBy publishedAt commentsUntil dueAt } }
    pageInfo { hasNextPage endCursor } summary { overdue today later unassigned userMessage } } }`;
const queue = async (variables: object, as: TestCaller = organiser) => {
  const { data, errors } = await service.gql(QUEUE, variables as Record<string, unknown>, as);
  return errors ? errors[0]!.extensions['code'] : data.applicationQueue;
};
const idsOf = (answer: any): string[] => answer.nodes.map(({ id }: any) => id);

test('a filing starts the terms of the law, and the queue tells what is overdue and what is for today', async () => {
  const contestId = await openContest(service);
  const first = await filed(service, contestId);
  // Sunday the 1st: three working days are the 2nd to the 4th; thirty days end on the 31st, at midnight in Yekaterinburg.
  const [one] = (await queue({ filter: { contestId } })).nodes;
  expect(one.terms).toEqual({
    publishBy: '2026-03-04T19:00:00.000Z',
    decideBy: '2026-03-31T19:00:00.000Z',
    publishedAt: null,
    commentsUntil: null,
    dueAt: '2026-03-04T19:00:00.000Z',
  });
  service.clock.set('2026-03-03T10:00:00Z');
  const second = await filed(service, contestId);
  const draft = await drafted(service, contestId);
  service.clock.set('2026-03-04T18:00:00Z');
  const seen = await queue({ filter: { contestId } });
  expect(idsOf(seen)).toEqual([first.applicationId, second.applicationId]);
  expect(seen.summary).toEqual({
    overdue: 0,
    today: 1,
    later: 1,
    unassigned: 2,
    userMessage: '0 просрочено, 1 на сегодня, 1 позже.',
  });
  // The same by territory: nothing else waits there yet.
  expect((await queue({})).summary).toMatchObject({ overdue: 0, today: 1, later: 1, unassigned: 2 });
  // At one in the morning of its last day in Yekaterinburg it is still the day before in Moscow.
  service.clock.set('2026-03-03T20:00:00Z');
  const today = (zone: string) => queue({ filter: { contestId, due: 'TODAY' }, zone });
  expect(idsOf(await today('Asia/Yekaterinburg'))).toEqual([first.applicationId]);
  expect(idsOf(await today('Europe/Moscow'))).toEqual([]);
  service.clock.set('2026-03-04T19:00:00Z');
  expect(idsOf(await queue({ filter: { contestId, due: 'OVERDUE' } }))).toEqual([first.applicationId]);
  expect((await queue({ filter: { contestId } })).summary).toMatchObject({ overdue: 1, today: 0, later: 1 });
  expect((await queue({})).summary).toMatchObject({ overdue: 1, today: 0, later: 1 });

  await deskDoes(service, 'publishApplication', { applicationId: first.applicationId }, organiser);
  expect((await queue({ filter: { contestId } })).summary).toMatchObject({ overdue: 0, today: 0, later: 2 });
  await does(service, 'admitApplication', { applicationId: first.applicationId }, organiser);
  expect(idsOf(await queue({ filter: { contestId } }))).toEqual([second.applicationId]);
  expect(idsOf(await queue({ filter: { contestId, states: ['ADMITTED', 'DRAFT'] } })).toSorted()).toEqual(
    [first.applicationId, draft.applicationId].toSorted(),
  );
});

test('what initiators have not answered in their term comes back to the officials as overdue', async () => {
  const contestId = await openContest(service);
  const { applicationId } = await filed(service, contestId);
  await deskDoes(service, 'publishApplication', { applicationId }, organiser);
  const remarks = [{ field: 'title', text: 'Уточните название.' }];
  await does(service, 'returnApplication', { applicationId, remarks, answerBy: '2026-03-05T00:00:00Z' }, organiser);
  expect((await queue({ filter: { contestId } })).nodes[0].terms.dueAt).toBe('2026-03-05T00:00:00.000Z');
  service.clock.set('2026-03-06T00:00:00Z');
  expect(idsOf(await queue({ filter: { contestId, due: 'OVERDUE' } }))).toEqual([applicationId]);
});

test('an official sees the queue of the own territories, page by page, by term or by time of filing', async () => {
  const contestId = await openContest(service);
  const all: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    all.push((await filed(service, contestId)).applicationId);
    service.clock.advance(86_400_000);
  }
  const pages = async (sort: string) => {
    const found: string[] = [];
    for (let after: string | null = null, page = 0; page < 4; page += 1) {
      const answer: any = await queue({ filter: { contestId }, sort, first: 2, after });
      found.push(...idsOf(answer));
      after = answer.pageInfo.endCursor;
      if (!answer.pageInfo.hasNextPage) break;
    }
    return found;
  };
  expect(await pages('SUBMITTED')).toEqual(all.toReversed());
  expect((await pages('DUE')).toSorted()).toEqual(all.toSorted());
  const mine = { ...organiser, territories: ['71829000', '71876000'] };
  for (const as of [importer, mine, { ...organiser, roles: ['auditor'] } as TestCaller])
    expect(idsOf(await queue({ filter: { contestId }, first: 100 }, as)).toSorted()).toEqual(all.toSorted());
  expect(idsOf(await queue({ filter: { contestId } }, stranger))).toEqual([]);
  expect(idsOf(await queue({ filter: { contestId, oktmo: '71000000' } }))).toHaveLength(5);
  expect(idsOf(await queue({ filter: { contestId, oktmo: '71829000' } }, importer))).toEqual([]);
  expect(idsOf(await queue({ filter: { contestId: newId() } }))).toEqual([]);
  const [across, apart] = [
    await queue({ filter: { oktmo: '71000000' } }),
    await queue({ filter: { oktmo: '65000000' } }),
  ];
  expect([idsOf(across).length >= 5, idsOf(apart)]).toEqual([true, []]);
  expect((await queue({ filter: { contestId } }, stranger)).summary).toMatchObject({ later: 0, unassigned: 0 });
  expect(idsOf(await queue({ filter: { oktmo: '71876000' } }, importer)).length).toBeGreaterThanOrEqual(5);
  expect(idsOf(await queue({ filter: { oktmo: '71829000' } }, importer))).toEqual([]);
  expect(await queue({}, citizen())).toBe('FORBIDDEN');
  expect(await queue({ zone: 'Mars/Phobos' })).toBe('BAD_USER_INPUT');
  expect(await queue({ first: 101 })).toBe('BAD_USER_INPUT');
});

test('an application is taken by an official, whom the group does not see', async () => {
  const contestId = await openContest(service);
  const { applicationId, member } = await filed(service, contestId);
  const assigneeId = newId();
  await deskDoes(service, 'assignApplication', { applicationId, assigneeId }, organiser);
  expect(idsOf(await queue({ filter: { contestId, assigneeId } }))).toEqual([applicationId]);
  expect(idsOf(await queue({ filter: { contestId, unassigned: true } }))).toEqual([]);
  const assignee = async (as: TestCaller) => {
    const { data } = await service.gql(
      `query ($id: ID!) { application(id: $id) { assignee { id } } }`,
      { id: applicationId },
      as,
    );
    return data.application.assignee;
  };
  expect(await assignee(organiser)).toEqual({ id: assigneeId });
  expect(await assignee(member)).toBeNull();
  await deskDoes(service, 'assignApplication', { applicationId, assigneeId: null }, organiser);
  expect(idsOf(await queue({ filter: { contestId, unassigned: true } }))).toEqual([applicationId]);
  expect(await deskCode(service, 'assignApplication', { applicationId, assigneeId: 'nobody' }, organiser)).toBe(
    'ASSIGNEE_INVALID',
  );
});

test('a published application is seen by everybody, listed, and hidden while it is reworked', async () => {
  const contestId = await openContest(service);
  const { applicationId, lead } = await filed(service, contestId);
  expect(await applicationAs(service, applicationId)).toBeNull();
  const listed = async () => {
    const { data } = await service.gql(`query ($id: ID!) { applications(contestId: $id) { nodes { id } } }`, {
      id: contestId,
    });
    return data.applications.nodes.map(({ id }: any) => id);
  };
  await deskDoes(service, 'publishApplication', { applicationId }, organiser);
  expect(await applicationAs(service, applicationId, citizen())).toMatchObject({ state: 'SUBMITTED' });
  expect(await listed()).toEqual([applicationId]);
  // Published on the 1st, a Sunday: the working days are the 2nd to the 6th.
  expect((await queue({ filter: { contestId } })).nodes[0].terms.commentsUntil).toBe('2026-03-06T19:00:00.000Z');
  expect(await deskCode(service, 'publishApplication', { applicationId }, organiser)).toBe('PUBLISHED_ALREADY');

  const remarks = [{ field: 'title', text: 'Уточните название.' }];
  await does(service, 'returnApplication', { applicationId, remarks, answerBy: '2026-03-05T00:00:00Z' }, organiser);
  expect([await applicationAs(service, applicationId), await listed()]).toEqual([null, []]);
  await does(service, 'submitApplication', { applicationId }, lead);
  expect(await listed()).toEqual([applicationId]);
});

test('a better way is a ground of refusal only after a joint rework was offered', async () => {
  const { applicationId, lead, member } = await filed(service, await openContest(service));
  const refusal = { applicationId, ground: 'BETTER_WAY_EXISTS', reason: REASON };
  expect(await rejectionOf(service, 'refuseApplication', refusal, organiser)).toBe('REWORK_NOT_OFFERED');
  expect(await deskCode(service, 'declineJointRework', { applicationId, reason: REASON }, lead)).toBe('WRONG_STATE');
  const text = 'Предлагаем объединить площадку со сквером.';
  const offer = { applicationId, text, answerBy: '2026-03-05T00:00:00Z' };
  expect(await deskCode(service, 'offerJointRework', { ...offer, text: 'Вместе' }, organiser)).toBe('REASON_REQUIRED');
  expect(await deskCode(service, 'offerJointRework', { ...offer, answerBy: '2026-02-05T00:00:00Z' }, organiser)).toBe(
    'TERM_IN_PAST',
  );
  const { application } = await deskDoes(service, 'offerJointRework', offer, organiser);
  expect(application.state).toBe('RETURNED');
  // The group tries, thinks better of it and keeps what it had filed.
  const content = { title: 'Площадка и сквер на улице Мира' };
  await deskDoes(service, 'editApplication', { applicationId, baseVersion: application.version, content }, member);
  expect(await deskCode(service, 'declineJointRework', { applicationId, reason: REASON }, member)).toBe('FORBIDDEN');
  const declined = await deskDoes(service, 'declineJointRework', { applicationId, reason: REASON }, lead);
  expect(declined.application).toMatchObject({
    state: 'SUBMITTED',
    title: 'Детская площадка на улице Мира',
    revision: 1,
  });
  expect(await does(service, 'refuseApplication', refusal, organiser)).toMatchObject({ state: 'REFUSED' });
  const { data } = await service.gql(
    `query ($id: ID!) { application(id: $id) { jointRework { text reason } } }`,
    { id: applicationId },
    lead,
  );
  expect(data.application.jointRework).toEqual({ text, reason: REASON });
  expect(await toldOf(applicationId)).toEqual([
    'ApplicationSubmitted FILED',
    'ApplicationReturned joint',
    'ApplicationSubmitted REWORK_DECLINED',
    'ApplicationRefused ',
  ]);
});

/** What the events of an application say about their cause. */
async function toldOf(applicationId: string): Promise<string[]> {
  await service.settle();
  const own = service.bus
    .published()
    .filter(({ key: of, topic }) => of === applicationId && topic.includes('application'));
  return own.map(({ type, data }) => `${type.split('.').at(-1)} ${data.cause ?? (data.jointRework ? 'joint' : '')}`);
}

test('a return with remarks is no offer that could be declined', async () => {
  const { applicationId, lead } = await filed(service, await openContest(service));
  const remarks = [{ field: 'title', text: 'Уточните название.' }];
  await does(service, 'returnApplication', { applicationId, remarks, answerBy: '2026-03-05T00:00:00Z' }, organiser);
  expect(await deskCode(service, 'declineJointRework', { applicationId, reason: REASON }, lead)).toBe(
    'REWORK_NOT_OFFERED',
  );
});

test('a refusal is taken back with its reason, which begins the term anew, until the ballot is fixed', async () => {
  const contestId = await openContest(service);
  const { applicationId, member } = await filed(service, contestId);
  const refusal = { applicationId, ground: 'NO_FUNDS', reason: 'В бюджете города нет таких средств.' };
  await does(service, 'refuseApplication', refusal, organiser);
  service.clock.set('2026-03-10T08:00:00Z');
  expect(await deskCode(service, 'reopenApplication', { applicationId, reason: 'Так' }, organiser)).toBe(
    'REASON_REQUIRED',
  );
  expect(await deskCode(service, 'reopenApplication', { applicationId, reason: REASON }, member)).toBe('FORBIDDEN');
  await deskDoes(service, 'reopenApplication', { applicationId, reason: REASON }, organiser);
  const query = `query ($id: ID!) { application(id: $id) { state refusalGround terms { decideBy } reopenings { reason ground refusalReason } } }`;
  const { data } = await service.gql(query, { id: applicationId }, member);
  expect(data.application).toEqual({
    state: 'SUBMITTED',
    refusalGround: null,
    // The 9th of April is thirty days on.
    terms: { decideBy: '2026-04-09T19:00:00.000Z' },
    reopenings: [{ reason: REASON, ground: 'NO_FUNDS', refusalReason: refusal.reason }],
  });
  expect((await toldOf(applicationId)).at(-1)).toBe('ApplicationSubmitted REOPENED');
  await does(service, 'refuseApplication', refusal, organiser);
  await admitted(service, contestId);
  await does(service, 'approveBallotList', { contestId }, organiser);
  expect(await deskCode(service, 'reopenApplication', { applicationId, reason: REASON }, organiser)).toBe(
    'BALLOT_LIST_APPROVED',
  );
});
