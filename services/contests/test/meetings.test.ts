import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { TestCaller } from '@veche/kit/testing/tokens';
import {
  AT,
  OKTMO,
  admitted,
  groupOf,
  key,
  openContest,
  organiser,
  startContests,
  stranger,
  type Contests,
  type Filed,
} from './setup.ts';
import { codeOf, done, MEETING_FIELDS, read, resident, send, unknownId } from './setup-ideas.ts';

let service: Contests;
let contestId: string;
let project: Filed;
beforeAll(async () => {
  service = await startContests();
  contestId = await openContest(service);
  project = await admitted(service, contestId);
});
// Sunday, the first of March 2026, 13:00 in Yekaterinburg; the ninth is a day off in place of the eighth.
beforeEach(() => service.clock.set(AT.intake));
afterAll(() => service.stop());

const notice = (more: object = {}) => ({
  contestId,
  groupId: project.id,
  kind: 'FINAL',
  oktmo: OKTMO,
  place: 'Школа № 1, актовый зал',
  startsLocal: '2026-03-07T18:00:00',
  agenda: [
    { text: 'Выбор проекта для конкурса', applicationId: project.applicationId },
    { text: 'Размер вклада жителей' },
  ],
  ...more,
});
const question = (item: number, more: object = {}) => ({
  item,
  votesFor: 40,
  against: 5,
  abstained: 5,
  decision: 'Одобрить проект',
  ...more,
});
const minutes = (meetingId: string, more: object = {}) => ({
  meetingId,
  number: '1',
  startedAt: '2026-03-07T13:05:00.000Z',
  endedAt: '2026-03-07T14:30:00.000Z',
  present: 57,
  questions: [question(1), question(2)],
  ...more,
});
const AFTER = new Date('2026-03-07T15:00:00Z');
const announced = async (more: object = {}): Promise<string> =>
  (await done(service, 'announceMeeting', notice(more), project.lead)).id;

describe('notice', () => {
  test('is given for the whole term of working days', async () => {
    const on = (day: string, more: object = {}) =>
      codeOf(service, 'announceMeeting', notice({ startsLocal: `2026-03-${day}T18:00:00`, ...more }), project.lead);
    // Five working days after the first of March end on Friday the sixth.
    expect(await on('06')).toBe('NOTICE_TOO_SHORT');
    expect(await on('07')).toBe('DONE');
    const early = await send(service, 'announceMeeting', notice({ startsLocal: '2026-03-03T18:00:00' }), project.lead);
    expect(early.rejection.userMessage).toMatch(/5 рабочих дней.*2026-03-07/);
    const settings = { contestId, reason: 'Порядок проведения собраний', settings: { meetingNoticeDays: 6 } };
    await done(service, 'changeSettings', settings, organiser);
    // The ninth is a day off, so the sixth working day is the tenth.
    expect(await on('10')).toBe('NOTICE_TOO_SHORT');
    expect(await on('11')).toBe('DONE');
    await done(service, 'changeSettings', { ...settings, settings: {} }, organiser);
  });

  test.each([
    ['no agenda', { agenda: [] }, 'AGENDA_INVALID'],
    ['an empty item', { agenda: [{ text: ' ' }] }, 'AGENDA_INVALID'],
    ['no place', { place: 'тут' }, 'PLACE_LENGTH'],
    ['a time that does not exist', { startsLocal: '2026-02-30T18:00:00' }, 'BAD_USER_INPUT'],
    ['another territory', { oktmo: '71829000' }, 'OUTSIDE_CONTEST'],
    ['a project of another contest', { agenda: [{ text: 'Выбор проекта', applicationId: unknownId() }] }, 'NOT_FOUND'],
    ['an unknown contest', { contestId: unknownId() }, 'NOT_FOUND'],
    ['an unknown group', { groupId: unknownId() }, 'NOT_FOUND'],
  ])('%s is refused', async (_what, more, code) => {
    expect(await codeOf(service, 'announceMeeting', notice(more), project.lead)).toBe(code);
  });

  test('the lead calls for a group, staff for the place', async () => {
    expect(await codeOf(service, 'announceMeeting', notice(), project.member)).toBe('NOT_FOUND');
    expect(await codeOf(service, 'announceMeeting', notice({ groupId: null }), project.lead)).toBe('FORBIDDEN');
    expect(await codeOf(service, 'announceMeeting', notice({ groupId: null }), stranger)).toBe('FORBIDDEN');
    expect(await codeOf(service, 'announceMeeting', notice({ groupId: null, kind: 'PRELIMINARY' }), organiser)).toBe(
      'DONE',
    );
  });
});

test('a group speaks of its own projects, staff of any of the contest', async () => {
  const other = await admitted(service, contestId);
  service.clock.set(AT.intake);
  const of = (applicationId: string) => ({ agenda: [{ text: 'Выбор проекта', applicationId }] });
  const refused = await send(service, 'announceMeeting', notice(of(other.applicationId)), project.lead);
  expect(refused).toMatchObject({
    meeting: null,
    rejection: { code: 'NOT_FOUND', path: ['agenda.0.applicationId'] },
  });
  expect(await codeOf(service, 'announceMeeting', notice(of(project.applicationId)), project.lead)).toBe('DONE');
  const byStaff = { groupId: null, ...of(other.applicationId) };
  expect(await codeOf(service, 'announceMeeting', notice(byStaff), organiser)).toBe('DONE');
});

