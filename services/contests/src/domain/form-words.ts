import { parseMoney } from '@veche/kit/domain/money';
import { SOURCE_NAMES } from './funding-words.ts';
import {
  fieldNamed,
  resolved,
  titleOf,
  type FieldSchema,
  type FieldView,
  type Form,
  type FormField,
} from './form-fields.ts';
import { plainValue, roubles, wallTime } from './passport-words.ts';
import { MONEY_PATTERN } from './templates/fields.ts';

export const EMPTY = 'пусто';

/** A value of a field as Russian text for a sentence: texts in quotes and cut. */
export const shownAnswer = ({ form }: Form, { schema, view }: Question, value: unknown): string =>
  shown({ form, view, text: plainValue }, schema, value);

/** The same whole and without quotes, as documents and tables show it. */
export const wholeAnswer = ({ form }: Form, { schema, view }: Question, value: unknown): string =>
  shown({ form, view, text: WHOLE }, schema, value);

type Question = Pick<FormField, 'schema' | 'view'>;
const WHOLE = (text: string): string => text;

/** A list of objects as a table: titles of its columns, and its rows as texts. */
export interface ShownTable {
  columns: string[];
  rows: string[][];
}

/** The table that a field holds; null for a field that is none, or whose rows have no columns. */
export function shownTable(asked: Form, field: string, value: unknown): ShownTable | null {
  const question = fieldNamed(asked, field);
  if (!question || !Array.isArray(value) || value.length === 0) return null;
  const columns = columnsOf(asked.form, question.schema);
  if (columns.length === 0) return null;
  const at: At = { form: asked.form, view: {}, text: WHOLE };
  return {
    columns: columns.map(({ title }) => title),
    rows: value.map((row) => columns.map(({ name, schema }) => cell(at, schema, row, name))),
  };
}

const cell = (at: At, schema: FieldSchema, row: unknown, name: string): string => {
  const value = isObject(row) ? row[name] : undefined;
  return isEmpty(value) ? '' : shown(at, schema, value);
};

/** Columns of a table: members of the objects that it lists; a list of files or places has none. */
export function columnsOf(form: object, table: FieldSchema): { name: string; title: string; schema: FieldSchema }[] {
  const { properties = {} } = resolved(form, table.items);
  return Object.entries(properties).map(([name, column]) => {
    const schema = resolved(form, column);
    return { name, title: titleOf(schema, name), schema: table.costLines ? costColumn(name, schema) : schema };
  });
}

/** The source and the sum of a cost line are those of the money plan, whatever their schema says. */
function costColumn(name: string, schema: FieldSchema): FieldSchema {
  if (name === 'amount') return { ...schema, pattern: MONEY_PATTERN };
  if (name !== 'source' || optionsOf(schema).size > 0) return schema;
  return { ...schema, oneOf: Object.entries(SOURCE_NAMES).map(([code, title]) => ({ const: code, title })) };
}

/** Sums are texts of the pattern that the templates have, or fields that are shown as money. */
export const isMoney = (schema: FieldSchema, view: FieldView): boolean =>
  view.widget === 'money' || schema.pattern === MONEY_PATTERN;

/** What the options of a choice are called: titles of `oneOf` or `anyOf` with `const`. */
const optionsOf = ({ oneOf, anyOf }: FieldSchema): Map<string, string> =>
  new Map(
    [...(oneOf ?? []), ...(anyOf ?? [])].flatMap(({ const: code, title }): [string, string][] =>
      code !== undefined && typeof title === 'string' ? [[String(code), title]] : [],
    ),
  );

interface At {
  form: object;
  view: FieldView;
  /** How a text is written. */
  text: (text: string) => string;
}

function shown(at: At, given: FieldSchema, value: unknown): string {
  const schema = resolved(at.form, given);
  if (isEmpty(value)) return EMPTY;
  if (Array.isArray(value)) return listText(at, schema, value);
  if (isObject(value)) return objectText(at, schema, value);
  const option = at.view.titles?.[String(value)] ?? optionsOf(schema).get(String(value));
  return option ?? scalarText(at, schema, value);
}

function listText(at: At, schema: FieldSchema, rows: readonly unknown[]): string {
  const items = rowOf(at.form, schema);
  return rows.map((row) => shown(at, items, row)).join('; ') || EMPTY;
}

/** What a row of a list is: an object of its columns, else what its items are. */
export function rowOf(form: object, list: FieldSchema): FieldSchema {
  const columns = columnsOf(form, list);
  if (columns.length === 0) return resolved(form, list.items);
  return { properties: Object.fromEntries(columns.map(({ name, schema }) => [name, schema])) };
}

function scalarText({ view, text }: At, schema: FieldSchema, value: unknown): string {
  if (typeof value !== 'string') return plainValue(value);
  if (DATE.test(value)) return wallTime(value);
  const sum = isMoney(schema, view) ? kopecksOf(value) : null;
  return sum === null ? text(value) : roubles(sum);
}

/** Null for what is no sum: of an older form, or of a draft that nothing has checked. */
export function kopecksOf(value: unknown): bigint | null {
  try {
    return parseMoney(String(value));
  } catch {
    return null;
  }
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

function objectText(at: At, schema: FieldSchema, value: Record<string, unknown>): string {
  if (typeof value['sha256'] === 'string' && typeof value['name'] === 'string') return `«${value['name']}»`;
  if (Array.isArray(value['coordinates'])) return placeText(value['type'], value['coordinates']);
  const members = Object.entries(value).map(([name, inner]) => {
    const of = resolved(at.form, schema.properties?.[name]);
    return `${titleOf(of, MEMBER_TITLES[name] ?? name)} — ${shown({ ...at, view: {} }, of, inner)}`;
  });
  return members.join(', ') || EMPTY;
}

/** Members of a period, which many forms leave without title. */
const MEMBER_TITLES: Readonly<Record<string, string>> = { start: 'начало', end: 'окончание' };

/** GeoJSON puts the longitude first, people the latitude. */
function placeText(type: unknown, coordinates: readonly unknown[]): string {
  const point = (one: unknown): string => (Array.isArray(one) ? `${String(one[1])}, ${String(one[0])}` : '');
  if (type === 'Point') return `точка ${point(coordinates)}`;
  const ring: readonly unknown[] = Array.isArray(coordinates[0]) ? coordinates[0] : [];
  return `территория, вершины: ${ring.slice(0, -1).map(point).join('; ')}`;
}

export const isEmpty = (value: unknown): boolean => (value ?? null) === null || value === '';

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
