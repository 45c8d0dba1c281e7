import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
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
export const SIZE = { text: 24, small: 18 };
/** Twentieths of a point: margins of ГОСТ Р 7.0.97-2016, 30-10-20-20 mm. */
const MARGIN = { left: 1701, right: 567, top: 1134, bottom: 1134 };
const WIDTH = 11_906 - MARGIN.left - MARGIN.right;

type Align = (typeof AlignmentType)[keyof typeof AlignmentType];

const run = (text: string, more: object = {}): TextRun => new TextRun({ text, font: FONT, size: SIZE.text, ...more });
export const line = (text: string, alignment: Align = AlignmentType.JUSTIFIED, more: object = {}): Paragraph =>
  new Paragraph({ alignment, spacing: { after: 80 }, children: [run(text, more)] });
export const title = (text: string): Paragraph => line(text, AlignmentType.CENTER, { bold: true });
export const heading = (text: string): Paragraph =>
  new Paragraph({ spacing: { before: 200, after: 80 }, keepNext: true, children: [run(text, { bold: true })] });
/** A mark of a repetition or a condition, alone in its paragraph, which then vanishes with it. */
export const mark = (text: string): Paragraph => new Paragraph({ children: [run(text)] });

interface Column {
  head: string;
  cell: string;
  /** Share of the width in percent. */
  width: number;
  align?: Align;
}

/** A table with one row for each item of a list; the head is repeated on every page. */
export function listOf(list: string, columns: readonly Column[]): Table {
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
export const signs = (office: string): Table =>
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

export const sheet = (children: (Paragraph | Table)[]): Document =>
  new Document({
    creator: 'veche',
    styles: { default: { document: { run: { font: FONT, size: SIZE.text, language: { value: 'ru-RU' } } } } },
    sections: [{ properties: { page: { margin: MARGIN } }, footers: { default: footer }, children }],
  });