test('people tell that they come until it begins, each counted once', async () => {
  const meetingId = await announced();
  const [one, two] = [resident(), resident()];
  await done(service, 'registerForMeeting', { meetingId }, one);
  await done(service, 'registerForMeeting', { meetingId }, one);
  expect(await done(service, 'registerForMeeting', { meetingId }, two)).toMatchObject({
    registered: 2,
    registeredMe: true,
  });
  expect(await done(service, 'registerForMeeting', { meetingId, comes: false }, two)).toMatchObject({
    registered: 1,
    registeredMe: false,
  });
  expect(await codeOf(service, 'registerForMeeting', { meetingId }, resident({ assurance: 'basic' }))).toBe(
    'ACCOUNT_NOT_CONFIRMED',
  );
  service.clock.set(AFTER);
  expect(await codeOf(service, 'registerForMeeting', { meetingId }, resident())).toBe('MEETING_BEGUN');
});

describe('minutes', () => {
  test('are written after the meeting, by who called it or staff', async () => {
    const meetingId = await announced();
    expect(await codeOf(service, 'recordMeeting', minutes(meetingId), project.lead)).toBe('MEETING_NOT_BEGUN');
    service.clock.set(AFTER);
    for (const as of [project.member, resident(), stranger])
      expect(await codeOf(service, 'recordMeeting', minutes(meetingId), as)).toBe('FORBIDDEN');
    const chair = { chairId: project.lead.sub! };
    const held = await done(service, 'recordMeeting', minutes(meetingId, chair), project.lead);
    expect(held).toMatchObject({ state: 'HELD', minutes: { present: 57, chair: { id: project.lead.sub } } });
    await service.settle();
    const told = service.bus.published('veche.contests.MeetingChanged').findLast(({ key: of }) => of === held.id);
    const [counts, ...others] = told!.data.questions;
    expect([told!.data.present, counts, others]).toEqual([
      57,
      { applicationId: project.applicationId, votesFor: 40, against: 5, abstained: 5 },
      [],
    ]);
    expect(held.minutes.questions).toEqual([
      { item: 1, notVoting: 7, carried: true, decision: 'Одобрить проект' },
      { item: 2, notVoting: 7, carried: true, decision: 'Одобрить проект' },
    ]);
    const seen = await read(
      service,
      `query ($id: ID!) { meeting(id: $id) { ${MEETING_FIELDS} applications { id } } }`,
      { id: meetingId },
    );
    expect(seen.meeting).toMatchObject({ minutes: { chair: null }, applications: [{ id: project.applicationId }] });
    const { application } = await read(service, 'query ($id: ID!) { application(id: $id) { meetings { id } } }', {
      id: project.applicationId,
    });
    expect(application.meetings.map(({ id }: any) => id)).toContain(meetingId);
    const corrected = await done(
      service,
      'recordMeeting',
      minutes(meetingId, { number: '1-и', present: 58 }),
      organiser,
    );
    expect(corrected).toMatchObject({ minutes: { present: 58 }, minutesHistory: [{ number: '1' }, { number: '1-и' }] });
  });

  test.each([
    ['more votes than people', { questions: [question(1, { votesFor: 48 }), question(2)] }, 'VOTES_EXCEED_PRESENT'],
    ['a question left out', { questions: [question(1)] }, 'MINUTES_INVALID'],
    ['a question twice', { questions: [question(1), question(1)] }, 'MINUTES_INVALID'],
    ['a question that was not on the agenda', { questions: [question(1), question(3)] }, 'MINUTES_INVALID'],
    ['votes below nothing', { questions: [question(1, { against: -1 }), question(2)] }, 'MINUTES_INVALID'],
    ['nobody there', { present: 0, questions: [] }, 'MINUTES_INVALID'],
    ['an end before the beginning', { endedAt: '2026-03-07T13:00:00.000Z' }, 'MINUTES_INVALID'],
    ['a beginning before the notice says', { startedAt: '2026-03-07T12:00:00.000Z' }, 'MINUTES_INVALID'],
    ['an end to come', { endedAt: '2026-03-08T13:00:00.000Z' }, 'MINUTES_INVALID'],
    ['no number', { number: ' ' }, 'MINUTES_INVALID'],
    ['a file that nobody uploaded', { photos: ['ab'.repeat(32)] }, 'MEETING_FILE_MISSING'],
  ])('%s is refused', async (_what, more, code) => {
    const meetingId = await announced();
    service.clock.set(AFTER);
    expect(await codeOf(service, 'recordMeeting', minutes(meetingId, more), project.lead)).toBe(code);
  });

  test('half of those present carry nothing, all votes may be cast, and photos are uploads of the project', async () => {
    const meetingId = await announced();
    const sha256 = 'cd'.repeat(32);
    const upload = {
      applicationId: project.applicationId,
      name: 'собрание.jpg',
      mediaType: 'image/jpeg',
      bytes: 1,
      sha256,
    };
    const { makeStores } = await import('../src/store.ts');
    const { connection } = service.deps;
    await makeStores(connection.useDb(connection.name, { useCache: false })).uploads.keep(upload);
    service.clock.set(AFTER);
    const more = {
      present: 50,
      questions: [
        question(1, { votesFor: 25, against: 25, abstained: 0 }),
        question(2, { votesFor: 26, against: 0, abstained: 24 }),
      ],
      photos: [sha256],
      signatureSheets: [{ signatures: 30, file: sha256 }, { signatures: 12 }],
    };
    const { minutes: written } = await done(service, 'recordMeeting', minutes(meetingId, more), project.lead);
    expect(written).toMatchObject({ signatures: 42, photos: [sha256] });
    expect(written.questions.map(({ carried, notVoting }: any) => [carried, notVoting])).toEqual([
      [false, 0],
      [true, 0],
    ]);
  });

  test('a repeated request writes once, and its key is of no use for another', async () => {
    const meetingId = await announced();
    service.clock.set(AFTER);
    const input = { idempotencyKey: key(), ...minutes(meetingId) };
    await done(service, 'recordMeeting', input, project.lead);
    expect((await done(service, 'recordMeeting', input, project.lead)).minutesHistory).toHaveLength(1);
    expect(await codeOf(service, 'recordMeeting', { ...input, number: '2' }, project.lead)).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
  });
});

