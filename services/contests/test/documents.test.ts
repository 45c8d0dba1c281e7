import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sha256Hex } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { TestCaller } from '@veche/kit/testing/tokens';
import PizZip from 'pizzip';
import {
  admitted,
  citizen,
  drafted,
  filed,
  key,
  openContest,
  organiser,
  startContests,
  stranger,
  type Contests,
} from './setup.ts';

const soffice = !spawnSync('soffice', ['--version']).error;
const FILE = 'mediaType bytes sha256 path';
const DOCUMENT = `id number createdAt data dataSha256 docx { ${FILE} } pdf { ${FILE} }`;
const GENERATE = `mutation ($input: GenerateApplicationDocumentInput!) {
  generateApplicationDocument(input: $input) { document { ${DOCUMENT} } rejection { code userMessage path } } }`;

let service: Contests;
let contestId: string;
beforeAll(async () => {
  service = await startContests();
  contestId = await openContest(service);
});
afterAll(() => service.stop());

const asked = (applicationId: string, as?: TestCaller, idempotencyKey = key()) =>
  service.gql(GENERATE, { input: { idempotencyKey, applicationId } }, as);
const generate = async (applicationId: string, as: TestCaller, idempotencyKey?: string) => {
  const { data, errors } = await asked(applicationId, as, idempotencyKey);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.generateApplicationDocument;
};
const documentsOf = async (id: string, as?: TestCaller) =>
  (await service.gql(`query ($id: ID!) { application(id: $id) { documents { ${DOCUMENT} } } }`, { id }, as)).data
    .application?.documents ?? null;
const download = async (path: string, as?: TestCaller): Promise<Response> =>
  fetch(`${service.url}${path}`, { headers: as ? { authorization: `Bearer ${await service.token(as)}` } : {} });

test('an application becomes a document with number, data, hash, DOCX', async () => {
  const { applicationId, lead } = await filed(service, contestId, { title: 'Площадка "Радуга" у дома' });
  const { document, rejection } = await generate(applicationId, lead);
  expect(rejection).toBeNull();
  expect(document.number).toMatch(/^З-2026-\d+$/);
  expect(document.dataSha256).toBe(sha256Hex(canonicalJson(document.data)));
  expect(document.data).toMatchObject({ contest: 'Инициативные проекты Сургута', total: 90_000_000, state: 'подана' });
  const docx = Buffer.from(await (await download(document.docx.path, organiser)).arrayBuffer());
  expect(sha256Hex(docx)).toBe(document.docx.sha256);
  const text = new PizZip(docx)
    .file('word/document.xml')!
    .asText()
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('\u00A0', ' ');
  expect(text).toContain('Площадка «Радуга» у дома');
  expect(text).toContain('Девятьсот тысяч рублей 00 копеек');
  expect(text).toContain('Описание проблемы');
  expect(await documentsOf(applicationId, organiser)).toEqual([document]);
  expect(document.pdf).toBeNull();
});

test('the same key gives the same document, another a further number without a gap', async () => {
  const { applicationId, lead } = await filed(service, contestId);
  const again = key();
  const first = await generate(applicationId, lead, again);
  expect(await generate(applicationId, lead, again)).toEqual(first);
  const many = await Promise.all([1, 2, 3].map(() => generate(applicationId, lead)));
  const ordinals = [first, ...many]
    .map(({ document }) => Number(document.number.split('-')[2]))
    .toSorted((a, b) => a - b);
  expect(ordinals).toEqual([0, 1, 2, 3].map((step) => ordinals[0]! + step));
  const other = await filed(service, contestId);
  const both = await generate(applicationId, organiser, again);
  expect(both.rejection).toBeNull();
  expect((await generate(other.applicationId, organiser, again)).rejection.code).toBe('IDEMPOTENCY_KEY_REUSED');
});

test('whoever may not see the application gets none, the public of an admitted one neither', async () => {
  const draft = await drafted(service, contestId);
  const { document } = await generate(draft.applicationId, draft.member);
  for (const nobody of [citizen(), stranger]) {
    expect((await generate(draft.applicationId, nobody)).rejection.code).toBe('NOT_FOUND');
    expect((await download(document.docx.path, nobody)).status).toBe(404);
  }
  expect((await download(document.docx.path)).status).toBe(404);
  expect((await asked(draft.applicationId)).errors![0]!.extensions['code']).toBe('UNAUTHENTICATED');
  const open = await admitted(service, contestId);
  const made = (await generate(open.applicationId, organiser)).document;
  expect((await asked(open.applicationId, citizen())).errors![0]!.extensions['code']).toBe('FORBIDDEN');
  expect(await documentsOf(open.applicationId, citizen())).toEqual([]);
  expect((await download(made.docx.path, citizen())).status).toBe(404);
  for (const wrong of ['x.pdf', `${made.id}.exe`, `${made.id}`, '..%2F..%2Fetc%2Fpasswd'])
    expect((await download(`/files/documents/${wrong}`, organiser)).status).toBe(404);
});

test('a document that was registered and not made is made when it is asked for again', async () => {
  const { applicationId, lead } = await filed(service, contestId);
  const again = key();
  const { document } = await generate(applicationId, lead, again);
  const documents = service.deps.connection.db!.collection('documents');
  await documents.updateOne({ _id: document.id as never }, { $set: { docx: null, pdf: null } });
  expect(await documentsOf(applicationId, lead)).toEqual([]);
  const repeated = await generate(applicationId, lead, again);
  expect(repeated.document.number).toBe(document.number);
  expect(repeated.document.docx.sha256).toMatch(/^[0-9a-f]{64}$/);
});

(soffice ? test : test.skip)('where the converter is installed there is a PDF as well', async () => {
  const printing = await startContests({ env: { DOCUMENTS_SOFFICE: 'soffice' } });
  const usual = service;
  service = printing;
  try {
    const { applicationId, lead } = await filed(printing, await openContest(printing));
    const { document } = await generate(applicationId, lead);
    const response = await download(document.pdf.path, lead);
    expect(response.headers.get('content-type')).toBe('application/pdf');
    const pdf = Buffer.from(await response.arrayBuffer());
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(sha256Hex(pdf)).toBe(document.pdf.sha256);
  } finally {
    service = usual;
    await printing.stop();
  }
});
