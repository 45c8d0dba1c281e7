import type { Criterion, GateCriterion } from '../criterion.ts';
import type { Division } from '../division.ts';
import type { Values } from '../formula/evaluate.ts';
import type { Value } from '../formula/syntax.ts';
import { add, compare, div, mul, parseRational, rational, shortDecimal, type Rational } from '../rational.ts';
import { answerValue, FACTS, nothingOf, TOLD_LATER, type AssessedFacts } from './facts.ts';
import type { Plan, PlannedCriterion } from './plan.ts';
import type { Cohort, Subject } from './prepared.ts';
import { rounded } from './reader.ts';
import type { Standing } from './tie-breakers.ts';

/** An admitted application with the marks of the experts who took part, by criterion. */
export interface Candidate {
  id: string;
  facts: AssessedFacts;
  marks: ReadonlyMap<string, readonly number[]>;
  /** The group of applicants and the nomination that it chose, whose passing scores bar as thresholds do. */
  divisions?: readonly Division[];
}

export interface CriterionResult {
  criterion: Criterion;
  /** The number it looked at, null where it looked at none. */
  input: Rational | null;
  points: Rational;
  /** Part of the points in the total, or in its group. */
  weighted: Rational;
}

export interface Assessed extends Standing {
  id: string;
  group: string;
  total: Rational;
  criteria: readonly CriterionResult[];
  /** Why it does not take part in the ranking, in Russian; empty when it does. */
  barred: readonly string[];
}

/** One whose place was determined: from 1 in its group; those who are barred come after all others. */
export interface Ranked extends Assessed {
  place: number;
  tied: boolean;
}

const ZERO = rational(0n);

/**
 * Ranks the admitted applications by the rules of their contest, each group by itself. Everything that depends on others is taken from
 * the candidates given, so a cohort that has changed is simply ranked anew.
 */
export function rank(plan: Plan, candidates: readonly Candidate[]): Ranked[] {
  const subjects = candidates.map((candidate) => subjectOf(plan, candidate));
  const groups = Map.groupBy(subjects, ({ group }) => group);
  const names = [...groups.keys()].toSorted();
  return names.flatMap((group) => places(plan, assessGroup(plan, groups.get(group)!)));
}

/** What is known before the experts: gates of other stages are not asked. Why an application does not reach the experts, in Russian; empty when it does. */
export const stoppedBefore = (plan: Plan, facts: AssessedFacts): string[] => failedGates(plan, facts, isBefore);

/** Why an application does not take part, whatever anybody says of it, in Russian: the gates that it fails; empty when there are none. */
export const stoppedByGates = (plan: Plan, facts: AssessedFacts): string[] => failedGates(plan, facts, () => true);

function failedGates(plan: Plan, facts: AssessedFacts, asked: (gate: GateCriterion) => boolean): string[] {
  const subject: Subject = { values: valuesOf(plan, facts), marks: new Map() };
  return plan.criteria.flatMap(({ criterion, prepared }) =>
    isGate(criterion) && asked(criterion) && !prepared!.passes!(subject) ? [criterion.parameters.message] : [],
  );
}

/** The same of the gates that read nothing but what an admission tells. */
export const stoppedAtAdmission = (plan: Plan, facts: AssessedFacts): string[] =>
  failedGates(plan, facts, (gate) => !reads(plan, gate, (text) => TOLD_LATER.test(text)));

/** Whether a gate that stands before the experts reads what begins with a prefix. */
export const gatesRead = (plan: Plan, prefix: string): boolean =>
  plan.criteria.some(({ criterion }) => isBefore(criterion) && reads(plan, criterion, (text) => text.includes(prefix)));

/** Whether a gate reads something, itself or by way of a derived value. */
function reads({ scoring }: Plan, { parameters }: GateCriterion, wanted: (text: string) => boolean): boolean {
  const { condition } = parameters;
  return (
    wanted(condition) || (condition.includes('derived.') && scoring.derived.some(({ formula }) => wanted(formula)))
  );
}

const isGate = (criterion: Criterion): criterion is GateCriterion => criterion.kind === 'GATE';

const isBefore = (criterion: Criterion): criterion is GateCriterion =>
  isGate(criterion) && criterion.parameters.before === true;

interface Member extends Subject {
  candidate: Candidate;
  group: string;
}

function subjectOf(plan: Plan, candidate: Candidate): Member {
  const values = valuesOf(plan, candidate.facts);
  return { candidate, values, marks: candidate.marks, group: plan.groupOf(values) };
}

/** Values of all names, each computed once. */
function valuesOf({ derived, answers }: Plan, facts: AssessedFacts): Values {
  const known = new Map<string, Value>((facts.answers ?? []).map((answer) => [answer.name, answerValue(answer)]));
  const values = (name: string): Value => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const value = computed(name);
    known.set(name, value);
    return value;
  };
  const computed = (name: string): Value =>
    FACTS.get(name)?.read(facts) ??
    derived.get(name)?.(values) ??
    nothingOf(answers.find((answer) => answer.name === name)?.type ?? 'NUMBER');
  return values;
}

