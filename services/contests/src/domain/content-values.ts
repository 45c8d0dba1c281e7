import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { formatMoney } from '@veche/kit/domain/money';
import type { Content } from './application.ts';

/** Where the answers to the form stand among the fields of an application. */
const ANSWERS = 'answers.';

/** Fields of an application beside the answers, in the order in which people read them. */
export const PLAIN_FIELDS = [
  'title',
  'oktmo',
  'category',
  'totalCost',
  'funding',
  'beneficiaries',
  'population',
  'divisions',
] as const satisfies readonly (keyof Content)[];

/** The JSON value of each field, `title` or `answers.problem`; money in roubles as text, null where nothing was filled in. */
export function valuesOf(content: Content): Map<string, unknown> {
  const { totalCost, funding } = content;
  const shown: Partial<Record<keyof Content, unknown>> = {
    totalCost: formatMoney(totalCost),
    funding: funding.map(({ source, amount }) => ({ source, amount: formatMoney(amount) })),
    // Drafts from before there were divisions have none.
    divisions: content.divisions ?? [],
  };
  const plain = PLAIN_FIELDS.map((name) => [name, shown[name] ?? content[name]] as const);
  const answers = Object.entries(content.answers).map(([name, value]) => [`${ANSWERS}${name}`, value] as const);
  return new Map<string, unknown>([...plain, ...answers]);
}

/** The name of an answer, null for a field that is none. */
export const answerName = (field: string): string | null =>
  field.startsWith(ANSWERS) ? field.slice(ANSWERS.length) : null;

export const sameValue = (one: unknown, other: unknown): boolean =>
  one === other || canonicalJson(plain(one)) === canonicalJson(plain(other));

/** Absent and null are the same, and so are members that are absent. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

/** What a field was and has become; null: not filled in. */
export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}

/** Fields that differ between two contents, in the order of the first. */
export function changedFields(before: Content, after: Content): FieldChange[] {
  const [old, fresh] = [valuesOf(before), valuesOf(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .map((field) => ({ field, before: old.get(field) ?? null, after: fresh.get(field) ?? null }))
    .filter((change) => !sameValue(change.before, change.after));
}
