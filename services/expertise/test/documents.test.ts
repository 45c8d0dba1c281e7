import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sha256Hex } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { PLAIN_SCORING } from '@veche/kit/domain/criterion';
import type { TestCaller } from '@veche/kit/testing/tokens';
import PizZip from 'pizzip';
import { expert as anExpert, key, organiser, scored, setUp, story, stranger, type Setup } from './setup.ts';

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

async function finalSheet() {
  const contest = {
    title: 'Проекты Сургута',
    scoringJson: JSON.stringify({ ...PLAIN_SCORING, sheetSignature: 'SIMPLE' }),
  };
  const { experts, sheets } = await story(setup, { contest });
  const expert = { ...experts[0]!, amr: ['otp'] };
  await scored(setup, sheets[0]![0], [8, 7, 6], expert);
  return { id: sheets[0]![0].id as string, expert };
}
const generate = (sheetId: string, as: TestCaller, idempotencyKey = key()) =>
  setup.ask(GENERATE, { sheetId, idempotencyKey }, as);
const download = async (path: string, as?: TestCaller): Promise<Response> =>
  fetch(`${setup.url}${path}`, { headers: as ? { authorization: `Bearer ${await setup.token(as)}` } : {} });
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
  expect(await textOf(signed.docx.path, expert)).toContain(
    'Подписано электронной подписью (вход с подтверждением вторым фактором)',
  );
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
