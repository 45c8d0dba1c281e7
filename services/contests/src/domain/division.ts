import type { Rejection } from '@veche/kit/domain/decision';
import type { FieldError } from './field-error.ts';

/** A part of a contest that competes by itself: a group of applicants (city districts, settlements) or a nomination. */
export interface Division {
  /** Unique in the contest. */
  code: string;
  kind: 'GROUP' | 'NOMINATION';
  title: string;
  /** Kopecks of the contest's budget that are kept for it; null: no money of its own. */
  budget?: bigint | null;
  /** Fewest points that let an application win, decimal; null: none. */
  passingScore?: string | null;
  /** Most winners; null: as many as the money allows. */
  winnersLimit?: number | null;
}

const MOST = 100;
const CODE = /^[a-z0-9](-?[a-z0-9]){0,39}$/;
const DECIMAL = /^\d{1,9}(\.\d{1,6})?$/;

type Fault = [wrong: boolean, field: string, reason: string];

/** The first thing that is wrong with the groups and nominations of a contest. `budget` in kopecks. */
export function divisionProblem(divisions: readonly Division[], budget: bigint): Rejection<'DIVISION_INVALID'> | null {
  if (divisions.length > MOST) return refuse([], `их больше ${MOST}`);
  for (const [index, division] of divisions.entries()) {
    const fault = faultsOf(division, divisions.slice(0, index)).find(([wrong]) => wrong);
    if (fault) return refuse([String(index), fault[1]], fault[2]);
  }
  const over = (['GROUP', 'NOMINATION'] as const).find((kind) => moneyOf(divisions, kind) > budget);
  return over ? refuse([], 'их средства вместе больше бюджета конкурса') : null;
}

const refuse = (path: readonly string[], reason: string): Rejection<'DIVISION_INVALID'> => ({
  code: 'DIVISION_INVALID',
  path: ['divisions', ...path],
  params: { reason },
});

const faultsOf = (
  { code, title, budget, passingScore, winnersLimit }: Division,
  before: readonly Division[],
): Fault[] => [
  [!CODE.test(code), 'code', 'код состоит из строчных латинских букв, цифр и дефисов'],
  [before.some((other) => other.code === code), 'code', 'код повторяется'],
  [title.trim() === '' || title.length > 200, 'title', 'название содержит от 1 до 200 знаков'],
  [(budget ?? 1n) <= 0n, 'budget', 'сумма должна быть больше нуля'],
  [!DECIMAL.test(passingScore ?? '0'), 'passingScore', 'проходной балл — десятичное число от 0'],
  [!Number.isInteger(winnersLimit ?? 1) || (winnersLimit ?? 1) < 1, 'winnersLimit', 'победителей не меньше одного'],
];

const moneyOf = (divisions: readonly Division[], kind: Division['kind']): bigint =>
  divisions.filter((one) => one.kind === kind).reduce((sum, { budget }) => sum + (budget ?? 0n), 0n);

/**
 * What is wrong with the choice of an application: one of each kind that the contest has, and no more of the contest's money (kopecks) than
 * each of them has.
 */
export function choiceErrors(
  divisions: readonly Division[],
  chosen: readonly string[],
  budgeted: bigint,
): FieldError[] {
  const mine = divisions.filter(({ code }) => chosen.includes(code));
  if (mine.length < new Set(chosen).size) return [{ path: 'divisions', code: 'NOT_ALLOWED' }];
  const kinds = [...new Set(divisions.map(({ kind }) => kind))];
  const wrong = kinds.map((kind) => mine.filter((one) => one.kind === kind).length).filter((count) => count !== 1);
  if (wrong.length > 0) return [{ path: 'divisions', code: wrong.includes(0) ? 'REQUIRED' : 'NOT_ALLOWED' }];
  const dear = mine.some(({ budget }) => (budget ?? null) !== null && budgeted > budget!);
  return dear ? [{ path: 'funding', code: 'OVER_LIMIT' }] : [];
}
