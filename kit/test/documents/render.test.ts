import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import PizZip from 'pizzip';
import { libreOffice } from '../../src/documents/pdf.ts';
import {
  applicationFields,
  protocolFields,
  scoreSheetFields,
  type ApplicationData,
  type ProtocolData,
  type ScoreSheetData,
} from '../../src/documents/shapes.ts';
import {
  letterFields,
  meetingFields,
  rankingFields,
  type DecisionLetterData,
  type MeetingMinutesData,
  type RankingListData,
  noticeFields,
  type ApplicationNoticeData,
} from '../../src/documents/letter-shapes.ts';
import { fillTemplate, standardTemplate, TemplateError, type TemplateName } from '../../src/documents/template.ts';
import { lookIntoArchive } from '../../src/files/archive.ts';
import { sniffedType } from '../../src/files/sniff.ts';

const STAMP = { documentNumber: 'З-2026-1', date: '12.03.2026', dataSha256: 'ab'.repeat(32) };
const LONG =
  'Во дворе дома 5 на улице Мира нет ни одной площадки "для малышей" - дети играют на проезжей части. '.repeat(4);

const APPLICATION: ApplicationData = {
  number: '7',
  contest: 'Инициативные проекты Сургута',
  basis: 'Порядок отбора, № 15-П от 20.01.2026, п. 3',
  fields: [
    { name: 'Название', value: 'Детская площадка "Радуга" на улице Мира' },
    { name: 'Проблема', value: LONG },
    { name: 'Ожидаемые результаты', value: 'Площадка для детей всех возрастов\nНовые деревья - 12 шт.' },
  ],
  tables: [
    { caption: 'Таблица 1. Саженцы', columns: ['Порода', 'Число'], rows: [['Липа "мелкая" <2 м> & ива', '12']] },
  ],
  funding: [
    { source: 'Бюджет муниципального образования', amount: 700_000_00n },
    { source: 'Средства жителей', amount: 201_234_56n },
  ],
  total: 901_234_56n,
  state: 'подана',
  submitted: '02.03.2026 14:05',
  revision: 2,
};

const SHEET: ScoreSheetData = {
  contest: 'Инициативные проекты Сургута',
  applicationNumber: '7',
  application: 'Детская площадка "Радуга"',
  expert: '0190b6e0-1111-7000-8000-000000000001',
  marks: [
    { criterion: 'Острота проблемы', max: 10, points: 9, comment: 'Площадки нет в радиусе 800 м.' },
    { criterion: 'Долговечность', max: 10, points: 7, comment: '' },
  ],
  sheetSha256: 'cd'.repeat(32),
  signature: { kind: 'сертификат', at: '12.03.2026 14:00', detail: 'Учебный УЦ, ГОСТ Р 34.10-2012, 256 бит' },
};

const PROTOCOL: ProtocolData = {
  number: '3',
  contest: 'Инициативные проекты Сургута',
  commission: 'Конкурсная комиссия города',
  act: 'Постановление № 17 от 01.02.2026',
  place: 'г. Сургут',
  date: '20.03.2026',
  form: 'очная',
  opened: '10:00',
  closed: '11:30',
  members: ['Председатель', 'Секретарь', 'Член комиссии', 'Член комиссии', 'Член комиссии'].map((role, index) => ({
    name: `Участник ${index + 1}`,
    role,
    present: index < 4,
  })),
  quorumRule: 'более половины состава',
  quorum: true,
  questions: [
    {
      title: 'О результатах оценки заявок',
      heard: 'секретаря об итогах экспертизы 12 заявок',
      decided: 'утвердить рейтинг заявок',
      for: 5,
      against: 0,
      abstained: 0,
      castingVote: false,
      votes: '',
      recused: [],
      opinions: [],
    },
    {
      title: 'О победителях отбора',
      heard: 'председателя',
      decided: 'признать победителями проекты № 7 и № 2',
      for: 2,
      against: 2,
      abstained: 1,
      castingVote: true,
      votes: '№ 1 — за; № 2 — за; № 3 — против; № 4 — против',
      recused: ['№ 5: заявку подал брат'],
      opinions: ['№ 3: проект № 2 следовало отложить до проверки сметы'],
    },
  ],
  winners: [
    { place: '1', number: '7', title: 'Детская площадка "Радуга"', score: '87,50', amount: 700_000_00n },
    { place: '2', number: '2', title: 'Сквер у школы', score: '81,00', amount: 1_500_000_01n },
  ],
  minutesSha256: 'ef'.repeat(32),
  signatures: [],
};

