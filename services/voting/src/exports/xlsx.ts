import writeXlsxFile from 'write-excel-file/node';
import type { Protocol } from '../count/counting.ts';
import { columnsOf } from './table.ts';

/** The result as a workbook; texts are cells of texts, so none of them is a formula. */
export async function xlsxOf(protocol: Protocol): Promise<Buffer> {
  const columns = columnsOf(protocol);
  const rows = protocol.projects.map((line) =>
    columns.map(({ of }) => {
      const cell = of(line);
      return 'number' in cell
        ? { type: Number, value: Number(cell.number) }
        : { type: String, value: cell.text.replace(CONTROLS, '') };
    }),
  );
  const head = columns.map(({ title }) => ({ type: String, value: title, fontWeight: 'bold' as const }));
  return writeXlsxFile([head, ...rows], { sheet: 'Итоги' }).toBuffer();
}

// XML 1.0 has no place for them.
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
