import type { Rejection } from '@veche/kit/domain/decision';
import { chosenOf, limitsOf, withDivisionQuotas, type Division } from '@veche/kit/domain/division';
import type { VotingRule } from '@veche/kit/domain/voting-rule';
import type { FieldError } from './field-error.ts';

export type { Division };

/** The rule of the vote as it is frozen and applied: with the quotas that the money and places of groups and nominations are. */
export const appliedRule = ({
  votingRule,
  divisions,
  budget,
}: {
  votingRule: object;
  // Contests from before there were divisions have none.
  divisions?: readonly Division[];
  budget: bigint;
}): VotingRule => withDivisionQuotas(votingRule as VotingRule, limitsOf(divisions ?? [], budget));

const MOST = 100;
/** As a quota of a rule of the vote. */
const PLACES = 1000;
const isPlaces = (count: number): boolean => Number.isInteger(count) && count >= 1 && count <= PLACES;
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
  [!isPlaces(winnersLimit ?? 1), 'winnersLimit', `победителей от 1 до ${PLACES}`],
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
  const mine = chosenOf(divisions, chosen);
  if (mine.length < new Set(chosen).size) return [{ path: 'divisions', code: 'NOT_ALLOWED' }];
  const kinds = [...new Set(divisions.map(({ kind }) => kind))];
  const wrong = kinds.map((kind) => mine.filter((one) => one.kind === kind).length).filter((count) => count !== 1);
  if (wrong.length > 0) return [{ path: 'divisions', code: wrong.includes(0) ? 'REQUIRED' : 'NOT_ALLOWED' }];
  const dear = mine.some(({ budget }) => (budget ?? null) !== null && budgeted > budget!);
  return dear ? [{ path: 'funding', code: 'OVER_LIMIT' }] : [];
}