const MEETING: MeetingMinutesData = {
  number: '1',
  contest: 'Инициативные проекты Сургута',
  form: 'собрания граждан',
  place: 'Школа № 1, актовый зал',
  date: '07.03.2026',
  started: '18:05',
  ended: '19:30',
  present: 57,
  invited: 3,
  chair: '0190b6e0-1111-7000-8000-000000000001',
  secretary: '0190b6e0-1111-7000-8000-000000000002',
  questions: [
    {
      title: 'Выбор проекта для конкурса',
      decided: 'одобрить проект "Радуга"',
      for: 40,
      against: 5,
      abstained: 5,
      notVoting: 7,
      carried: true,
    },
  ],
  signatureSheets: 2,
  signatures: 41,
  photos: 3,
  attendanceList: true,
  edition: 1,
};

const LETTER: DecisionLetterData = {
  contest: 'Инициативные проекты Сургута',
  commission: 'Конкурсная комиссия города',
  applicationNumber: '7',
  application: 'Детская площадка "Радуга"',
  outcome: 'признать победителем',
  reason: 'по итогам рейтинга',
  score: '87,50',
  place: '1',
  session: '3',
  decided: '20.03.2026',
  minutesSha256: 'ef'.repeat(32),
  appeal: 'Решение можно обжаловать по 03.04.2026 включительно.',
};

const NOTICE: ApplicationNoticeData = {
  contest: 'Инициативные проекты Сургута',
  applicationNumber: '7',
  application: 'Детская площадка "Радуга"',
  decided: '20.03.2026 12:00',
  outcome: 'в рассмотрении отказано',
  ground: 'недостаточно средств местного бюджета',
  reason: 'В бюджете города нет таких средств.',
  remarks: [],
  answerBy: '',
};

const RANKING: RankingListData = {
  contest: 'Инициативные проекты Сургута',
  edition: 2,
  determined: '19.03.2026',
  lines: [
    { group: '', place: '1', number: '7', title: 'Площадка "Радуга"', score: '87,50', exclusions: '' },
    { group: '', place: '2', number: '9', title: 'Сквер', score: '12,00', exclusions: 'Балл ниже проходного.' },
  ],
};

const DOCUMENTS: [TemplateName, object][] = [
  ['application', applicationFields(APPLICATION)],
  ['score', scoreSheetFields(SHEET)],
  ['protocol', protocolFields(PROTOCOL)],
  ['meeting', meetingFields(MEETING)],
  ['letter', letterFields(LETTER)],
  ['notice', noticeFields(NOTICE)],
  ['ranking', rankingFields(RANKING)],
];

const textOf = (docx: Buffer): string =>
  new PizZip(docx)
    .file(/word\/(document|footer\d*)\.xml/)
    .map((part) =>
      part
        .asText()
        .replace(/<\/w:p>/g, '\n')
        .replace(/<[^>]+>/g, ''),
    )
    .join('\n');

describe.each(DOCUMENTS)('%s', (name, fields) => {
  const docx = fillTemplate(standardTemplate(name), { ...STAMP, ...fields });

  test('is a sound DOCX without a field left open', async () => {
    expect((await lookIntoArchive(docx)).fault).toBeNull();
    expect(await sniffedType(docx)).toContain('wordprocessingml');
    expect(textOf(docx)).not.toMatch(/[{}]|undefined|null/);
    expect(textOf(docx)).toContain('SHA-256 данных: abab');
  });
});

