/** Twentieths of a point: the text width of an A4 page with the margins of the templates. */
const WIDTH = 9638;

/**
 * A table whose columns the data decides, as WordprocessingML (ECMA-376 part 1, 17.4) for a raw field of a template, which can repeat rows
 * and not columns. The first row is repeated on each page.
 */
export function gridXml(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const width = Math.floor(WIDTH / columns.length);
  const grid = columns.map(() => `<w:gridCol w:w="${width}"/>`).join('');
  const head = rowXml(columns, width, true);
  const body = rows.map((row) => rowXml(row, width, false)).join('');
  return `<w:tbl><w:tblPr><w:tblW w:type="dxa" w:w="${WIDTH}"/>${BORDERS}</w:tblPr><w:tblGrid>${grid}</w:tblGrid>${head}${body}</w:tbl>`;
}

const SIDES = ['top', 'left', 'bottom', 'right', 'insideH', 'insideV'];
const BORDERS = `<w:tblBorders>${SIDES.map((side) => `<w:${side} w:val="single" w:color="auto" w:sz="4"/>`).join('')}</w:tblBorders>`;

const rowXml = (cells: readonly string[], width: number, head: boolean): string =>
  `<w:tr><w:trPr><w:cantSplit/>${head ? '<w:tblHeader/>' : ''}</w:trPr>${cells.map((text) => cellXml(text, width, head)).join('')}</w:tr>`;

const FONT =
  '<w:rFonts w:ascii="Times New Roman" w:cs="Times New Roman" w:eastAsia="Times New Roman" w:hAnsi="Times New Roman"/>';

const cellXml = (text: string, width: number, head: boolean): string => {
  const run = `<w:rPr>${FONT}${head ? '<w:b/><w:bCs/>' : ''}<w:sz w:val="20"/><w:szCs w:val="20"/></w:rPr>`;
  const lines = text.split('\n').map((line) => `<w:t xml:space="preserve">${escaped(line)}</w:t>`);
  return `<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="${width}"/></w:tcPr><w:p><w:pPr><w:jc w:val="${head ? 'center' : 'left'}"/></w:pPr><w:r>${run}${lines.join('<w:br/>')}</w:r></w:p></w:tc>`;
};

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Characters that XML 1.0 does not have would make the document unreadable. */
const escaped = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '').replace(/[&<>]/g, (one) => ENTITIES[one]!);
