import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId, type OutboxEvent } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { event } from '@veche/proto';
import {
  ApplicationDecidedSchema,
  ApplicationPublishedSchema,
  ApplicationRefusedSchema,
  ApplicationReturnedSchema,
  ApplicationSubmittedSchema,
  ContestPublishedSchema,
  ContestRescheduledSchema,
  InitiativeGroupChangedSchema,
} from '@veche/proto/contests/v1/contests';
import { MeetingChangedSchema } from '@veche/proto/contests/v1/discussion';
import { AppealDecidedSchema, AppealFiledSchema } from '@veche/proto/expertise/v1/appeals';
import { MinutesSignedSchema } from '@veche/proto/expertise/v1/commission';
import { ExpertAssignedSchema } from '@veche/proto/expertise/v1/expertise';
import { ERASE, citizen, key, setUp, type Person, type Setup } from './setup.ts';

const OKTMO = '71876000';
const INBOX = 'inbox { unread preferences { kind shown } } rejection { code userMessage path }';
const NOTICES = `query ($kinds: [NoticeKind!], $first: Int, $after: String) { myNotices(kinds: $kinds, first: $first, after: $after) {
  totalCount unread pageInfo { hasNextPage endCursor } preferences { kind name shown }
  nodes { id kind at title text read until outcome score application { id } contest { id } meeting { id } } } }`;
const MARK = `mutation ($input: MarkNoticesReadInput!) { markNoticesRead(input: $input) { ${INBOX} } }`;
const MARK_ALL = `mutation ($input: MarkAllNoticesReadInput!) { markAllNoticesRead(input: $input) { ${INBOX} } }`;
const PREFER = `mutation ($input: SetNoticePreferencesInput!) { setNoticePreferences(input: $input) { ${INBOX} } }`;

let setup: Setup;
beforeAll(async () => {
  setup = await setUp();
});
afterAll(() => setup.stop());

let place: { applicationId: string; contestId: string };
let lead: Person;
let member: Person;
let groupId: string;
const tell = (told: OutboxEvent): Promise<void> => setup.service.bus.deliver(told);
const notices = async (as: TestCaller, more: object = {}): Promise<any> => {
  const { data, errors } = await setup.service.gql(NOTICES, more as Record<string, unknown>, as);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.myNotices;
};
const first = async (as: TestCaller): Promise<any> => (await notices(as)).nodes[0];
const contest = () =>
  event(ContestPublishedSchema, place.contestId, {
    contestId: place.contestId,
    title: 'Проекты Сургута',
    oktmo: OKTMO,
    timeZone: 'Asia/Yekaterinburg',
  });
const group = (...people: Person[]) =>
  event(InitiativeGroupChangedSchema, groupId, {
    groupId,
    contestId: place.contestId,
    memberIds: people.map(({ sub }) => sub),
  });
const submitted = (cause = 'FILED') =>
  event(ApplicationSubmittedSchema, place.applicationId, {
    ...place,
    cause,
    facts: { number: '3', title: 'Детская площадка', groupId },
  });
const returned = (more: object = {}) =>
  event(ApplicationReturnedSchema, place.applicationId, { ...place, answerBy: '2026-03-05T08:00:00.000Z', ...more });

beforeEach(() => {
  setup.service.clock.advance(60_000);
  place = { applicationId: newId(), contestId: newId() };
  [lead, member, groupId] = [citizen(), citizen(), newId()];
});
const known = async (): Promise<void> => {
  for (const told of [contest(), group(lead, member), submitted()]) await tell(told);
};

