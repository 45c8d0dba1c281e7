import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sha256Hex } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { TestCaller } from '@veche/kit/testing/tokens';
import PizZip from 'pizzip';
import { AT, admitted, key, OKTMO, openContest, organiser, startContests, stranger, type Contests } from './setup.ts';
import { done, resident, unknownId } from './setup-ideas.ts';

const FILE = 'mediaType bytes sha256 path';
const DOCUMENT = `id number createdAt data dataSha256 docx { ${FILE} } pdf { ${FILE} }`;
const GENERATE = `mutation ($input: GenerateMeetingMinutesInput!) {
  generateMeetingMinutes(input: $input) { document { ${DOCUMENT} } rejection { code userMessage path } } }`;

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

const asked = (meetingId: string, as?: TestCaller, idempotencyKey = key()) =>
  service.gql(GENERATE, { input: { idempotencyKey, meetingId } }, as);
const generate = async (meetingId: string, as: TestCaller, idempotencyKey?: string) => {
  const { data, errors } = await asked(meetingId, as, idempotencyKey);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.generateMeetingMinutes;
};
const download = async (path: string, as?: TestCaller): Promise<Response> =>
  fetch(`${service.url}${path}`, { headers: as ? { authorization: `Bearer ${await service.token(as)}` } : {} });
const textOf = async (path: string, as: TestCaller): Promise<string> => {
  const docx = Buffer.from(await (await download(path, as)).arrayBuffer());
  const xml = new PizZip(docx).file('word/document.xml')!.asText();
  return xml
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('\u00A0', ' ')
    .replace(/ +/g, ' ');
};
const documentsOf = async (id: string, as?: TestCaller) =>
  (await service.gql(`query ($id: ID!) { meeting(id: $id) { documents { ${DOCUMENT} } } }`, { id }, as)).data.meeting
    .documents;

/** A meeting that was held, 57 residents there, with its first minutes written down. */
async function held() {
  service.clock.set(AT.intake);
  const contestId = await openContest(service);
  const project = await admitted(service, contestId);
  service.clock.set(AT.intake);
  const { lead, member, id: groupId, applicationId } = project;
  const meeting = await done(
    service,
    'announceMeeting',
    {
      contestId,
      groupId,
      kind: 'FINAL',
      oktmo: OKTMO,
      place: 'Школа № 1, актовый зал',
      startsLocal: '2026-03-07T18:00:00',
      agenda: [{ text: 'Выбор проекта для конкурса', applicationId }, { text: 'Размер вклада жителей' }],
    },
    lead,
  );
  return { meetingId: meeting.id as string, lead, member };
}

const minutes = (meetingId: string, change: object = {}) => ({
  meetingId,
  number: '4',
  startedAt: '2026-03-07T13:05:00.000Z',
  endedAt: '2026-03-07T14:30:00.000Z',
  present: 57,
  invited: 3,
  questions: [
    { item: 2, votesFor: 20, against: 30, abstained: 5, decision: 'Собрать по 500 рублей с семьи' },
    { item: 1, votesFor: 40, against: 5, abstained: 5, decision: 'Одобрить проект "Радуга"' },
  ],
  signatureSheets: [{ signatures: 30 }, { signatures: 11 }],
  chairId: organiser.sub,
  ...change,
});

test('minutes become a numbered document with every question, its votes and what was carried', async () => {
  const { meetingId, lead, member } = await held();
  expect((await generate(meetingId, lead)).rejection.code).toBe('MINUTES_MISSING');
  service.clock.set(new Date('2026-03-07T15:00:00Z'));
  await done(service, 'recordMeeting', minutes(meetingId, { chairId: null }), lead);
  const { code, userMessage } = (await generate(meetingId, lead)).rejection;
  expect([code, userMessage]).toEqual(['SIGNERS_MISSING', expect.stringMatching(/председатель и секретарь/)]);
  await done(service, 'recordMeeting', minutes(meetingId), lead);
  const again = key();
  const { document, rejection } = await generate(meetingId, lead, again);
  expect(rejection).toBeNull();
  expect(document.number).toMatch(/^С-2026-\d+$/);
  expect(document.dataSha256).toBe(sha256Hex(canonicalJson(document.data)));
  const text = await textOf(document.docx.path, organiser);
  for (const said of [
    'ПРОТОКОЛ № 4',
    'собрания граждан',
    'Школа № 1, актовый зал, 07.03.2026. Начало: 18:05, окончание: 07.03.2026 19:30.',
    'Присутствовали: 57 чел. Приглашены: 3 чел.',
    '1. Выбор проекта для конкурса',
    'Решили: Одобрить проект «Радуга»',
    '«за» — 40, «против» — 5, «воздержались» — 5, не голосовали — 7. Решение принято.',
    '«за» — 20, «против» — 30, «воздержались» — 5, не голосовали — 2. Решение не принято.',
    'Подписные листы: 2, подписей в них: 41.',
    'Редакция протокола: 2.',
  ])
    expect(text).toContain(said);
  // In the order of the agenda, not of the record.
  expect(text.indexOf('Одобрить')).toBeLessThan(text.indexOf('Собрать'));
  expect(await generate(meetingId, lead, again)).toEqual({ document, rejection: null });
  await done(service, 'recordMeeting', minutes(meetingId, { present: 60 }), lead);
  const corrected = (await generate(meetingId, member)).document;
  expect(await textOf(corrected.docx.path, member)).toContain('Редакция протокола: 3.');
  expect(corrected.data.present).toBe(60);
  expect(await documentsOf(meetingId, organiser)).toEqual([document, corrected]);
});

test('it is for the group and staff of the place', async () => {
  const { meetingId, lead } = await held();
  service.clock.set(new Date('2026-03-07T15:00:00Z'));
  await done(service, 'recordMeeting', minutes(meetingId), lead);
  const { document } = await generate(meetingId, lead);
  for (const nobody of [resident(), stranger]) {
    expect((await asked(meetingId, nobody)).errors![0]!.extensions['code']).toBe('FORBIDDEN');
    expect((await download(document.docx.path, nobody)).status).toBe(404);
    expect(await documentsOf(meetingId, nobody)).toEqual([]);
  }
  expect((await download(document.docx.path)).status).toBe(404);
  expect((await download('/files/meetings/x.pdf', lead)).status).toBe(404);
  // The file of a meeting is not to be had where those of applications are.
  expect((await download(document.docx.path.replace('meetings', 'documents'), lead)).status).toBe(404);
  expect((await generate(unknownId(), lead)).rejection.code).toBe('NOT_FOUND');
});
