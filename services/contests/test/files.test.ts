import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sha256Hex } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { document } from '../src/domain/templates/fields.ts';
import { TEMPLATES } from '../src/domain/templates/index.ts';
import {
  admitted,
  ANSWERS,
  applicationAs,
  ask,
  citizen,
  does,
  drafted,
  openContest,
  organiser,
  startContests,
  stranger,
  type Contests,
  type Filed,
} from './setup.ts';
import { bearer as bearerOf, PDF, uploading } from './setup-files.ts';

const TEMPLATE = TEMPLATES.find(({ code }) => code === 'municipal-selection')!.form as { properties: object };
/** The form of the template, and a document. */
const FORM = {
  ...TEMPLATE,
  properties: { ...TEMPLATE.properties, minutesFile: document('Протокол собрания') },
};

let service: Contests;
let contestId: string;
beforeAll(async () => {
  service = await startContests();
  contestId = await openContest(service, { form: FORM });
});
afterAll(() => service.stop());

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const numbered = (index: number) => Buffer.concat([PDF, Buffer.from(`% ${index}`)]);

const bearer = (as?: TestCaller) => bearerOf(service, as);

async function upload(id: string, bytes: Buffer, as?: TestCaller, more: { type?: string; name?: string } = {}) {
  const response = await uploading(service, id, bytes, as, more);
  const { file = null, errors } = (await response.json()) as { file?: any; errors?: any[] };
  return {
    status: response.status,
    file,
    code: errors?.[0].extensions.code,
    sentence: errors?.[0].extensions.userMessage,
  };
}

const download = async (id: string, sha256: string, as?: TestCaller) =>
  fetch(`${service.url}/files/applications/${id}/${sha256}`, { headers: await bearer(as) });

const filesOf = async (id: string, as?: TestCaller) => {
  const query = 'query ($id: ID!) { application(id: $id) { files { name mediaType bytes sha256 path } } }';
  return (await service.gql(query, { id }, as)).data.application?.files ?? null;
};

const withMinutes = (file: object) => ({ answers: { ...ANSWERS, minutesFile: file } });

test('a file is uploaded, named by the answers, filed, and comes back as it went', async () => {
  const { applicationId, lead, member } = await drafted(service, contestId);
  const { status, file } = await upload(applicationId, PDF, lead);
  expect({ status, file }).toEqual({
    status: 201,
    file: { name: 'Протокол.pdf', mediaType: 'application/pdf', bytes: PDF.length, sha256: sha256Hex(PDF) },
  });
  const { version } = await applicationAs(service, applicationId, lead);
  await does(service, 'saveApplication', { applicationId, expectedVersion: version, content: withMinutes(file) }, lead);
  await does(service, 'submitApplication', { applicationId }, lead);
  const path = `/files/applications/${applicationId}/${file.sha256}`;
  expect(await filesOf(applicationId, member)).toEqual([{ ...file, path }]);
  const response = await fetch(`${service.url}${path}`, { headers: await bearer(organiser) });
  expect(Buffer.from(await response.arrayBuffer())).toEqual(PDF);
  const headers = Object.fromEntries(response.headers);
  expect(headers).toMatchObject({
    'content-type': 'application/pdf',
    'content-length': String(PDF.length),
    'content-disposition': "attachment; filename*=UTF-8''%D0%9F%D1%80%D0%BE%D1%82%D0%BE%D0%BA%D0%BE%D0%BB.pdf",
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  });
});

test('an application that names a file nobody uploaded, or with another size or type, is not filed', async () => {
  const { applicationId, lead } = await drafted(service, contestId);
  const other = await drafted(service, contestId);
  const { file } = await upload(other.applicationId, numbered(1), other.lead);
  const { file: own } = await upload(applicationId, numbered(2), lead);
  for (const wrong of [file, { ...own, bytes: own.bytes + 1 }, { ...own, mediaType: 'image/png' }]) {
    const { version } = await applicationAs(service, applicationId, lead);
    const content = withMinutes(wrong);
    await does(service, 'saveApplication', { applicationId, expectedVersion: version, content }, lead);
    const { rejection, fieldErrors } = await ask(service, 'submitApplication', { applicationId }, lead);
    expect(rejection.code).toBe('APPLICATION_INCOMPLETE');
    expect(fieldErrors).toEqual([
      {
        path: 'answers.minutesFile',
        code: 'FILE_MISSING',
        userMessage: 'Такой файл к заявке не загружен. Загрузите его ещё раз.',
      },
    ]);
  }
});

