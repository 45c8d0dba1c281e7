import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { OKTMO, admitted, does, openContest, organiser, startContests, type Contests, type Filed } from './setup.ts';
import { done, read } from './setup-ideas.ts';

let service: Contests;
let contestId: string;
let project: Filed;
let meetingId: string;

beforeAll(async () => {
  service = await startContests();
  contestId = await openContest(service);
  project = await admitted(service, contestId);
  const meeting = {
    contestId,
    groupId: project.id,
    kind: 'FINAL',
    oktmo: OKTMO,
    place: 'Школа № 1; актовый зал, 2-й этаж',
    startsLocal: '2026-03-12T18:00:00',
    agenda: [{ text: 'Выбор проекта', applicationId: project.applicationId }, { text: 'Размер вклада жителей' }],
  };
  meetingId = (await done(service, 'announceMeeting', meeting, project.lead)).id;
  await service.settle();
});
afterAll(() => service.stop());

const QUERY = `query ($filter: CalendarFilter, $first: Int, $after: String) {
  calendarEvents(filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { id kind title at local timeZone oktmo stage cancelled contest { id } meeting { id place } } } }`;
const events = async (filter: object = {}, more: object = {}): Promise<any> =>
  (await read(service, QUERY, { filter, ...more })).calendarEvents;
const file = async (query = ''): Promise<Response> => fetch(`${service.url}/open/calendar.ics${query}`);
const unfolded = async (query = ''): Promise<string[]> =>
  (await (await file(query)).text()).replaceAll('\r\n ', '').split('\r\n');

describe('what is ahead', () => {
  test('meetings and boundaries stand in the order of their time, each with its object', async () => {
    const { nodes, totalCount } = await events({ contestId });
    expect(totalCount).toBe(9);
    expect(nodes.map(({ kind, stage, local }: any) => `${local} ${kind} ${stage}`)).toEqual([
      '2026-03-01T13:00:00 STAGE_OPENS INTAKE',
      '2026-03-11T13:00:00 STAGE_OPENS ADMISSION',
      '2026-03-11T13:00:00 STAGE_CLOSES INTAKE',
      '2026-03-12T18:00:00 MEETING null',
      '2026-03-16T13:00:00 STAGE_CLOSES ADMISSION',
      '2026-03-20T13:00:00 STAGE_OPENS VOTING',
      '2026-03-27T13:00:00 STAGE_CLOSES VOTING',
      '2026-04-01T00:00:00 STAGE_OPENS IMPLEMENTATION',
      '2026-10-01T00:00:00 STAGE_CLOSES IMPLEMENTATION',
    ]);
    expect(nodes[3]).toMatchObject({
      id: meetingId,
      title: 'Собрание жителей: выбор проекта',
      timeZone: 'Asia/Yekaterinburg',
      contest: { id: contestId },
      meeting: { id: meetingId, place: 'Школа № 1; актовый зал, 2-й этаж' },
    });
    expect(nodes[2]).toMatchObject({ title: 'Приём заявок: окончание', meeting: null });
  });

  test('by territory, period and kind', async () => {
    const count = async (filter: object) => (await events(filter)).totalCount;
    expect(await count({ oktmo: '71000000' })).toBe(9);
    expect(await count({ oktmo: '65000000' })).toBe(0);
    expect(await count({ kinds: ['MEETING', 'STAGE_CLOSES'] })).toBe(5);
    // The start of a period counts, its end does not.
    const from = '2026-03-11T08:00:00.000Z';
    expect(await count({ from, to: '2026-03-20T08:00:00.000Z' })).toBe(4);
    expect(await count({ from, to: from })).toBe(0);
  });

  test('a page goes on where the one before it ended', async () => {
    const first = await events({ contestId }, { first: 4 });
    expect(first.pageInfo.hasNextPage).toBe(true);
    const rest = await events({ contestId }, { first: 10, after: first.pageInfo.endCursor });
    const all = await events({ contestId }, { first: 100 });
    expect([...first.nodes, ...rest.nodes]).toEqual(all.nodes);
  });
});

describe('the file', () => {
  test('holds the same events; texts are escaped and the zone is described', async () => {
    const response = await file(`?contest=${contestId}`);
    expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8; method=PUBLISH');
    const lines = await unfolded(`?contest=${contestId}`);
    expect(lines.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(9);
    expect(lines).toContain('TZID:Asia/Yekaterinburg');
    expect(lines).toContain(`UID:${contestId}-intake-closes@veche`);
    expect(lines).toContain('SUMMARY:Приём заявок: окончание — Инициативные проекты Сургута');
    expect(lines).toContain('DTSTART;TZID=Asia/Yekaterinburg:20260312T180000');
    expect(lines).toContain(String.raw`LOCATION:Школа № 1\; актовый зал\, 2-й этаж`);
    expect(lines).toContain(String.raw`DESCRIPTION:Повестка:\n1. Выбор проекта\n2. Размер вклада жителей`);
    expect(new Set(lines.filter((line) => line.startsWith('UID:'))).size).toBe(9);
  });

  test('is narrowed by parameters; an unknown or malformed one is refused', async () => {
    expect((await unfolded('?kind=MEETING')).filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(1);
    expect((await unfolded('?oktmo=65000000')).filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(0);
    for (const query of ['?kind=PARTY', '?oktmo=7', '?contest=1', '?year=2026', '?kind=MEETING&kind=MEETING']) {
      const response = await file(query);
      expect([query, response.status]).toEqual([query, 400]);
      expect(((await response.json()) as any).errors[0].extensions).toMatchObject({
        code: 'PARAMETER_INVALID',
        userMessage: expect.stringMatching(/параметр/),
      });
    }
  });
});

test('what moves or is called off keeps its UID, under a higher number', async () => {
  const of = async (uid: string, property: string): Promise<string> => {
    const lines = await unfolded();
    return lines.slice(lines.indexOf(`UID:${uid}`)).find((line) => line.startsWith(property))!;
  };
  const meeting = `${meetingId}@veche`;
  const stage = `${contestId}-voting-closes@veche`;
  const before = [await of(meeting, 'SEQUENCE'), await of(stage, 'SEQUENCE')];
  await done(service, 'cancelMeeting', { meetingId, reason: 'Зал занят в этот день' }, project.lead);
  const move = { stage: 'VOTING', closesLocal: '2026-03-30T13:00:00', reason: 'Выходной день перенесён' };
  await does(service, 'rescheduleStage', { contestId, ...move }, organiser);
  await service.settle();
  expect(await of(meeting, 'STATUS')).toBe('STATUS:CANCELLED');
  expect(await of(stage, 'DTSTART')).toBe('DTSTART;TZID=Asia/Yekaterinburg:20260330T130000');
  const number = (line: string): number => Number(line.replace('SEQUENCE:', ''));
  expect(number(await of(meeting, 'SEQUENCE'))).toBeGreaterThan(number(before[0]!));
  expect(number(await of(stage, 'SEQUENCE'))).toBeGreaterThan(number(before[1]!));
  expect((await events({ contestId, kinds: ['MEETING'] })).nodes).toMatchObject([{ cancelled: true }]);
});

test('where meetings are switched off the calendar has none', async () => {
  const settings = { oktmo: OKTMO, reason: 'Собрания не проводятся', settings: { blocksOff: ['MEETINGS'] } };
  await done(service, 'changeSettings', settings, organiser);
  expect((await events({ contestId })).totalCount).toBe(8);
  expect((await unfolded('?kind=MEETING')).filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(0);
});
