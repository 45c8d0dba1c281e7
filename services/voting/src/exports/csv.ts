import type { Protocol } from '../count/counting.ts';
import { columnsOf, type Cell } from './table.ts';

/**
 * The result as Excel in Russia opens it: UTF-8 with a byte order mark, semicolons, decimal commas, lines end with CR LF. A text that a spreadsheet
 * would take for a formula gets an apostrophe in front (OWASP, CSV injection).
 */
export function csvOf(protocol: Protocol): string {
  const columns = columnsOf(protocol);
  const rows = [
    columns.map(({ title }) => quoted(title)),
    ...protocol.projects.map((line) => columns.map(({ of }) => cellOf(of(line)))),
  ];
  return `\uFEFF${rows.map((cells) => `${cells.join(';')}\r\n`).join('')}`;
}

const cellOf = (cell: Cell): string => ('number' in cell ? cell.number.replace('.', ',') : quoted(harmless(cell.text)));

const harmless = (text: string): string => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);

const quoted = (text: string): string => (/[;"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
