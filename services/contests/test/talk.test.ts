import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { deskCode, deskDoes } from './desk.ts';
import {
  admitted,
  citizen,
  drafted,
  key,
  openContest,
  organiser,
  startContests,
  stranger,
  type Contests,
  type Filed,
} from './setup.ts';

let service: Contests;
let draft: Filed;
beforeAll(async () => {
  service = await startContests();
  draft = await drafted(service, await openContest(service));
});
afterAll(() => service.stop());

const THREAD = `query ($applicationId: ID!, $first: Int, $after: String) {
  applicationThread(applicationId: $applicationId, first: $first, after: $after) {
    nodes { id side author { id } text read } pageInfo { hasNextPage endCursor } unread readByOthersUntil } }`;
const threadAs = async (applicationId: string, as?: TestCaller, more: object = {}) => {
  const { data, errors } = await service.gql(THREAD, { applicationId, ...more }, as);
  return errors ? errors[0]!.extensions['code'] : data.applicationThread;
};
const post = async (applicationId: string, text: string, as: TestCaller) => {
  service.clock.advance(1000);
  return (await deskDoes(service, 'postApplicationMessage', { applicationId, text }, as)).message;
};

test('applicants and officials write to each other while the documents are prepared, and see what was read', async () => {
  const { applicationId, lead, member } = draft;
  const question = await post(applicationId, 'Нужен ли протокол собрания?', member);
  const answer = await post(applicationId, '  Да, приложите протокол.  ', organiser);
  expect(question).toMatchObject({ side: 'APPLICANT', author: { id: member.sub }, read: false });
  expect(answer).toMatchObject({ side: 'OFFICIAL', text: 'Да, приложите протокол.', author: { id: organiser.sub } });

  const mine = await threadAs(applicationId, member);
  expect(mine.nodes.map(({ side, author, read }: any) => [side, author?.id ?? null, read])).toEqual([
    ['APPLICANT', member.sub, false],
    // The administration answers, whoever of it wrote.
    ['OFFICIAL', null, false],
  ]);
  expect(mine).toMatchObject({ unread: 1, readByOthersUntil: null });
  expect((await threadAs(applicationId, lead)).unread).toBe(2);

  const mark = { applicationId, messageId: answer.id };
  expect(await deskDoes(service, 'markApplicationThreadRead', mark, lead)).toMatchObject({ unread: 0 });
  const theirs = await threadAs(applicationId, organiser);
  expect(theirs.nodes[1]).toMatchObject({ author: { id: organiser.sub }, read: true });
  expect(theirs).toMatchObject({ unread: 1, readByOthersUntil: answer.at });
  // A mark of something earlier unreads nothing.
  await deskDoes(service, 'markApplicationThreadRead', { applicationId, messageId: question.id }, lead);
  expect((await threadAs(applicationId, lead)).unread).toBe(0);
  expect((await threadAs(applicationId, member)).unread).toBe(1);
});

test('pages of a thread follow one another', async () => {
  const other = await drafted(service, draft.contestId);
  for (const text of ['раз', 'два', 'три']) await post(other.applicationId, text, other.lead);
  const first = await threadAs(other.applicationId, other.lead, { first: 2 });
  const second = await threadAs(other.applicationId, other.lead, { first: 2, after: first.pageInfo.endCursor });
  expect([...first.nodes, ...second.nodes].map(({ text }: any) => text)).toEqual(['раз', 'два', 'три']);
});

const NOTES = `query ($applicationId: ID!) { applicationNotes(applicationId: $applicationId) { nodes { text author { id } } } }`;

test('notes of the officials are theirs alone', async () => {
  const { applicationId, member } = draft;
  const note = await deskDoes(
    service,
    'addApplicationNote',
    { applicationId, text: 'Проверить владельца участка' },
    organiser,
  );
  const notesAs = async (as: TestCaller) => service.gql(NOTES, { applicationId }, as);
  expect((await notesAs(organiser)).data.applicationNotes.nodes).toEqual([
    { text: 'Проверить владельца участка', author: { id: organiser.sub } },
  ]);
  expect((await notesAs(stranger)).data.applicationNotes).toBeNull();
  expect((await notesAs(member)).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  expect(JSON.stringify(await threadAs(applicationId, member))).not.toContain('владельца');
  expect(await deskCode(service, 'addApplicationNote', { applicationId, text: 'Заметка' }, member)).toBe('FORBIDDEN');
  // Nor can it be marked as read in the thread.
  const mark = { applicationId, messageId: note.note.id };
  expect(await deskCode(service, 'markApplicationThreadRead', mark, member)).toBe('NOT_FOUND');
});

test('others neither read nor write, whether they see the application or not', async () => {
  const { applicationId } = draft;
  const open = await admitted(service, draft.contestId);
  const text = 'Здравствуйте!';
  for (const as of [citizen(), stranger]) {
    expect(await threadAs(applicationId, as)).toBeNull();
    expect(await threadAs(open.applicationId, as)).toBeNull();
    expect(await deskCode(service, 'postApplicationMessage', { applicationId, text }, as)).toBe('NOT_FOUND');
    expect(await deskCode(service, 'postApplicationMessage', { applicationId: open.applicationId, text }, as)).toBe(
      'FORBIDDEN',
    );
  }
  expect(await threadAs(applicationId)).toBe('UNAUTHENTICATED');
  const auditor: TestCaller = { ...organiser, roles: ['auditor'] };
  expect((await threadAs(applicationId, auditor)).nodes.length).toBeGreaterThan(0);
  expect(await deskCode(service, 'postApplicationMessage', { applicationId, text }, auditor)).toBe('FORBIDDEN');
});

test('a message is bounded, names files of its application alone, and is written once', async () => {
  const { applicationId, lead } = draft;
  const code = (more: object) =>
    deskCode(service, 'postApplicationMessage', { applicationId, text: 'Ответ', ...more }, lead);
  expect(await code({ text: ' ' })).toBe('TEXT_LENGTH');
  expect(await code({ text: 'я'.repeat(4001) })).toBe('TEXT_LENGTH');
  expect(await code({ files: ['a'.repeat(64)] })).toBe('FILES_UNKNOWN');
  expect(await code({ applicationId: 'nothing' })).toBe('NOT_FOUND');
  const keyed = { applicationId, text: 'Один раз', idempotencyKey: key() };
  const first = await deskDoes(service, 'postApplicationMessage', keyed, lead);
  expect(await deskDoes(service, 'postApplicationMessage', keyed, lead)).toEqual(first);
  expect(await code({ ...keyed, text: 'Два раза' })).toBe('IDEMPOTENCY_KEY_REUSED');
  const mark = { applicationId, messageId: first.message.id, idempotencyKey: key() };
  await deskDoes(service, 'markApplicationThreadRead', mark, lead);
  const other = { ...mark, messageId: 'another' };
  expect(await deskCode(service, 'markApplicationThreadRead', other, lead)).toBe('IDEMPOTENCY_KEY_REUSED');
});
