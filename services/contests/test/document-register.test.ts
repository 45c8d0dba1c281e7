import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import PizZip from 'pizzip';
import { citizen, does, filed, openContest, organiser, startContests, stranger, type Contests } from './setup.ts';
import { done, resident } from './setup-ideas.ts';
import { papersOf, SIGNATURES } from './setup-papers.ts';

let service: Contests;
let contestId: string;
/** A contest that takes a login with a second factor for a signature. */
let simple: string;
let papers: ReturnType<typeof papersOf>;
beforeAll(async () => {
  service = await startContests();
  papers = papersOf(service);
  contestId = await openContest(service);
  simple = await papers.lenient();
});
afterAll(() => service.stop());

const textOf = (docx: Buffer): string =>
  new PizZip(docx)
    .file('word/document.xml')!
    .asText()
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('\u00A0', ' ')
    .replace(/ +/g, ' ');

test('a login is a signature where the contest says so and a second factor confirmed it', async () => {
  const strict = await papers.paper(contestId, { amr: ['pwd', 'otp'] });
  expect((await papers.signed(strict, null, strict.lead)).rejection.code).toBe('SIMPLE_SIGNATURE_NOT_ALLOWED');
  const bare = await papers.paper(simple, { amr: ['pwd'] });
  expect((await papers.signed(bare, null, bare.lead)).rejection.code).toBe('SECOND_FACTOR_REQUIRED');
  const { document } = await papers.signed(bare, null, { ...bare.lead, amr: ['pwd', 'otp'] });
  expect(document).toMatchObject({ signed: true, signatures: [{ kind: 'SIMPLE', path: null, verdict: null }] });
});

test('minutes are signed by the chair and the secretary whom they name, and by nobody else', async () => {
  const one = await papers.minutes(simple);
  expect((await papers.download(one.document.docx.path, one.chair)).status).toBe(200);
  expect((await papers.signed(one, null, { ...one.lead, amr: ['otp'] })).rejection.code).toBe('NOT_SIGNER');
  expect((await papers.signed(one, null, resident({ amr: ['otp'] }))).rejection.code).toBe('NOT_FOUND');
  expect((await papers.signed(one, null, one.secretary)).document).toMatchObject({
    kind: 'MEETING',
    signed: false,
    signatures: [{ role: 'SECRETARY' }],
  });
  const { document } = await papers.signed(one, null, one.chair);
  expect(document).toMatchObject({ signed: true, signatures: [{ role: 'SECRETARY' }, { role: 'CHAIR' }] });
  // Another chair stands in the next edition: the signatures stay under the one before.
  await done(service, 'recordMeeting', { ...one.record, chairId: one.lead.sub }, one.lead);
  const next = await papers.send('generateMeetingMinutes', { meetingId: one.meetingId }, one.lead);
  expect(next.document).toMatchObject({ signed: false, signatures: [] });
  expect((await papers.signed(next, null, one.chair)).rejection.code).toBe('NOT_SIGNER');
});

