import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type mongoose from 'mongoose';
import PizZip from 'pizzip';
import { documentStore, makeDocument, type DocumentParts } from '../../src/documents/register.ts';
import { scoreSheetFields, type ScoreSheetData } from '../../src/documents/shapes.ts';
import { documentView } from '../../src/documents/views.ts';
import { diskStorage } from '../../src/files/disk.ts';
import { makeContext } from '../../src/graphql/context.ts';
import { sha256Hex } from '../../src/hash.ts';
import { connectMongo } from '../../src/mongo/connection.ts';
import { newId } from '../../src/id.ts';
import { TEST_MONGODB_URI } from '../../src/testing/harness.ts';

const directory = mkdtempSync(join(tmpdir(), 'veche-register-'));
let connection: mongoose.Connection;
let parts: DocumentParts;
beforeAll(async () => {
  connection = await connectMongo(TEST_MONGODB_URI, `test_register_${newId().replaceAll('-', '').slice(-12)}`);
  parts = { documents: documentStore(connection), storage: diskStorage(directory), pdf: async () => null };
  await parts.documents.init();
});
afterAll(async () => {
  await connection.db!.dropDatabase();
  await connection.close();
  rmSync(directory, { recursive: true });
});

const sheet = (application: string): ScoreSheetData => ({
  contest: 'Инициативные проекты',
  applicationNumber: '7',
  application,
  expert: newId(),
  marks: [{ criterion: 'Острота', max: 10, points: 9, comment: '' }],
  sheetSha256: 'ab'.repeat(32),
  signature: null,
});
const wanted = (key: string, data: ScoreSheetData) => ({
  command: { caller: 'expert', key, name: 'generate', payload: { sheetId: 'sheet' } },
  kind: 'score' as const,
  subjectId: 'sheet',
  contestId: 'contest',
  about: 'Оценочный лист',
  data,
  fields: scoreSheetFields(data),
  year: 2026,
  date: '12.03.2026',
});

test('a document that was registered and not made is made of what was registered, whatever the data are by then', async () => {
  const [then, now] = [sheet('Сквер у школы'), sheet('Сквер у вокзала')];
  const falling: DocumentParts = { ...parts, pdf: () => Promise.reject(new Error('the machine fell')) };
  await expect(makeDocument(falling, wanted('register-1', then))).rejects.toThrow('the machine fell');
  const [registered] = await parts.documents.find({});
  expect(registered!.state).toMatchObject({ docx: null, snapshotSha256: sha256Hex(registered!.state.snapshot) });

  const { aggregate, rejection } = await makeDocument(parts, wanted('register-1', now));
  expect(rejection).toBeNull();
  const { snapshot, snapshotSha256, texts, docx } = aggregate!.state;
  expect([aggregate!.id, snapshotSha256]).toEqual([registered!.id, registered!.state.snapshotSha256]);
  expect(JSON.parse(snapshot)).toMatchObject({ application: 'Сквер у школы' });
  const file = await buffer((await parts.storage.open(docx!.sha256))!);
  const text = new PizZip(file)
    .file('word/document.xml')!
    .asText()
    .replace(/<[^>]+>/g, ' ');
  expect(text).toContain('школы');
  expect(text).toContain(then.expert);
  expect(text).not.toContain('вокзала');
  expect(text).not.toContain(now.expert);
  expect(texts).toBeNull();

  const again = await makeDocument(parts, wanted('register-1', now));
  expect(again.aggregate!.state.docx).toEqual(docx);
});

test('a file that many have signed is read once for an answer', async () => {
  const { aggregate } = await makeDocument(parts, wanted('register-2', sheet('Сквер у школы')));
  const { sha256 } = aggregate!.state.docx!;
  const gone = 'ab'.repeat(32);
  const signed = { role: 'MEMBER', kind: 'SIMPLE', signedAt: new Date(0), cms: null, verdict: null } as const;
  const signatures = [sha256, gone, sha256, sha256].map((file, n) => ({ ...signed, personId: `${n}`, sha256: file }));
  const opened: string[] = [];
  const open = (file: string) => (opened.push(file), parts.storage.open(file));
  const { signatures: views } = documentView({ ...parts, storage: { ...parts.storage, open } }, '/files/documents', {
    ...aggregate!,
    state: { ...aggregate!.state, signatures },
  });
  const looked = async () => {
    const context = makeContext({ caller: null, traceId: '' });
    return Promise.all(views.map((view) => view.intact({}, context)));
  };
  expect(await looked()).toEqual([true, false, true, true]);
  expect(opened).toEqual([sha256, gone]);
  await looked();
  expect(opened).toEqual([sha256, gone, sha256, gone]);
});
