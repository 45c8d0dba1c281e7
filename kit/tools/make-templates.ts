/**
 * Writes the DOCX templates of documents, for a template is edited in a word processor and read in a diff as this program:
 *
 *   node kit/tools/make-templates.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
  Packer,
  PageNumber,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  VerticalAlignTable,
  WidthType,
} from 'docx';

const FONT = 'Times New Roman';
/** Half-points. */
const SIZE = { text: 24, small: 18 };
/** Twentieths of a point: margins of ГОСТ Р 7.0.97-2016, 30-10-20-20 mm. */
const MARGIN = { left: 1701, right: 567, top: 1134, bottom: 1134 };
const WIDTH = 11_906 - MARGIN.left - MARGIN.right;

type Align = (typeof AlignmentType)[keyof typeof AlignmentType];

const run = (text: string, more: object = {}): TextRun => new TextRun({ text, font: FONT, size: SIZE.text, ...more });
const line = (text: string, alignment: Align = AlignmentType.JUSTIFIED, more: object = {}): Paragraph =>
  new Paragraph({ alignment, spacing: { after: 80 }, children: [run(text, more)] });
const title = (text: string): Paragraph => line(text, AlignmentType.CENTER, { bold: true });
const heading = (text: string): Paragraph =>
  new Paragraph({ spacing: { before: 200, after: 80 }, keepNext: true, children: [run(text, { bold: true })] });
/** A mark of a repetition or a condition, alone in its paragraph, which then vanishes with it. */
const mark = (text: string): Paragraph => new Paragraph({ children: [run(text)] });

interface Column {
  head: string;
  cell: string;
  /** Share of the width in percent. */
  width: number;
  align?: Align;
}

