import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sha256Hex } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { PLAIN_SCORING } from '@veche/kit/domain/criterion';
import type { TestCaller } from '@veche/kit/testing/tokens';
import PizZip from 'pizzip';
import { ASSIGN, expert as anExpert, key, organiser, scored, setUp, story, stranger, type Setup } from './setup.ts';
import { RULES, scene } from './setup-panel.ts';

const FILE = 'mediaType bytes sha256 path';
const DOCUMENT = `id number createdAt data dataSha256 docx { ${FILE} } pdf { ${FILE} }`;
const GENERATE = `mutation ($input: GenerateScoreSheetDocumentInput!) {
  generateScoreSheetDocument(input: $input) { document { ${DOCUMENT} } rejection { code userMessage path } } }`;
const CONFIRM = `mutation ($input: ConfirmScoreSheetInput!) {
  confirmScoreSheet(input: $input) { signature { kind } rejection { code userMessage path } } }`;

let setup: Setup;
beforeAll(async () => {
  setup = await setUp();
});
afterAll(() => setup.stop());

async function finalSheet(rules: { blind: boolean } = { blind: false }) {
  const contest = {
    title: 'Проекты Сургута',
    timeZone: 'Asia/Yekaterinburg',
    scoringJson: JSON.stringify({ ...PLAIN_SCORING, sheetSignature: 'SIMPLE' }),
  };
  const { contestId, applicationIds, experts, expertIds } = await scene(setup, { contest });
  await setup.ask(RULES, { contestId, ...rules }, organiser);
  const { sheets } = await setup.ask(ASSIGN, { contestId, expertIds }, organiser);
  const expert = { ...experts[0]!, amr: ['otp'] };
  await scored(setup, sheets[0], [8, 7, 6], expert);
  return { id: sheets[0].id as string, expert, applicationId: applicationIds[0]! };
}
const generate = (sheetId: string, as: TestCaller, idempotencyKey = key()) =>
  setup.ask(GENERATE, { sheetId, idempotencyKey }, as);
const download = async (path: string, as?: TestCaller, more: Record<string, string> = {}): Promise<Response> =>
  fetch(`${setup.url}${path}`, {
    headers: { ...more, ...(as ? { authorization: `Bearer ${await setup.token(as)}` } : {}) },
  });
const textOf = async (path: string, as: TestCaller): Promise<string> => {
  const docx = Buffer.from(await (await download(path, as)).arrayBuffer());
  const xml = new PizZip(docx).file('word/document.xml')!.asText();
  return xml.replace(/<[^>]+>/g, ' ').replaceAll('\u00A0', ' ');
};

test('a final sheet becomes a document with its marks, number and hash; signed, it says so', async () => {
  const { id, expert } = await finalSheet();
  const { document, rejection } = await generate(id, expert);
  expect(rejection).toBeNull();
  expect(document.number).toMatch(/^О-2026-\d+$/);
  expect(document.dataSha256).toBe(sha256Hex(canonicalJson(document.data)));
  expect(document.data).toMatchObject({ contest: 'Проекты Сургута', application: 'Сквер у школы', expert: expert.sub });
  const text = await textOf(document.docx.path, organiser);
  expect(text).toContain('Острота проблемы');
  expect(text).toContain('Сумма баллов: 21 из 30.');
  expect(text).toContain('(подпись)');
  await setup.ask(CONFIRM, { sheetId: id }, expert);
  const signed = (await generate(id, organiser)).document;
  const signedText = await textOf(signed.docx.path, expert);
  expect(signedText).toContain('Подписано электронной подписью (вход с подтверждением вторым фактором)');
  // 09:00 UTC, as the clocks of the contest show it.
  expect(signedText).toContain('12 марта 2026 г., 14:00');
  expect(text).toContain('Заявка № 1: Сквер у школы');
  const query = `query ($id: ID!) { scoreSheet(id: $id) { documents { ${DOCUMENT} } } }`;
  const { data } = await setup.gql(query, { id }, organiser);
  expect(data.scoreSheet.documents).toEqual([document, signed]);
});

test('the same key gives the same document, and none of another sheet', async () => {
  const [{ id }, other] = [await finalSheet(), await finalSheet()];
  const again = key();
  expect(await generate(id, organiser, again)).toEqual(await generate(id, organiser, again));
  expect((await generate(other.id, organiser, again)).rejection.code).toBe('IDEMPOTENCY_KEY_REUSED');
});

test('an open sheet has none, and whoever may not see a sheet gets none', async () => {
  const { experts, sheets } = await story(setup);
  expect((await generate(sheets[0]![0].id, experts[0]!)).rejection.code).toBe('SHEET_NOT_FINAL');
  const { id, expert } = await finalSheet();
  const { document } = await generate(id, expert);
  for (const nobody of [anExpert(), stranger]) {
    expect((await generate(id, nobody)).rejection.code).toBe('NOT_FOUND');
    expect((await download(document.docx.path, nobody)).status).toBe(404);
  }
  expect((await download(document.docx.path)).status).toBe(404);
  expect((await download('/files/score-sheets/x.pdf', expert)).status).toBe(404);
});

test('in a blind assessment the document says nothing of which application it is, whoever makes it', async () => {
  const { id, expert, applicationId } = await finalSheet({ blind: true });
  for (const as of [expert, organiser]) {
    const { document } = await generate(id, as);
    expect(document.data).toMatchObject({ applicationNumber: '', application: 'Сквер у школы' });
    expect(JSON.stringify(document)).not.toContain(applicationId);
    expect(await textOf(document.docx.path, expert)).toContain('Заявка № —: Сквер у школы');
  }
});

test('a file that one has already is not sent again, and nobody learns of it who may not have it', async () => {
  const { id, expert } = await finalSheet();
  const { path, sha256 } = (await generate(id, expert)).document.docx;
  for (const held of [`"${sha256}"`, `W/"${sha256}"`, `"x", "${sha256}"`, '*']) {
    const answer = await download(path, expert, { 'if-none-match': held });
    expect([answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([304, `"${sha256}"`, '']);
    expect((await download(path, stranger, { 'if-none-match': held })).status).toBe(404);
  }
  for (const held of [`"${'0'.repeat(64)}"`, sha256, '']) {
    const answer = await download(path, expert, { 'if-none-match': held });
    expect([answer.status, sha256Hex(Buffer.from(await answer.arrayBuffer()))]).toEqual([200, sha256]);
  }
});
