import type { Cell } from '@veche/kit/domain/csv';
import { formatMoney } from '@veche/kit/domain/money';
import { formFields, type Form, type FormField } from './form-fields.ts';
import { columnsOf, isEmpty, isMoney, isObject, kopecksOf, wholeAnswer } from './form-words.ts';

/** A column of a table of applications: an answer, or what a table among the answers adds up to. */
export interface AnswerColumn {
  title: string;
  of: (answers: Readonly<Record<string, unknown>>) => Cell;
}

/** Characters of a cell: twenty thousand whole texts are no table, and the document of an application has them. */
const LONGEST = 1000;
const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** The columns of a form: one for each answer; a table is the number of its rows and a sum for each column of money. */
export const answerColumns = (asked: Form): AnswerColumn[] =>
  formFields(asked).flatMap((field) => {
    const columns = field.schema.items ? columnsOf(asked.form, field.schema) : [];
    return columns.length > 0 ? tableColumns(field, columns) : [scalarColumn(asked, field)];
  });

function scalarColumn(asked: Form, field: FormField): AnswerColumn {
  const { name, schema, view, title } = field;
  return {
    title,
    of: (answers) => {
      const value = answers[name];
      if (isEmpty(value)) return { text: '' };
      const sum = isMoney(schema, view) ? kopecksOf(value) : null;
      if (sum !== null) return { number: formatMoney(sum) };
      if (typeof value === 'number' && !view.titles) return { number: String(value) };
      return { text: cut(wholeAnswer(asked, field, value)) };
    },
  };
}

function tableColumns({ name, title }: FormField, columns: ReturnType<typeof columnsOf>): AnswerColumn[] {
  const rowsOf = (answers: Readonly<Record<string, unknown>>): readonly unknown[] =>
    Array.isArray(answers[name]) ? answers[name] : [];
  const sums = columns
    .filter(({ schema }) => isMoney(schema, {}))
    .map((column): AnswerColumn => ({
      title: `${title}: ${column.title}, всего`,
      of: (answers) => ({ number: formatMoney(sumOf(rowsOf(answers), column.name)) }),
    }));
  return [{ title: `${title}: строк`, of: (answers) => ({ number: String(rowsOf(answers).length) }) }, ...sums];
}

/** Kopecks; what is no sum adds nothing, it has its own error in the check of the application. */
const sumOf = (rows: readonly unknown[], name: string): bigint =>
  rows.reduce<bigint>((sum, row) => sum + ((isObject(row) ? kopecksOf(row[name]) : null) ?? 0n), 0n);