/** A table with one row for each item of a list; the head is repeated on every page. */
function listOf(list: string, columns: readonly Column[]): Table {
  const cell = (text: string, { width, align = AlignmentType.LEFT }: Column, bold = false) =>
    new TableCell({
      width: { size: Math.round((WIDTH * width) / 100), type: WidthType.DXA },
      verticalAlign: VerticalAlignTable.CENTER,
      margins: { left: 80, right: 80, top: 40, bottom: 40 },
      children: [new Paragraph({ alignment: align, children: [run(text, { bold, size: 22 })] })],
    });
  const marked = (text: string, index: number): string =>
    `${index === 0 ? `{#${list}}` : ''}${text}${index === columns.length - 1 ? `{/${list}}` : ''}`;
  return new Table({
    width: { size: WIDTH, type: WidthType.DXA },
    columnWidths: columns.map(({ width }) => Math.round((WIDTH * width) / 100)),
    rows: [
      new TableRow({
        tableHeader: true,
        cantSplit: true,
        children: columns.map((one) => cell(one.head, { ...one, align: AlignmentType.CENTER }, true)),
      }),
      new TableRow({ cantSplit: true, children: columns.map((one, index) => cell(marked(one.cell, index), one)) }),
    ],
  });
}

const NONE = { style: BorderStyle.NONE, size: 0, color: 'auto' };
const BORDERLESS = { top: NONE, bottom: NONE, left: NONE, right: NONE, insideHorizontal: NONE, insideVertical: NONE };

/** Where somebody signs: office, line for the signature, line for the name. */
const signs = (office: string): Table =>
  new Table({
    borders: BORDERLESS,
    width: { size: WIDTH, type: WidthType.DXA },
    columnWidths: [40, 25, 35].map((share) => Math.round((WIDTH * share) / 100)),
    rows: [
      new TableRow({
        cantSplit: true,
        children: [
          [office, ''],
          ['______________', '(подпись)'],
          ['_________________________', '(фамилия, инициалы)'],
        ].map(
          ([above, below]) =>
            new TableCell({
              children: [
                new Paragraph({ spacing: { before: 240 }, children: [run(above!)] }),
                new Paragraph({ children: [run(below!, { size: 16 })] }),
              ],
            }),
        ),
      }),
    ],
  });

const footer = new Footer({
  children: [
    new Paragraph({
      alignment: AlignmentType.CENTER,
      children: [
        run('Документ № {documentNumber} от {date}. SHA-256 данных: {dataSha256}. Лист ', { size: 14 }),
        new TextRun({ children: [PageNumber.CURRENT, ' из ', PageNumber.TOTAL_PAGES], font: FONT, size: 14 }),
      ],
    }),
  ],
});

const sheet = (children: (Paragraph | Table)[]): Document =>
  new Document({
    creator: 'veche',
    styles: { default: { document: { run: { font: FONT, size: SIZE.text, language: { value: 'ru-RU' } } } } },
    sections: [{ properties: { page: { margin: MARGIN } }, footers: { default: footer }, children }],
  });

const { CENTER, RIGHT } = AlignmentType;

const application = sheet([
  title('ЗАЯВКА № {number}'),
  title('на участие в конкурсном отборе инициативных проектов'),
  line('{contest}', CENTER),
  line('{basis}', CENTER, { size: SIZE.small }),
  heading('1. Сведения о проекте'),
  listOf('fields', [
    { head: '№', cell: '{index}', width: 7, align: CENTER },
    { head: 'Наименование', cell: '{name}', width: 33 },
    { head: 'Содержание', cell: '{value}', width: 60 },
  ]),
  heading('2. Стоимость и источники финансирования'),
  listOf('funding', [
    { head: 'Источник', cell: '{source}', width: 55 },
    { head: 'Сумма', cell: '{amount}', width: 27, align: RIGHT },
    { head: 'Доля, %', cell: '{share}', width: 18, align: RIGHT },
  ]),
  line(''),
  line('Общая стоимость: {total} ({totalInWords}).'),
  line('Состояние заявки: {state}. Подана: {submitted}. Редакция: {revision}.'),
  signs('Руководитель инициативной группы'),
]);

const score = sheet([
  title('ОЦЕНОЧНЫЙ ЛИСТ № {documentNumber}'),
  line('{contest}', CENTER),
  line('Заявка № {applicationNumber}: {application}'),
  line('Эксперт (условный номер): {expert}'),
  listOf('marks', [
    { head: '№', cell: '{index}', width: 7, align: CENTER },
    { head: 'Критерий', cell: '{criterion}', width: 36 },
    { head: 'Макс.', cell: '{max}', width: 10, align: CENTER },
    { head: 'Балл', cell: '{points}', width: 10, align: CENTER },
    { head: 'Обоснование', cell: '{comment}', width: 37 },
  ]),
  line(''),
  line('Сумма баллов: {sum} из {most}.'),
  line('SHA-256 оценочного листа: {sheetSha256}', AlignmentType.LEFT, { size: SIZE.small }),
  mark('{#signature}'),
  line('Подписано электронной подписью ({kind}) {at}.'),
  line('{detail}', AlignmentType.LEFT, { size: SIZE.small }),
  mark('{/signature}'),
  mark('{^signature}'),
  signs('Эксперт'),
  mark('{/signature}'),
]);

const protocol = sheet([
  title('ПРОТОКОЛ № {number}'),
  title('заседания конкурсной комиссии'),
  line('{contest}', CENTER),
  line('{commission}. Образована: {act}.'),
  line('{place}, {date}. Форма проведения: {form}. Начало: {opened}, окончание: {closed}.'),
  line('Состав комиссии: {membersCount} чел. Участвуют: {presentCount} чел. Кворум ({quorumRule}) {quorum}.'),
  heading('Состав комиссии'),
  listOf('members', [
    { head: '№', cell: '{index}', width: 8, align: CENTER },
    { head: 'Член комиссии (условный номер)', cell: '{name}', width: 42 },
    { head: 'Роль', cell: '{role}', width: 30 },
    { head: 'Участие', cell: '{took}', width: 20 },
  ]),
  heading('Повестка дня'),
  mark('{#questions}'),
  line('{index}. {title}'),
  mark('{/questions}'),
  mark('{#questions}'),
  heading('{index}. {title}'),
  line('Слушали: {heard}'),
  mark('{#recused}'),
  line('Не участвует в решении {text}'),
  mark('{/recused}'),
  line('Решили: {decided}'),
  line('Голосовали: «за» — {for}, «против» — {against}, «воздержались» — {abstained}. {casting}'),
  mark('{#named}'),
  line('Поимённо: {votes}.'),
  mark('{/named}'),
  mark('{#opinions}'),
  line('Особое мнение {text}'),
  mark('{/opinions}'),
  mark('{/questions}'),
  mark('{#hasWinners}'),
  heading('Победители конкурсного отбора'),
  listOf('winners', [
    { head: 'Место', cell: '{place}', width: 10, align: CENTER },
    { head: 'Заявка', cell: '№ {number}', width: 13, align: CENTER },
    { head: 'Проект', cell: '{title}', width: 42 },
    { head: 'Балл', cell: '{score}', width: 12, align: RIGHT },
    { head: 'Стоимость', cell: '{amount}', width: 23, align: RIGHT },
  ]),
  line(''),
  line('Стоимость проектов-победителей: {total} ({totalInWords}).'),
  mark('{/hasWinners}'),
  line('SHA-256 протокола: {minutesSha256}', AlignmentType.LEFT, { size: SIZE.small }),
  mark('{#signed}'),
  heading('Протокол подписали, подтвердив его SHA-256'),
  listOf('signatures', [
    { head: '№', cell: '{index}', width: 8, align: CENTER },
    { head: 'Условный номер', cell: '{name}', width: 42 },
    { head: 'Роль', cell: '{role}', width: 25 },
    { head: 'Когда', cell: '{at}', width: 25 },
  ]),
  mark('{/signed}'),
  mark('{^signed}'),
  signs('Председатель комиссии'),
  signs('Секретарь комиссии'),
  mark('{/signed}'),
]);

const meeting = sheet([
  title('ПРОТОКОЛ № {number}'),
  line('{form}', CENTER),
  line('{contest}', CENTER),
  line('{place}, {date}. Начало: {started}, окончание: {ended}.'),
  line('Присутствовали: {present} чел. Приглашены: {invited} чел.'),
  line('Председатель (условный номер): {chair}.'),
  line('Секретарь (условный номер): {secretary}.'),
  heading('Повестка дня'),
  mark('{#questions}'),
  line('{index}. {title}'),
  mark('{/questions}'),
  mark('{#questions}'),
  heading('{index}. {title}'),
  line('Решили: {decided}'),
  line(
    'Голосовали: «за» — {for}, «против» — {against}, «воздержались» — {abstained}, не голосовали — {notVoting}. {carried}.',
  ),
  mark('{/questions}'),
  heading('Приложения'),
  line(
    'Подписные листы: {signatureSheets}, подписей в них: {signatures}. Фотографии: {photos}. Лист регистрации {attendance}.',
  ),
  line('Редакция протокола: {edition}.'),
  signs('Председатель собрания'),
  signs('Секретарь собрания'),
]);

const letter = sheet([
  line('Инициативной группе проекта', RIGHT),
  line('{application}', RIGHT),
  title('УВЕДОМЛЕНИЕ № {documentNumber}'),
  title('о решении конкурсной комиссии'),
  line('{contest}', CENTER),
  line(
    '{commission} рассмотрела заявку № {applicationNumber} ({application}) на заседании № {session}. Решение вступило в силу {decided}.',
  ),
  line('Решение: {outcome}.', AlignmentType.JUSTIFIED, { bold: true }),
  line('Основание: {reason}'),
  mark('{#ranked}'),
  line('Итоговый балл заявки: {score}, место в рейтинге: {place}.'),
  mark('{/ranked}'),
  line('{appeal}'),
  line('SHA-256 протокола заседания: {minutesSha256}', AlignmentType.LEFT, { size: SIZE.small }),
  signs('Секретарь комиссии'),
]);

const ranking = sheet([
  title('РЕЙТИНГ ЗАЯВОК № {documentNumber}'),
  line('{contest}', CENTER),
  line('Редакция {edition}, определена {determined}.', CENTER),
  listOf('lines', [
    { head: 'Группа', cell: '{group}', width: 13 },
    { head: 'Место', cell: '{place}', width: 9, align: CENTER },
    { head: 'Заявка', cell: '№ {number}', width: 12, align: CENTER },
    { head: 'Проект', cell: '{title}', width: 30 },
    { head: 'Балл', cell: '{score}', width: 11, align: RIGHT },
    { head: 'Почему не участвует', cell: '{exclusions}', width: 25 },
  ]),
  line(''),
  signs('Организатор'),
]);

const PLACE = join(import.meta.dirname, '../src/documents/templates');
for (const [name, document] of Object.entries({ application, score, protocol, meeting, letter, ranking }))
  writeFileSync(join(PLACE, `${name}.docx`), await Packer.toBuffer(document));