test('what is written is the data, typeset, with sums in words', () => {
  const text = textOf(
    fillTemplate(standardTemplate('application'), { ...STAMP, ...applicationFields(APPLICATION) }),
  ).replaceAll('\u00A0', ' ');
  expect(text).toContain('Детская площадка «Радуга» на улице Мира');
  expect(text).toContain('901 234,56 руб. (Девятьсот одна тысяча двести тридцать четыре рубля 56 копеек)');
  expect(text).toContain('77,7');
  const protocol = textOf(
    fillTemplate(standardTemplate('protocol'), { ...STAMP, ...protocolFields(PROTOCOL) }),
  ).replaceAll('\u00A0', ' ');
  expect(protocol).toContain(
    'Стоимость проектов-победителей: 2 200 000,01 руб. (Два миллиона двести тысяч рублей 01 копейка).',
  );
  expect(protocol).toContain('решающим был голос председателя');
  expect(protocol).toContain('Не участвует в решении № 5: заявку подал брат');
  expect(protocol).toContain('Поимённо: № 1 — за; № 2 — за');
  expect(protocol).toContain('(подпись)');
  const confirmed = { ...PROTOCOL, signatures: [{ name: 'Участник 1', role: 'председатель', at: '20.03.2026 12:00' }] };
  const signed = textOf(fillTemplate(standardTemplate('protocol'), { ...STAMP, ...protocolFields(confirmed) }));
  expect(signed).toContain('Протокол подписали');
  expect(signed).not.toContain('(подпись)');
  expect(protocol).toContain('Особое мнение № 3: проект № 2 следовало отложить');
  const unsigned = textOf(
    fillTemplate(standardTemplate('score'), { ...STAMP, ...scoreSheetFields({ ...SHEET, signature: null }) }),
  );
  expect(unsigned).toContain('(подпись)');
  expect(unsigned).not.toContain('электронной подписью');
});

test('markup in the data stays text', () => {
  const fields = applicationFields({ ...APPLICATION, contest: '<w:p>{number}</w:p> & {#fields}' });
  const text = textOf(fillTemplate(standardTemplate('application'), { ...STAMP, ...fields }));
  expect(text).toContain('&lt;w:p&gt;{number}&lt;/w:p&gt; &amp; {#fields}');
});

test('a template that asks for what is not there is refused by the names', () => {
  const { number: _number, ...less } = applicationFields(APPLICATION);
  const fill = () => fillTemplate(standardTemplate('application'), { ...STAMP, ...less });
  expect(fill).toThrow(new TemplateError(['number']));
});

test('where no converter is installed there is no PDF', async () => {
  expect(await libreOffice('/nowhere/soffice')(Buffer.from('a'))).toBeNull();
});

const soffice = !spawnSync('soffice', ['--version']).error;
const pdftotext = !spawnSync('pdftotext', ['-v']).error;

(soffice ? describe : describe.skip)('by LibreOffice', () => {
  const pdfs = new Map<string, Buffer>();
  beforeAll(async () => {
    const convert = libreOffice();
    const all = DOCUMENTS.map(async ([name, fields]) => {
      pdfs.set(name, (await convert(fillTemplate(standardTemplate(name), { ...STAMP, ...fields })))!);
    });
    await Promise.all(all);
    const keep = process.env['TEST_KEEP_PDF'];
    if (!keep) return;
    mkdirSync(keep, { recursive: true });
    for (const [name, pdf] of pdfs) writeFileSync(join(keep, `${name}.pdf`), pdf);
  }, 240_000);

  test.each(DOCUMENTS.map(([name]) => name))('%s is a PDF', (name) => {
    expect(pdfs.get(name)!.subarray(0, 5).toString()).toBe('%PDF-');
  });

  (pdftotext ? test : test.skip)('the PDF holds the text with its Russian letters', () => {
    const { stdout } = spawnSync('pdftotext', ['-layout', '-', '-'], { input: pdfs.get('protocol')! });
    const text = stdout.toString().replaceAll('\u00A0', ' ').replace(/\s+/g, ' ');
    expect(text).toContain('ПРОТОКОЛ № 3');
    expect(text).toContain('Детская площадка «Радуга»');
    expect(text).toContain('Лист 1 из');
  });
});