test('a refusal goes out as a letter with its ground and reason, signed by an official of the place', async () => {
  const { applicationId, lead } = await filed(service, simple);
  const letter = (as: TestCaller) => papers.send('generateApplicationNotice', { applicationId }, as);
  expect((await letter(organiser)).rejection.code).toBe('WRONG_STATE');
  const refusal = { applicationId, ground: 'NO_FUNDS', reason: 'В бюджете города нет таких средств.' };
  await does(service, 'refuseApplication', refusal, organiser);
  const { document } = await letter(organiser);
  expect(document).toMatchObject({ number: expect.stringMatching(/^И-2026-\d+$/), signed: false });
  const bytes = await papers.bytesAt(document.docx.path, lead);
  const text = textOf(bytes);
  for (const said of [
    'Решение: в рассмотрении отказано.',
    'недостаточно средств местного бюджета.',
    'Пояснение: В бюджете города нет таких средств.',
  ])
    expect(text).toContain(said);
  expect(text).not.toContain('Ответ принимается');
  expect((await papers.signed({ document }, null, { ...lead, amr: ['otp'] })).rejection.code).toBe('NOT_SIGNER');
  const answer = await papers.signed({ document }, null, { ...organiser, amr: ['otp'] });
  expect(answer.document).toMatchObject({
    kind: 'NOTICE',
    signed: true,
    about: expect.stringMatching(/^Письмо о рассмотрении заявки № \d+: в рассмотрении отказано$/),
    signatures: [{ role: 'OFFICIAL', person: { id: organiser.sub } }],
  });
  const query = `query ($id: ID!) { application(id: $id) { documents { kind number ${SIGNATURES} } } }`;
  const { documents } = (await service.gql(query, { id: applicationId }, lead)).data.application;
  expect(documents).toMatchObject([{ kind: 'NOTICE', signatures: [{ role: 'OFFICIAL', person: null }] }]);
  expect((await letter(citizen())).rejection.code).toBe('NOT_FOUND');
});

test('a return goes out with its remarks by the titles of their fields and the term', async () => {
  const { applicationId, lead } = await filed(service, contestId);
  const remarks = [{ field: 'answers.problem', text: 'Кто пользуется двором?' }];
  await does(service, 'returnApplication', { applicationId, remarks, answerBy: '2026-03-10T00:00:00Z' }, organiser);
  const { document } = await papers.send('generateApplicationNotice', { applicationId }, lead);
  const bytes = await papers.bytesAt(document.docx.path, lead);
  const text = textOf(bytes);
  expect(text).toMatch(/Описание проблемы.*Кто пользуется двором\?/);
  expect(text).toContain('Ответ принимается до 10.03.2026 05:00.');
  expect(text).not.toContain('Основание');
});

test('the register of a contest shows documents by kind and signature, page by page, to officials alone', async () => {
  const contest = await papers.lenient();
  const login = { amr: ['pwd', 'otp'] };
  const [first, second] = [await papers.paper(contest, login), await papers.paper(contest, login)];
  await papers.signed(second, null, second.lead);
  const { document: protocol } = await papers.minutes(contest);
  const all = await papers.register({ contestId: contest }, organiser);
  expect(all.totalCount).toBe(3);
  expect(all.nodes.map(({ number }: any) => number)).toEqual(
    [protocol, second.document, first.document].map(({ number }) => number),
  );
  expect(all.nodes.map(({ kindName, about }: any) => [kindName, about])).toEqual([
    ['протокол собрания', 'Протокол № 4 собрания граждан от 07.03.2026'],
    ['заявка', 'Заявка № 2: Детская площадка на улице Мира'],
    ['заявка', 'Заявка № 1: Детская площадка на улице Мира'],
  ]);
  expect(all.nodes[1].signatures).toMatchObject([{ role: 'APPLICANT', person: { id: second.lead.sub } }]);
  const numbers = async (args: object) =>
    (await papers.register({ contestId: contest, ...args }, organiser)).nodes.map(({ number }: any) => number);
  expect(await numbers({ kind: 'MEETING' })).toEqual([protocol.number]);
  expect(await numbers({ signed: true })).toEqual([second.document.number]);
  expect(await numbers({ kind: 'APPLICATION', signed: false })).toEqual([first.document.number]);
  expect(await numbers({ kind: 'LETTER' })).toEqual([]);
  const { pageInfo } = await papers.register({ contestId: contest, first: 2 }, organiser);
  expect(pageInfo.hasNextPage).toBe(true);
  expect(await numbers({ first: 2, after: pageInfo.endCursor })).toEqual([first.document.number]);
  expect(await papers.register({ contestId: contest }, stranger)).toBeNull();
  expect(await papers.register({ contestId: newId() }, organiser)).toBeNull();
  expect(await papers.register({ contestId: contest }, first.lead)).toBe('FORBIDDEN');
  expect(await papers.register({ contestId: contest })).toBe('UNAUTHENTICATED');
});