test('whoever may not see the application gets none of its files, and only the lead uploads', async () => {
  const draft: Filed = await drafted(service, contestId);
  const { applicationId, lead, member } = draft;
  const { file } = await upload(applicationId, PDF, lead);
  for (const nobody of [undefined, citizen(), stranger]) {
    expect((await download(applicationId, file.sha256, nobody)).status).toBe(404);
    expect(await upload(applicationId, PDF, nobody)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(await filesOf(applicationId, nobody)).toBeNull();
  }
  for (const inside of [lead, member, organiser])
    expect((await download(applicationId, file.sha256, inside)).status).toBe(200);
  for (const inside of [member, organiser])
    expect(await upload(applicationId, PDF, inside)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  expect((await download(applicationId, '0'.repeat(64), lead)).status).toBe(404);
  expect((await download(applicationId, '..%2F..%2Fetc%2Fpasswd', lead)).status).toBe(404);
  const response = await fetch(`${service.url}/files/applications/${applicationId}`, {
    method: 'POST',
    headers: { authorization: 'Bearer nonsense', 'content-type': 'application/pdf' },
    body: new Uint8Array(PDF),
  });
  expect(response.status).toBe(401);
});

test('the public reads of an admitted application what it names, and not what was left out again', async () => {
  const draft = await drafted(service, contestId);
  const { applicationId, lead } = draft;
  const { file: used } = await upload(applicationId, numbered(3), lead);
  const { file: left } = await upload(applicationId, numbered(4), lead, { name: 'Черновик.pdf' });
  const { version } = await applicationAs(service, applicationId, lead);
  await does(service, 'saveApplication', { applicationId, expectedVersion: version, content: withMinutes(used) }, lead);
  await does(service, 'submitApplication', { applicationId }, lead);
  expect((await download(applicationId, used.sha256)).status).toBe(404);
  await does(service, 'admitApplication', { applicationId }, organiser);
  expect((await download(applicationId, used.sha256)).status).toBe(200);
  expect((await download(applicationId, left.sha256)).status).toBe(404);
  expect((await filesOf(applicationId)).map(({ sha256 }: any) => sha256)).toEqual([used.sha256]);
  expect((await filesOf(applicationId, lead)).map(({ sha256 }: any) => sha256)).toEqual([used.sha256, left.sha256]);
});

test('an admitted application takes no further files', async () => {
  const { applicationId, lead } = await admitted(service, contestId);
  expect(await upload(applicationId, PDF, lead)).toMatchObject({ status: 409, code: 'WRONG_STATE' });
});

test.each<[string, Buffer, object, number, string, string]>([
  [
    'a type the form does not ask for',
    Buffer.from('a;b'),
    { type: 'text/csv' },
    415,
    'FILE_TYPE_NOT_ALLOWED',
    'Файлы этого вида не принимаются. Допустимы: application/pdf, image/jpeg, image/png.',
  ],
  [
    'a picture called a PDF',
    PNG,
    {},
    422,
    'FILE_TYPE_DIFFERS',
    'Содержимое файла не соответствует его виду: заявлен application/pdf, а на деле это image/png.',
  ],
  ['nothing', Buffer.alloc(0), {}, 422, 'FILE_EMPTY', 'Файл пуст. Выберите другой файл.'],
  [
    'a name with a path',
    PDF,
    { name: '../Протокол.pdf' },
    422,
    'FILE_NAME_INVALID',
    'Имя файла должно содержать от 1 до 255 знаков без косых черт и служебных символов.',
  ],
  [
    'more than the service takes',
    Buffer.alloc(26_214_401, '%PDF-1.4 '),
    {},
    413,
    'FILE_TOO_LARGE',
    'Файл больше 25 МБ. Уменьшите его или разделите на части.',
  ],
  [
    'more than the form takes',
    Buffer.alloc(20_971_521, '%PDF-1.4 '),
    {},
    413,
    'FILE_TOO_LARGE',
    'Файл больше 20 МБ. Уменьшите его или разделите на части.',
  ],
])('%s is refused with its code and sentence', async (_what, bytes, how, status, code, sentence) => {
  const { applicationId, lead } = await drafted(service, contestId);
  expect(await upload(applicationId, bytes, lead, how)).toEqual({ status, file: null, code, sentence });
  expect(await filesOf(applicationId, lead)).toEqual([]);
});

test('the same file twice is one, under its latest name', async () => {
  const { applicationId, lead } = await drafted(service, contestId);
  await Promise.all([upload(applicationId, PDF, lead), upload(applicationId, PDF, lead)]);
  await upload(applicationId, PDF, lead, { name: 'Протокол собрания.pdf' });
  expect((await filesOf(applicationId, lead)).map(({ name }: any) => name)).toEqual(['Протокол собрания.pdf']);
});