test('a meeting is called off with a reason, before it has minutes', async () => {
  const meetingId = await announced();
  const off = { meetingId, reason: 'Зал занят в этот день' };
  expect(await codeOf(service, 'cancelMeeting', { ...off, reason: 'так' }, project.lead)).toBe('REASON_REQUIRED');
  expect(await codeOf(service, 'cancelMeeting', off, resident())).toBe('FORBIDDEN');
  expect(await done(service, 'cancelMeeting', off, project.lead)).toMatchObject({
    state: 'CANCELLED',
    cancelReason: off.reason,
  });
  expect(await codeOf(service, 'registerForMeeting', { meetingId }, resident())).toBe('WRONG_STATE');
  service.clock.set(AFTER);
  expect(await codeOf(service, 'recordMeeting', minutes(meetingId), project.lead)).toBe('WRONG_STATE');
});

test('meetings are listed, except where the place does without them', async () => {
  await announced();
  const listed = async (filter: object) =>
    (await read(service, 'query ($filter: MeetingFilter) { meetings(filter: $filter) { totalCount } }', { filter }))
      .meetings.totalCount;
  expect(await listed({ oktmo: OKTMO, kind: 'FINAL' })).toBeGreaterThan(0);
  expect(await listed({ oktmo: '71829000' })).toBe(0);
  const settings = { oktmo: OKTMO, reason: 'Собрания ведутся отдельно', settings: { blocksOff: ['MEETINGS'] } };
  await done(service, 'changeSettings', settings, organiser);
  expect(await listed({ oktmo: OKTMO })).toBe(0);
  expect(await codeOf(service, 'announceMeeting', notice(), project.lead)).toBe('BLOCK_OFF');
  await done(service, 'changeSettings', { ...settings, settings: {} }, organiser);
});

test('the lead of a group goes over by offer and acceptance', async () => {
  const { id: groupId, lead, member } = await groupOf(service, contestId);
  const offer = (personId: string, as: TestCaller) => codeOf(service, 'offerGroupLead', { groupId, personId }, as);
  expect(await codeOf(service, 'acceptGroupLead', { groupId }, member)).toBe('LEAD_NOT_OFFERED');
  expect(await offer(member.sub!, member)).toBe('FORBIDDEN');
  expect(await offer(member.sub!, resident())).toBe('NOT_FOUND');
  expect(await offer(unknownId(), lead)).toBe('NOT_MEMBER');
  expect(await offer(lead.sub!, lead)).toBe('NOT_MEMBER');
  const offered = await done(service, 'offerGroupLead', { groupId, personId: member.sub }, lead);
  expect(offered).toMatchObject({ complete: true, lead: { id: lead.sub }, leadOfferedTo: { id: member.sub } });
  expect(await codeOf(service, 'acceptGroupLead', { groupId }, lead)).toBe('LEAD_NOT_OFFERED');
  expect(await codeOf(service, 'acceptGroupLead', { groupId, expectedVersion: 99 }, member)).toBe('VERSION_CONFLICT');
  const taken = await done(service, 'acceptGroupLead', { groupId }, member);
  expect(taken).toMatchObject({
    lead: { id: member.sub },
    leadOfferedTo: null,
    members: [{ id: member.sub }, { id: lead.sub }],
  });
  expect(await codeOf(service, 'acceptGroupLead', { groupId }, member)).toBe('LEAD_NOT_OFFERED');
  expect(await offer(member.sub!, lead)).toBe('FORBIDDEN');
});
