import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ARCHIVE_LIMITS } from '../../src/files/archive.ts';
import { diskStorage } from '../../src/files/disk.ts';
import { FILE_MESSAGES, takeFile } from '../../src/files/intake.ts';
import { sha256Hex } from '../../src/hash.ts';
import { docxOf, zipOf } from './zip.ts';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
const svg = (inner: string, root = '') =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${root}>${inner}</svg>`,
  );

const rules = {
  maxBytes: 4_194_304,
  mediaTypes: ['application/pdf', 'image/png', 'image/svg+xml', 'text/csv', DOCX],
};

const take = async (mediaType: string, bytes: Buffer, name = 'Смета.docx') => {
  const directory = mkdtempSync(join(tmpdir(), 'veche-intake-'));
  const answer = await takeFile({ name, mediaType, bytes }, rules, {
    storage: diskStorage(directory),
    antivirus: null,
  });
  return { ...answer, kept: readdirSync(directory).length };
};

test.each<[string, string, Buffer]>([
  ['a PDF', 'application/pdf', PDF],
  ['a picture', 'image/png', PNG],
  ['a DOCX', DOCX, docxOf()],
  ['a table as text', 'text/csv', Buffer.from('№;Сумма\n1;100,00\n')],
  [
    'a drawing',
    'image/svg+xml',
    svg('<defs><linearGradient id="a"/></defs><rect fill="url(#a)"/><use xlink:href="#a"/>'),
  ],
  ['a drawing with a style', 'image/svg+xml', svg('<style>.a { fill: url(#b); }</style><path class="a" d="M0 0"/>')],
  [
    'a drawing with a picture inside',
    'image/svg+xml',
    svg(`<image href="data:image/png;base64,${PNG.toString('base64')}"/>`),
  ],
])('%s is taken under its hash', async (_what, mediaType, bytes) => {
  const { file, refusal, kept } = await take(mediaType, bytes);
  expect(refusal).toBeNull();
  expect(file).toEqual({ name: 'Смета.docx', mediaType, bytes: bytes.length, sha256: sha256Hex(bytes) });
  expect(kept).toBe(1);
});

const ZEROS = Buffer.alloc(ARCHIVE_LIMITS.inflated + 1);

test.each<[string, string, Buffer, string]>([
  ['no bytes', 'application/pdf', Buffer.alloc(0), 'FILE_EMPTY'],
  ['a byte over the limit', 'text/csv', Buffer.alloc(4_194_305, 'a'), 'FILE_TOO_LARGE'],
  ['a type that is not asked for', 'application/zip', zipOf([]), 'FILE_TYPE_NOT_ALLOWED'],
  ['a picture called a PDF', 'application/pdf', PNG, 'FILE_TYPE_DIFFERS'],
  ['a page called a picture', 'image/png', Buffer.from('<html><script>alert(1)</script></html>'), 'FILE_TYPE_DIFFERS'],
  ['a program called a PDF', 'application/pdf', Buffer.from('MZ\u0090\u0000\u0003\u0000'), 'FILE_TYPE_DIFFERS'],
  ['any archive called a DOCX', DOCX, zipOf([{ name: 'a.txt', content: Buffer.from('a') }]), 'FILE_TYPE_DIFFERS'],
  ['a drawing called a table', 'text/csv', svg('<rect/>'), 'FILE_TYPE_DIFFERS'],
  ['a bomb', DOCX, docxOf({ name: 'word/media/image1.bmp', content: ZEROS }), 'FILE_ARCHIVE_BOMB'],
  [
    'a bomb that lies about its size',
    DOCX,
    docxOf({ name: 'a.bmp', content: ZEROS, claimed: 10 }),
    'FILE_ARCHIVE_BROKEN',
  ],
  ['a small bomb', DOCX, docxOf({ name: 'a.bmp', content: Buffer.alloc(8_000_000) }), 'FILE_ARCHIVE_BOMB'],
  [
    'thousands of parts',
    DOCX,
    docxOf(...Array.from({ length: 2000 }, (_, index) => ({ name: `${index}.xml`, content: Buffer.from('a') }))),
    'FILE_ARCHIVE_BOMB',
  ],
  ['half a DOCX', DOCX, docxOf().subarray(0, 300), 'FILE_ARCHIVE_BROKEN'],
  [
    'a part behind a password',
    DOCX,
    docxOf({ name: 'a.xml', content: Buffer.from('a'), encrypted: true }),
    'FILE_ARCHIVE_BROKEN',
  ],
  [
    'a part outside the archive',
    DOCX,
    docxOf({ name: '../../etc/cron.d/a', content: Buffer.from('a') }),
    'FILE_ARCHIVE_BROKEN',
  ],
  ['macros', DOCX, docxOf({ name: 'word/vbaProject.bin', content: Buffer.from('a') }), 'FILE_HAS_MACROS'],
  ['a script in a drawing', 'image/svg+xml', svg('<script>alert(1)</script>'), 'FILE_SVG_ACTIVE'],
  [
    'a script under a prefix',
    'image/svg+xml',
    Buffer.from('<svg:svg xmlns:svg="http://www.w3.org/2000/svg"><svg:script/></svg:svg>'),
    'FILE_SVG_ACTIVE',
  ],
  ['a handler', 'image/svg+xml', svg('<rect/>', 'onload="alert(1)"'), 'FILE_SVG_ACTIVE'],
  [
    'a reference to a program',
    'image/svg+xml',
    svg('<a xlink:href=" java\tscript:alert(1)"><rect/></a>'),
    'FILE_SVG_ACTIVE',
  ],
  ['a reference to another site', 'image/svg+xml', svg('<image href="https://example.org/a.png"/>'), 'FILE_SVG_ACTIVE'],
  ['a page inside', 'image/svg+xml', svg('<foreignObject><body/></foreignObject>'), 'FILE_SVG_ACTIVE'],
  [
    'a link set by animation',
    'image/svg+xml',
    svg('<a><animate attributeName="href" values="javascript:1"/></a>'),
    'FILE_SVG_ACTIVE',
  ],
  ['a style from elsewhere', 'image/svg+xml', svg('<style>@import "//example.org/a.css";</style>'), 'FILE_SVG_ACTIVE'],
  ['entities', 'image/svg+xml', Buffer.from('<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>'), 'FILE_SVG_ACTIVE'],
  ['a drawing without its end', 'image/svg+xml', Buffer.from('<svg><rect>'), 'FILE_SVG_BROKEN'],
])('%s is refused and not kept', async (_what, mediaType, bytes, code) => {
  const { file, refusal, kept } = await take(mediaType, bytes);
  expect(refusal?.code).toBe(code);
  expect(file).toBeNull();
  expect(kept).toBe(0);
});

test.each(['', '.', '..', 'a/b.pdf', 'a\\b.pdf', 'a\u0000.pdf', 'a\u202E.pdf', 'a'.repeat(256)])(
  'the name %j is refused',
  async (name) => {
    expect((await take('application/pdf', PDF, name)).refusal?.code).toBe('FILE_NAME_INVALID');
  },
);

test('a bomb costs no more memory and time than its limit', async () => {
  const bomb = docxOf({ name: 'a.bmp', content: ZEROS, claimed: 1000 });
  const before = process.cpuUsage();
  await take(DOCX, bomb);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(2);
});

test('every refusal has its sentence, filled', async () => {
  const { refusal } = await take('application/pdf', PNG);
  const sentence = FILE_MESSAGES[refusal!.code].replace(/\{(\w+)\}/g, (_all, name: string) => refusal!.params[name]!);
  expect(sentence).toBe(
    'Содержимое файла не соответствует его виду: заявлен application/pdf, а на деле это image/png.',
  );
});
