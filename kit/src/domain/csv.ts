/** A cell of a table: a text, or a number with at most two decimals as decimal text. */
export type Cell = { text: string } | { number: string };

/**
 * A table as Excel in Russia opens it: UTF-8 with a byte order mark, semicolons, decimal commas, lines end with CR LF. A text that a spreadsheet
 * would take for a formula gets an apostrophe in front (OWASP, CSV injection).
 */
export function csvText(titles: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [titles.map(quoted), ...rows.map((cells) => cells.map(cellText))];
  return `\uFEFF${lines.map((cells) => `${cells.join(';')}\r\n`).join('')}`;
}

const cellText = (cell: Cell): string =>
  'number' in cell ? cell.number.replace('.', ',') : quoted(harmless(cell.text));

const harmless = (text: string): string => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);

const quoted = (text: string): string => (/[;"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