describe('whoever is concerned is told', () => {
  test('each member of the group of every step, in words with the term and the way to the subject', async () => {
    await known();
    await tell(returned());
    for (const who of [lead, member])
      expect(await first(who)).toMatchObject({
        kind: 'APPLICATION_RETURNED',
        title: 'Заявка возвращена с замечаниями',
        text: 'Заявка № 3 «Детская площадка». Есть замечания. Ответьте на них до 5 марта 2026 г., 13:00.',
        until: '2026-03-05T08:00:00.000Z',
        read: false,
        application: { id: place.applicationId },
        contest: { id: place.contestId },
        meeting: null,
      });
    expect((await notices(citizen())).totalCount).toBe(0);
  });

  test.each<[string, () => OutboxEvent, string, RegExp]>([
    ['an offer', () => returned({ jointRework: true }), 'REWORK_OFFERED', /доработать проект вместе.*5 марта/],
    [
      'a publication',
      () =>
        event(ApplicationPublishedSchema, place.applicationId, { ...place, publishedAt: '2026-03-01T04:00:00.000Z' }),
      'APPLICATION_PUBLISHED',
      /её видят все/,
    ],
    ['a reopening', () => submitted('REOPENED'), 'APPLICATION_REOPENED', /Отказ отменён/],
    [
      'a refusal',
      () => event(ApplicationRefusedSchema, place.applicationId, { ...place, ground: 'NO_FUNDS' }),
      'APPLICATION_REFUSED',
      /недостаточно средств местного бюджета/,
    ],
    [
      'the outcome of a vote',
      () => event(ApplicationDecidedSchema, place.applicationId, { ...place, outcome: 'WINNER', decidedBy: 'VOTE' }),
      'APPLICATION_DECIDED',
      /признан победителем\. Обоснование/,
    ],
    [
      'an appeal',
      () => event(AppealDecidedSchema, newId(), { ...place, appealId: newId(), upheld: true }),
      'APPEAL_DECIDED',
      /удовлетворена/,
    ],
    [
      'a change of the calendar',
      () =>
        event(ContestRescheduledSchema, place.contestId, { contestId: place.contestId, reason: 'Перенос выходного' }),
      'CONTEST_RESCHEDULED',
      /Конкурс «Проекты Сургута»\. Сроки изменены\. Причина: Перенос выходного/,
    ],
  ])('%s', async (_what, told, kind, text) => {
    await known();
    await tell(told());
    expect(await first(member)).toMatchObject({ kind, text: expect.stringMatching(text) });
  });

  test('a decision of the commission with points, place and the term of an appeal, once', async () => {
    await known();
    const decision = { applicationId: place.applicationId, outcome: 'NOT_SELECTED', score: '71.25', place: 4 };
    const decisions = [{ ...decision, appealUntil: '2026-03-20T19:00:00.000Z' }];
    const sessionId = newId();
    await tell(event(MinutesSignedSchema, sessionId, { sessionId, contestId: place.contestId, number: 1, decisions }));
    const told = { ...place, outcome: 'NOT_SELECTED', decidedBy: 'COMMISSION' };
    await tell(event(ApplicationDecidedSchema, place.applicationId, told));
    const { nodes } = await notices(lead, { kinds: ['APPLICATION_DECIDED'] });
    expect(nodes).toHaveLength(1);
    expect(nodes[0]).toMatchObject({ outcome: 'NOT_SELECTED', score: '71.25', until: '2026-03-20T19:00:00.000Z' });
    expect(nodes[0].text).toBe(
      'Заявка № 3 «Детская площадка». Итог: проект не прошёл отбор; баллов: 71,25, место 4. Обоснование — в заявке. Решение можно обжаловать до 21 марта 2026 г., 00:00.',
    );
  });

  test('a meeting: the groups of the projects on its agenda', async () => {
    await known();
    const meetingId = newId();
    const meeting = (state: string) =>
      event(MeetingChangedSchema, meetingId, {
        meetingId,
        contestId: place.contestId,
        oktmo: OKTMO,
        kind: 'FINAL',
        state,
        startsAt: '2026-03-12T13:00:00.000Z',
        applicationIds: [newId(), place.applicationId],
      });
    await tell(meeting('ANNOUNCED'));
    expect(await first(lead)).toMatchObject({ kind: 'MEETING_ANNOUNCED', meeting: { id: meetingId } });
    expect((await first(lead)).text).toMatch(/12 марта 2026 г., 18:00/);
    await tell(meeting('CANCELLED'));
    expect((await notices(lead)).nodes.map(({ kind }: any) => kind)).toContain('MEETING_CANCELLED');
  });

  test('an expert of the sheet, staff of the territory of applications and appeals, and nobody else', async () => {
    await known();
    const expert = { sub: newId(), roles: ['expert' as const] };
    const sheet = { sheetId: newId(), ...place, expertId: expert.sub };
    await tell(event(ExpertAssignedSchema, sheet.sheetId, sheet));
    await tell(event(AppealFiledSchema, newId(), { ...place, appealId: newId(), session: 1 }));
    expect((await notices(expert)).nodes).toMatchObject([
      { kind: 'SHEET_ASSIGNED', application: { id: place.applicationId } },
    ]);
    const official = (territory: string, role: 'organiser' | 'citizen' = 'organiser') =>
      ({ sub: newId(), roles: [role], territories: [territory] }) as TestCaller;
    const of = async (who: TestCaller) =>
      (await notices(who, { first: 100 })).nodes
        .filter((one: any) => one.contest?.id === place.contestId)
        .map(({ kind }: any) => kind)
        .sort();
    expect(await of(official('71000000'))).toEqual(['APPEAL_RECEIVED', 'APPLICATION_RECEIVED']);
    expect(await of(official('65000000'))).toEqual([]);
    expect(await of(official('71000000', 'citizen'))).toEqual([]);
    expect(await of(lead)).toEqual(['APPLICATION_SUBMITTED']);
  });
});

