import { csvText } from '@veche/kit/domain/csv';
import type { Protocol } from '../count/counting.ts';
import { columnsOf } from './table.ts';

/** The result as a table for spreadsheets. */
export function csvOf(protocol: Protocol): string {
  const columns = columnsOf(protocol);
  return csvText(
    columns.map(({ title }) => title),
    protocol.projects.map((line) => columns.map(({ of }) => of(line))),
  );
}
