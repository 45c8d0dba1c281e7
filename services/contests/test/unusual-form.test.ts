import { afterAll, beforeAll, expect, test } from '@jest/globals';
import PizZip from 'pizzip';
import { COST_LINES } from '../src/domain/templates/fields.ts';
import {
  ask,
  AT,
  contestInput,
  does,
  drafted,
  filed,
  key,
  openContest,
  organiser,
  START,
  startContests,
  type Contests,
} from './setup.ts';

/** A form that no template has: every kind of answer, under titles of its own. */
const FORM = {
  type: 'object',
  additionalProperties: false,
  required: ['beehives', 'honey', 'apiary'],
  $defs: { day: { type: 'string', format: 'date', title: 'День' } },
  properties: {
    story: { type: 'string', title: 'Рассказ пасечника', maxLength: 2000 },
    beehives: { type: 'integer', title: 'Сколько ульев', minimum: 3, maximum: 40 },
    honey: {
      type: 'string',
      title: 'Сорт мёда',
      oneOf: [
        { const: 'LINDEN', title: 'липовый & <луговой>' },
        { const: 'HEATHER', title: 'вересковый' },
      ],
    },
    feeding: { type: 'string', title: 'Подкормка', enum: ['SYRUP', 'NONE'] },
    opening: { $ref: '#/$defs/day', title: 'День первого вылета' },
    wintering: { type: 'boolean', title: 'Есть зимовник' },
    price: { type: 'string', title: 'Цена банки' },
    passport: {
      type: 'object',
      title: 'Паспорт пасеки',
      file: { maxBytes: 1_000_000, mediaTypes: ['application/pdf'] },
    },
    apiary: {
      type: 'array',
      title: 'Семьи пчёл',
      maxItems: 20,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['breed', 'since'],
        properties: {
          breed: { type: 'string', title: 'Порода', oneOf: [{ const: 'CARNICA', title: 'карника' }] },
          since: { $ref: '#/$defs/day' },
        },
      },
    },
    costs: { ...COST_LINES, title: 'Смета пасеки' },
    internal: { type: 'string', title: 'Служебный ключ', maxLength: 20 },
  },
};
const UI = {
  price: { widget: 'money' },
  feeding: { widget: 'select', titles: { SYRUP: 'сахарный сироп', NONE: 'не требуется' } },
  internal: { widget: 'hidden' },
  honey: { order: 1 },
};
const LONG = 'Пчёлы у нас с 1957 года. '.repeat(30).trim();
const ANSWERS = {
  story: LONG,
  beehives: 12,
  honey: 'LINDEN',
  feeding: 'SYRUP',
  opening: '2027-04-15',
  wintering: true,
  price: '1250.5',
  apiary: [{ breed: 'CARNICA', since: '2021-06-01' }],
  costs: [
    { name: 'Улья', source: 'MUNICIPAL', amount: '700000.00' },
    { name: 'Рамки', source: 'CITIZENS', amount: '199999.99' },
    { name: 'Гвозди', source: 'CITIZENS', amount: '0.01' },
  ],
  internal: 'ключ-7',
};

let service: Contests;
let contestId: string;
beforeAll(async () => {
  service = await startContests();
  contestId = await openContest(service, { form: FORM, uiSchema: UI });
});
afterAll(() => service.stop());

const CONTEST = 'query ($id: ID!) { contest(id: $id) { form uiSchema } }';
const GENERATE = `mutation ($input: GenerateApplicationDocumentInput!) {
  generateApplicationDocument(input: $input) { document { data docx { path } } rejection { code } } }`;
const REGISTER = 'query ($contestId: ID!) { applicationRegister(contestId: $contestId) { csv } }';

/** Rows of the printed application, cell by cell, and what stands between the tables. */
async function printed(applicationId: string): Promise<string[]> {
  const { data } = await service.gql(GENERATE, { input: { idempotencyKey: key(), applicationId } }, organiser);
  const { path } = data.generateApplicationDocument.document.docx;
  const headers = { authorization: `Bearer ${await service.token(organiser)}` };
  const docx = Buffer.from(await (await fetch(`${service.url}${path}`, { headers })).arrayBuffer());
  const xml = new PizZip(docx).file('word/document.xml')!.asText();
  return xml
    .split('</w:p>')
    .map((paragraph) => paragraph.replace(/<[^>]+>/g, '').replaceAll('\u00A0', ' '))
    .filter((text) => text !== '');
}

/** A column of the register by its title, of the application last filed. */
async function exported(of: string): Promise<Record<string, string>> {
  const { csv } = (await service.gql(REGISTER, { contestId: of }, organiser)).data.applicationRegister;
  const [titles, ...rows] = csv
    .trim()
    .split('\r\n')
    .map((row: string) => row.split(';'));
  return Object.fromEntries(titles.map((title: string, index: number) => [title, rows.at(-1)[index]]));
}