function assessGroup(plan: Plan, subjects: readonly Member[]): Assessed[] {
  const kept = new Map<string, Rational>();
  const once = (key: string, compute: () => Rational): Rational => {
    const value = kept.get(key) ?? compute();
    kept.set(key, value);
    return value;
  };
  return subjects.map((subject) => assessOne(plan, subject, { subjects, once }));
}

function assessOne(plan: Plan, subject: Member, cohort: Cohort): Assessed {
  const points = new Map<string, Rational>();
  for (const planned of plan.order) points.set(planned.criterion.code, pointsOf(planned, subject, cohort, points));
  const top = plan.criteria.filter(({ criterion }) => !criterion.group);
  const total = rounded(weightedSum(top, points, plan.scoring.weightSum), plan.scoring.round);
  const { id, facts } = subject.candidate;
  return {
    id,
    group: subject.group,
    total,
    points,
    values: subject.values,
    submittedAt: facts.submittedAt ?? null,
    criteria: plan.criteria.map((planned) => resultOf(plan, planned, subject, points)),
    barred: barredBy(plan, subject, points, total),
  };
}

function pointsOf(
  { criterion, prepared, children }: PlannedCriterion,
  subject: Subject,
  cohort: Cohort,
  points: ReadonlyMap<string, Rational>,
): Rational {
  if (prepared) return rounded(prepared.points(subject, cohort), criterion.round);
  const { weightSum = null } = criterion.parameters as { weightSum?: string | null };
  const sum = weightedSum(children, points, weightSum);
  const max = parseRational(criterion.maxPoints);
  return rounded(compare(sum, max) > 0 ? max : sum, criterion.round);
}

function weightedSum(
  criteria: readonly PlannedCriterion[],
  points: ReadonlyMap<string, Rational>,
  weightSum: string | null,
): Rational {
  const sum = criteria.reduce(
    (total, { criterion, weight }) => add(total, mul(points.get(criterion.code)!, weight)),
    ZERO,
  );
  return weightSum === null ? sum : div(sum, parseRational(weightSum));
}

function resultOf(
  { criteria, scoring }: Plan,
  { criterion, prepared, weight }: PlannedCriterion,
  subject: Subject,
  points: ReadonlyMap<string, Rational>,
): CriterionResult {
  const parent = criterion.group ? criteria.find((one) => one.criterion.code === criterion.group) : null;
  const weightSum = parent
    ? (parent.criterion.parameters as { weightSum?: string | null }).weightSum
    : scoring.weightSum;
  const own = points.get(criterion.code)!;
  const weighted = mul(own, weight);
  return {
    criterion,
    input: prepared?.input?.(subject) ?? null,
    points: own,
    weighted: weightSum ? div(weighted, parseRational(weightSum)) : weighted,
  };
}

function barredBy(plan: Plan, subject: Member, points: ReadonlyMap<string, Rational>, total: Rational): string[] {
  const failed = plan.criteria.flatMap(({ criterion, prepared }) => {
    if (criterion.kind === 'GATE') return prepared!.passes!(subject) ? [] : [criterion.parameters.message];
    const own = points.get(criterion.code)!;
    if (!criterion.least || compare(own, parseRational(criterion.least)) >= 0) return [];
    return [`По критерию «${criterion.title}» набрано ${shortDecimal(own)}, нужно не меньше ${criterion.least}.`];
  });
  const reasons = [...failed, ...belowPassing(subject.candidate.divisions ?? [], total)];
  const { threshold, groupThresholds } = plan.scoring;
  const needed = groupThresholds.find(({ group }) => group === subject.group)?.threshold ?? threshold;
  if (needed === null || compare(total, parseRational(needed)) >= 0) return reasons;
  return [...reasons, `Итоговый балл ${shortDecimal(total)}, проходной — ${needed}.`];
}

const belowPassing = (divisions: readonly Division[], total: Rational): string[] =>
  divisions.flatMap(({ title, passingScore }) =>
    passingScore && compare(total, parseRational(passingScore)) < 0
      ? [`Итоговый балл ниже проходного в «${title}» (${passingScore}).`]
      : [],
  );

/** Places by total, ties broken by the rules; what no rule breaks shares a place (1, 2, 2, 4). */
function places({ tieBreakers }: Plan, assessed: readonly Assessed[]): Ranked[] {
  const order = (a: Assessed, b: Assessed): number =>
    Number(a.barred.length > 0) - Number(b.barred.length > 0) ||
    compare(b.total, a.total) ||
    (tieBreakers.map((breaker) => breaker(a, b)).find((sign) => sign !== 0) ?? 0);
  const sorted = assessed.toSorted((a, b) => order(a, b) || (a.id < b.id ? -1 : 1));
  const ranked: Ranked[] = [];
  for (const [index, one] of sorted.entries()) {
    const before = sorted[index - 1];
    const same = before !== undefined && order(before, one) === 0;
    if (same) ranked[index - 1]!.tied = true;
    ranked.push({ ...one, place: same ? ranked[index - 1]!.place : index + 1, tied: same });
  }
  return ranked;
}