describe('deliveries', () => {
  test('what comes twice or before its group is told once, when the group is known', async () => {
    const told = { ...returned(), id: newId(), sequence: 2 };
    for (const again of [told, told]) await tell(again);
    expect((await notices(lead)).totalCount).toBe(0);
    await known();
    const { nodes } = await notices(lead);
    expect(nodes.filter(({ kind }: any) => kind === 'APPLICATION_RETURNED')).toHaveLength(1);
  });

  test('who left the group reads nothing of it any more', async () => {
    await known();
    expect((await notices(member)).totalCount).toBe(1);
    await tell(group(lead));
    expect((await notices(member)).totalCount).toBe(0);
    expect((await notices(lead)).totalCount).toBe(1);
  });
});

describe('reading', () => {
  const mark = (noticeIds: string[], as: TestCaller, more: object = {}) => setup.ask(MARK, { noticeIds, ...more }, as);

  test('one by one and all at once, each for himself', async () => {
    await known();
    await tell(returned());
    const { nodes, unread } = await notices(lead);
    expect(unread).toBe(2);
    expect(await mark([nodes[0].id], lead)).toMatchObject({ inbox: { unread: 1 }, rejection: null });
    expect(await mark([nodes[0].id], lead)).toMatchObject({ inbox: { unread: 1 } });
    expect((await notices(lead)).nodes.map(({ read }: any) => read)).toEqual([true, false]);
    expect((await notices(member)).unread).toBe(2);
    const all = await setup.ask(MARK_ALL, { until: nodes[0].at }, lead);
    expect(all.inbox.unread).toBe(0);
    setup.service.clock.advance(1000);
    await tell(returned({ jointRework: true }));
    expect((await notices(lead)).unread).toBe(1);
    // An instant that lies ahead reads nothing that is yet to come.
    await setup.ask(MARK_ALL, { until: '2099-01-01T00:00:00.000Z' }, lead);
    setup.service.clock.advance(1000);
    await tell(returned());
    expect((await notices(lead)).unread).toBe(1);
  });

  test('nobody marks what he was not told; too many at once are refused', async () => {
    await known();
    const { id } = await first(lead);
    expect((await mark([id], citizen())).rejection).toMatchObject({ code: 'NOTICE_UNKNOWN', path: ['noticeIds', '0'] });
    expect((await mark([], lead)).rejection).toMatchObject({ code: 'NOTICES_INVALID' });
    expect((await mark(Array(101).fill(id), lead)).rejection).toMatchObject({ code: 'NOTICES_INVALID' });
    expect((await notices(lead)).unread).toBe(1);
  });

  test('the same key is one act, with another input it is refused', async () => {
    await known();
    const { id } = await first(lead);
    const idempotencyKey = key();
    expect((await mark([id], lead, { idempotencyKey })).rejection).toBeNull();
    expect((await mark([id], lead, { idempotencyKey })).rejection).toBeNull();
    expect((await mark([newId()], lead, { idempotencyKey })).rejection).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('kinds that are not wanted are neither listed nor counted, and come back', async () => {
    await known();
    await tell(returned());
    const hidden = await setup.ask(PREFER, { hidden: ['APPLICATION_RETURNED'] }, lead);
    expect(hidden.inbox.unread).toBe(1);
    expect(hidden.inbox.preferences.filter(({ shown }: any) => !shown)).toEqual([
      { kind: 'APPLICATION_RETURNED', shown: false },
    ]);
    expect((await notices(lead)).nodes.map(({ kind }: any) => kind)).toEqual(['APPLICATION_SUBMITTED']);
    expect((await notices(lead, { kinds: ['APPLICATION_RETURNED'] })).nodes).toEqual([]);
    await setup.ask(PREFER, { hidden: [] }, lead);
    expect((await notices(lead)).totalCount).toBe(2);
  });

  test('a page goes on where the one before it ended', async () => {
    await known();
    for (const cause of ['FILED', 'REOPENED', 'FILED']) {
      setup.service.clock.advance(1000);
      await tell(submitted(cause));
    }
    const one = await notices(lead, { first: 3 });
    const rest = await notices(lead, { first: 3, after: one.pageInfo.endCursor });
    expect(one.pageInfo.hasNextPage).toBe(true);
    expect([...one.nodes, ...rest.nodes]).toEqual((await notices(lead)).nodes);
  });
});

test('erasure takes along what the inbox kept of the person', async () => {
  lead = await setup.registered();
  await known();
  const { id } = await first(lead);
  await setup.ask(MARK, { noticeIds: [id] }, lead);
  const sheet = { sheetId: newId(), ...place, expertId: lead.sub };
  await tell(event(ExpertAssignedSchema, sheet.sheetId, sheet));
  expect((await setup.ask(ERASE, {}, lead)).rejection).toBeNull();
  for (const [name, where] of [
    ['notices', { audience: `person:${lead.sub}` }],
    ['notice_readings', { personId: lead.sub }],
    ['inboxes', { _id: lead.sub }],
  ] as const)
    expect([name, Number(await setup.service.deps.connection.model(name).countDocuments(where))]).toEqual([name, 0]);
});
