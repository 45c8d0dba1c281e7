import type { Rejection } from '@veche/kit/domain/decision';
import { validatorOf } from './form-engine.ts';
import { linearPattern } from './linear-pattern.ts';

/** Bounds of a form: characters of its JSON, levels, and schemas after every reference is followed. */
const LIMITS = { characters: 100_000, depth: 16, schemas: 3000, items: 1000 };

type Fault = { path: readonly string[]; reason: string };
type Schema = Record<string, unknown>;

/** Why a form cannot be asked for, with the place; nothing in it may cost more than its size to check. */
export function formProblem(form: unknown): Rejection<'FORM_INVALID'> | null {
  const fault = sizeFault(form) ?? rootFault(form) ?? schemaFault(form as Schema) ?? engineFault(form as Schema);
  return fault && { code: 'FORM_INVALID', path: ['form', ...fault.path], params: { reason: fault.reason } };
}

function sizeFault(form: unknown): Fault | null {
  // Depth first: to write out what is nested a million times would itself break.
  if (!isShallow(form, LIMITS.depth)) return { path: [], reason: `вложенность больше ${LIMITS.depth}` };
  return JSON.stringify(form ?? null).length > LIMITS.characters
    ? { path: [], reason: `схема длиннее ${LIMITS.characters} знаков` }
    : null;
}

const isShallow = (value: unknown, left: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (left > 0 && Object.values(value).every((one) => isShallow(one, left - 1)));

function rootFault(form: unknown): Fault | null {
  const { type, additionalProperties, properties } = (form ?? {}) as Schema;
  if (type !== 'object' || !isSchema(properties)) return { path: ['type'], reason: 'форма описывает объект с полями' };
  return additionalProperties === false
    ? null
    : { path: ['additionalProperties'], reason: 'форма не допускает неописанных полей' };
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Walks the form with every reference followed, so that what a few lines unfold to is counted. */
function schemaFault(form: Schema): Fault | null {
  const definitions = isSchema(form['$defs']) ? form['$defs'] : {};
  let left = LIMITS.schemas;
  const walk = (schema: unknown, path: readonly string[], open: readonly string[]): Fault | null => {
    if (!isSchema(schema)) return null;
    left -= 1;
    if (left < 0) return { path, reason: `вместе со ссылками в форме больше ${LIMITS.schemas} описаний` };
    const own = ownFault(schema, path);
    if (own) return own;
    const { $ref } = schema;
    if ($ref === undefined) return firstFault(childrenOf(schema, path), (child, at) => walk(child, at, open));
    const name = /^#\/\$defs\/([A-Za-z0-9_-]{1,60})$/.exec(String($ref))?.[1];
    if (!name || !Object.hasOwn(definitions, name))
      return { path: [...path, '$ref'], reason: 'ссылка ведёт не в $defs формы' };
    if (open.includes(name)) return { path: [...path, '$ref'], reason: 'ссылки замкнуты в круг' };
    return walk(definitions[name], [...path, '$ref'], [...open, name]);
  };
  return walk(form, [], []);
}

function firstFault(
  children: readonly (readonly [unknown, readonly string[]])[],
  walk: (child: unknown, path: readonly string[]) => Fault | null,
): Fault | null {
  for (const [child, path] of children) {
    const fault = walk(child, path);
    if (fault) return fault;
  }
  return null;
}

const SINGLE = ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames'];
const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const NAMED = ['properties', 'dependentSchemas', '$defs'];
const FORBIDDEN = [
  '$id',
  '$anchor',
  '$dynamicRef',
  '$dynamicAnchor',
  '$schema',
  'unevaluatedProperties',
  'patternProperties',
];

const childrenOf = (schema: Schema, path: readonly string[]): [unknown, readonly string[]][] => [
  ...SINGLE.map((key): [unknown, readonly string[]] => [schema[key], [...path, key]]),
  ...[...LISTS, ...NAMED].flatMap((key) =>
    Object.entries(schema[key] ?? {}).map(([name, child]): [unknown, readonly string[]] => [
      child,
      [...path, key, name],
    ]),
  ),
];

function ownFault(schema: Schema, path: readonly string[]): Fault | null {
  const forbidden = FORBIDDEN.find((key) => key in schema);
  if (forbidden) return { path: [...path, forbidden], reason: `ключевое слово ${forbidden} не поддерживается` };
  const { type, maxItems, pattern } = schema;
  const bounded = typeof maxItems === 'number' && maxItems <= LIMITS.items;
  if (type === 'array' && !bounded)
    return { path: [...path, 'maxItems'], reason: `число строк ограничивается, не больше ${LIMITS.items}` };
  return pattern === undefined ? null : patternFault(pattern, [...path, 'pattern']);
}

function patternFault(pattern: unknown, path: readonly string[]): Fault | null {
  try {
    linearPattern(String(pattern));
    return null;
  } catch {
    return { path, reason: 'шаблон строки слишком сложен: обратные ссылки, просмотр вперёд и назад не допускаются' };
  }
}

function engineFault(form: Schema): Fault | null {
  try {
    validatorOf(form);
    return null;
  } catch (error) {
    return { path: [], reason: (error as Error).message.slice(0, 300) };
  }
}

/** How a field can be shown, by the type of its value; null: any type. */
const WIDGETS: Readonly<Record<string, string | null>> = {
  text: 'string',
  textarea: 'string',
  select: 'string',
  radio: 'string',
  date: 'string',
  directory: 'string',
  number: 'integer',
  money: 'string',
  checkbox: 'boolean',
  table: 'array',
  file: 'object',
  map: 'object',
  period: 'object',
  hidden: null,
};
const UI_MEMBERS = ['widget', 'help', 'placeholder', 'section', 'order', 'titles'];

/** Why a UI schema does not fit its form: it names fields of the form and says how each is shown. */
export function uiProblem(form: object, uiSchema: unknown): Rejection<'FORM_INVALID'> | null {
  const fields = (form as { properties?: Schema }).properties ?? {};
  if (!isSchema(uiSchema)) return refuse([], 'описание вида формы — объект с полями');
  for (const [name, ui] of Object.entries(uiSchema)) {
    const reason = Object.hasOwn(fields, name) ? memberReason(ui, fields[name]) : 'такого поля в форме нет';
    if (reason) return refuse([name], reason);
  }
  return null;
}

function memberReason(ui: unknown, field: unknown): string | null {
  if (!isSchema(ui) || Object.keys(ui).some((key) => !UI_MEMBERS.includes(key)))
    return `допускаются ${UI_MEMBERS.join(', ')}`;
  const { widget, order, titles = {}, ...texts } = ui;
  if (!areTexts(titles, 300)) return 'названия вариантов — тексты до 300 знаков';
  if (!areTexts(texts, 1000)) return 'тексты до 1000 знаков';
  if (order !== undefined && !Number.isInteger(order)) return 'порядок — целое число';
  return widget === undefined || fitsField(widget, field) ? null : 'такой элемент не подходит полю';
}

const areTexts = (members: unknown, longest: number): boolean =>
  isSchema(members) && Object.values(members).every((text) => typeof text === 'string' && text.length <= longest);

function fitsField(widget: unknown, field: unknown): boolean {
  if (typeof widget !== 'string' || !Object.hasOwn(WIDGETS, widget)) return false;
  const wanted = WIDGETS[widget];
  return wanted === null || wanted === (field as Schema)['type'];
}

const refuse = (path: string[], reason: string): Rejection<'FORM_INVALID'> => ({
  code: 'FORM_INVALID',
  path: ['uiSchema', ...path],
  params: { reason },
});
