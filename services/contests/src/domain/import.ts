import type { Rejection } from '@veche/kit/domain/decision';
import type { ImportedApplication } from './application-steps.ts';

const MOST = 500;

/** Longest texts of a line; other systems have longer titles than the form of this one allows. */
const LONGEST = { number: 50, title: 500, category: 100 } as const;

/** Path of the first text that is empty or too long, or of an empty list; null when all is sound. */
export function textFault(lines: readonly ImportedApplication[]): string[] | null {
  if (lines.length === 0) return ['applications'];
  const fields = Object.keys(LONGEST) as (keyof typeof LONGEST)[];
  for (const [index, line] of lines.entries()) {
    const wrong = fields.find((field) => line[field].length > LONGEST[field] || (needed(field) && !line[field].trim()));
    if (wrong) return ['applications', String(index), wrong];
  }
  return null;
}

// Other systems do not always sort their projects by type.
const needed = (field: string): boolean => field !== 'category';

/** What is wrong with the lines of an import among themselves. */
export function importFault(
  lines: readonly ImportedApplication[],
): Rejection<'TOO_MANY_ITEMS' | 'NUMBER_TAKEN' | 'BUDGET_NOT_POSITIVE'> | null {
  if (lines.length > MOST) return { code: 'TOO_MANY_ITEMS', path: ['applications'], params: { max: MOST } };
  const numbers = lines.map(({ number }) => number);
  const repeated = numbers.findIndex((number, index) => numbers.indexOf(number) !== index);
  if (repeated >= 0)
    return {
      code: 'NUMBER_TAKEN',
      path: ['applications', String(repeated), 'number'],
      params: { number: numbers[repeated]! },
    };
  const free = lines.findIndex(({ totalCost }) => totalCost <= 0n);
  return free < 0 ? null : { code: 'BUDGET_NOT_POSITIVE', path: ['applications', String(free), 'totalCost'] };
}
