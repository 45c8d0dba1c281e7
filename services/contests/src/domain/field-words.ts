import { parseMoney } from '@veche/kit/domain/money';
import type { FundingSource } from './application.ts';
import type { FieldChange } from './content-values.ts';
import { fieldNamed, resolved, titleOf, type FieldSchema, type FieldView, type Form } from './form-fields.ts';
import { EMPTY, isEmpty, isObject, rowOf, shownAnswer, wholeAnswer } from './form-words.ts';
import { SOURCE_NAMES } from './funding-words.ts';
import { changeSentence, plainValue, roubles } from './passport-words.ts';

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

/** How people call a field of an application: the form's own title for an answer. */
export function fieldTitle(form: object, field: string): string {
  return fieldNamed({ form }, field)?.title ?? TITLES[field] ?? field;
}

/** The value of a field as a sentence says it. */
export function shownValue(asked: Form, field: string, value: unknown): string {
  if (isEmpty(value)) return EMPTY;
  const question = fieldNamed(asked, field);
  return question ? shownAnswer(asked, question, value) : shownPlain(field)(value);
}

/** The value of a field as documents show it: texts whole, without quotes. */
export function printedValue(asked: Form, field: string, value: unknown): string {
  if (isEmpty(value)) return EMPTY;
  const question = fieldNamed(asked, field);
  if (question) return wholeAnswer(asked, question, value);
  return typeof value === 'string' && field !== 'totalCost' ? value : shownPlain(field)(value);
}

/** A change of a field as Russian sentences without full stop: of a table or an object one for each place that changed. */
export function changeSentences(asked: Form, { field, before, after }: FieldChange): string[] {
  const text = `поле «${fieldTitle(asked.form, field)}»`;
  const question = fieldNamed(asked, field);
  if (!question) return [changeSentence({ text, gender: 'n', show: shownPlain(field) }, before, after)];
  return sentences(asked, { text, schema: question.schema, view: question.view }, before, after);
}

interface Place {
  text: string;
  schema: FieldSchema;
  view: FieldView;
}

function sentences(asked: Form, { text, schema, view }: Place, before: unknown, after: unknown): string[] {
  if (same(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) {
    const items = rowOf(asked.form, schema);
    const rows = Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index);
    return rows.flatMap((row) =>
      sentences(asked, { text: `${text}, строка ${row + 1},`, schema: items, view }, before[row], after[row]),
    );
  }
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => {
      const inner = resolved(asked.form, schema.properties?.[name]);
      const place = { text: `${text}, «${titleOf(inner, name)}»`, schema: inner, view: {} };
      return sentences(asked, place, before[name], after[name]);
    });
  }
  return [
    changeSentence({ text, gender: 'n', show: (value) => shownAnswer(asked, { schema, view }, value) }, before, after),
  ];
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** How the value of a field that every contest has is written. */
function shownPlain(field: string): (value: unknown) => string {
  if (field === 'totalCost') return money;
  if (field === 'funding')
    return (value) =>
      (value as { source: FundingSource; amount: string }[])
        .map(({ source, amount }) => `${SOURCE_NAMES[source]} ${money(amount)}`)
        .join(', ') || EMPTY;
  if (field === 'divisions') return (value) => (value as string[]).map((code) => `«${code}»`).join(', ') || EMPTY;
  return plainValue;
}

const money = (value: unknown): string => roubles(parseMoney(String(value)));