test('the questions of a contest are those of its form', async () => {
  const { contest } = (await service.gql(CONTEST, { id: contestId })).data;
  expect(contest).toEqual({ form: FORM, uiSchema: UI });
});

test('each is checked', async () => {
  const wrong = { ...ANSWERS, beehives: 41, honey: 'BUCKWHEAT', opening: '2027-02-30', surprise: 1, apiary: [{}] };
  const { applicationId, lead } = await drafted(service, contestId, { answers: wrong });
  const { rejection, fieldErrors } = await ask(service, 'submitApplication', { applicationId }, lead);
  expect(rejection.code).toBe('APPLICATION_INCOMPLETE');
  expect(fieldErrors.map(({ path, code }: any) => `${path} ${code}`).toSorted()).toEqual([
    'answers.apiary.0.breed REQUIRED',
    'answers.apiary.0.since REQUIRED',
    'answers.beehives OVER_LIMIT',
    'answers.honey NOT_ALLOWED',
    'answers.opening CODE_INVALID',
    'answers.surprise UNKNOWN_FIELD',
  ]);
});

test('each is printed by its title, in words, and tables as tables', async () => {
  const { applicationId } = await filed(service, contestId, { answers: ANSWERS });
  const texts = await printed(applicationId);
  const after = (title: string): string | undefined => texts[texts.indexOf(title) + 1];
  expect(after('Рассказ пасечника')).toBe(LONG);
  expect(after('Сколько ульев')).toBe('12');
  expect(after('Сорт мёда')).toBe('липовый &amp; &lt;луговой&gt;');
  expect(after('Подкормка')).toBe('сахарный сироп');
  expect(after('День первого вылета')).toBe('15.04.2027');
  expect(after('Есть зимовник')).toBe('да');
  expect(after('Цена банки')).toBe('1 250,50 ₽');
  expect(after('Семьи пчёл')).toBe('таблица 1');
  expect(after('Смета пасеки')).toBe('таблица 2');
  const first = texts.indexOf('Таблица 1. Семьи пчёл');
  expect(texts.slice(first, first + 5)).toEqual(['Таблица 1. Семьи пчёл', 'Порода', 'День', 'карника', '01.06.2021']);
  const costs = texts.indexOf('Рамки');
  expect(texts.slice(costs, costs + 3)).toEqual(['Рамки', 'средства граждан', '199 999,99 ₽']);
  expect(texts.indexOf('Сорт мёда')).toBeLessThan(texts.indexOf('Рассказ пасечника'));
  expect(texts.join()).not.toContain('ключ-7');
});

test('each is a column of the register', async () => {
  await filed(service, contestId, { answers: { ...ANSWERS, wintering: false } });
  expect(await exported(contestId)).toMatchObject({
    'Рассказ пасечника': LONG,
    'Сколько ульев': '12',
    'Сорт мёда': 'липовый & <луговой>',
    Подкормка: 'сахарный сироп',
    'День первого вылета': '15.04.2027',
    'Есть зимовник': 'нет',
    'Цена банки': '1250,50',
    'Семьи пчёл: строк': '1',
    'Смета пасеки: строк': '3',
    'Смета пасеки: Сумма, руб., всего': '900000,00',
    'Служебный ключ': 'ключ-7',
    'Паспорт пасеки': '',
  });
});

test('a question that is added to a draft is asked, checked, printed and exported', async () => {
  service.clock.set(START);
  const draft = await does(service, 'createContest', contestInput({ form: FORM, uiSchema: UI }), organiser);
  const queen = { type: 'string', title: 'Имя матки', minLength: 3 };
  const form = { ...FORM, required: [...FORM.required, 'queen'], properties: { ...FORM.properties, queen } };
  const change = { contestId: draft.id, expectedVersion: draft.version, form };
  await does(service, 'updateContest', change, organiser);
  await does(service, 'publishContest', { contestId: draft.id }, organiser);
  service.clock.set(AT.intake);
  expect((await service.gql(CONTEST, { id: draft.id })).data.contest.form.properties.queen).toEqual(queen);
  const without = await drafted(service, draft.id, { answers: ANSWERS });
  const command = { applicationId: without.applicationId };
  const { fieldErrors } = await ask(service, 'submitApplication', command, without.lead);
  expect(fieldErrors.map(({ path, code }: any) => `${path} ${code}`)).toEqual(['answers.queen REQUIRED']);
  const { applicationId } = await filed(service, draft.id, { answers: { ...ANSWERS, queen: 'Аврора' } });
  const texts = await printed(applicationId);
  expect(texts[texts.indexOf('Имя матки') + 1]).toBe('Аврора');
  expect(await exported(draft.id)).toMatchObject({ 'Имя матки': 'Аврора' });
});
