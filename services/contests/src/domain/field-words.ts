import { parseMoney } from '@veche/kit/domain/money';
import type { FundingSource } from './application.ts';
import { answerName, type FieldChange } from './content-values.ts';
import { changeSentence, plainValue, roubles, wallTime } from './passport-words.ts';

const TITLES: Readonly<Record<string, string>> = {
  title: 'Название проекта',
  oktmo: 'Место (ОКТМО)',
  category: 'Тип проекта',
  totalCost: 'Общая стоимость',
  funding: 'Средства по источникам',
  beneficiaries: 'Благополучатели',
  population: 'Численность населения',
  divisions: 'Группа и номинация',
};

export const SOURCE_NAMES: Readonly<Record<FundingSource, string>> = {
  REGIONAL: 'региональный бюджет',
  MUNICIPAL: 'местный бюджет',
  CITIZENS: 'средства граждан',
  BUSINESS: 'средства организаций и предпринимателей',
  IN_KIND: 'имущество и труд',
};

interface Schema {
  title?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
}

/** How people call a field of an application: the form's own title for an answer. */
export function fieldTitle(form: object, field: string): string {
  const name = answerName(field);
  if (name === null) return TITLES[field] ?? field;
  return titleOf((form as Schema).properties?.[name], name);
}

const titleOf = (schema: Schema | undefined, name: string): string =>
  typeof schema?.title === 'string' && schema.title !== '' ? schema.title : name;

/** The value of a field as people read it. */
export function shownValue(form: object, field: string, value: unknown): string {
  if ((value ?? null) === null || value === '') return 'пусто';
  const name = answerName(field);
  return name === null ? shownPlain(field)(value) : shown((form as Schema).properties?.[name] ?? {}, value);
}

/** A change of a field as Russian sentences without full stop: of a table or an object one for each place that changed. */
export function changeSentences(form: object, { field, before, after }: FieldChange): string[] {
  const name = answerName(field);
  const text = `поле «${fieldTitle(form, field)}»`;
  if (name === null) return [changeSentence({ text, gender: 'n', show: shownPlain(field) }, before, after)];
  return sentences(text, (form as Schema).properties?.[name] ?? {}, before, after);
}

function sentences(text: string, schema: Schema, before: unknown, after: unknown): string[] {
  if (same(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) {
    const rows = Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index);
    return rows.flatMap((row) => sentences(`${text}, строка ${row + 1},`, schema.items ?? {}, before[row], after[row]));
  }
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => {
      const inner = schema.properties?.[name];
      return sentences(`${text}, «${titleOf(inner, name)}»`, inner ?? {}, before[name], after[name]);
    });
  }
  return [changeSentence({ text, gender: 'n', show: (value) => shown(schema, value) }, before, after)];
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

const DATE = /^\d{4}-\d{2}-\d{2}$/;

function shown(schema: Schema, value: unknown): string {
  if (typeof value === 'string' && DATE.test(value)) return wallTime(value);
  if (Array.isArray(value)) return value.map((one) => shown(schema.items ?? {}, one)).join('; ') || 'пусто';
  if (!isObject(value)) return plainValue(value);
  const members = Object.entries(value).map(([name, inner]) => {
    const at = schema.properties?.[name];
    return `${titleOf(at, name)} — ${shown(at ?? {}, inner)}`;
  });
  return members.join(', ') || 'пусто';
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** How the value of a field that every contest has is written. */
function shownPlain(field: string): (value: unknown) => string {
  if (field === 'totalCost') return money;
  if (field === 'funding')
    return (value) =>
      (value as { source: FundingSource; amount: string }[])
        .map(({ source, amount }) => `${SOURCE_NAMES[source]} ${money(amount)}`)
        .join(', ') || 'пусто';
  if (field === 'divisions') return (value) => (value as string[]).map((code) => `«${code}»`).join(', ') || 'пусто';
  return plainValue;
}

const money = (value: unknown): string => roubles(parseMoney(String(value)));
