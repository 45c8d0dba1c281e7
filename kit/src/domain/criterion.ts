import { compare, parseRational, type Rational } from './rational.ts';

/** Value that a criterion takes from the facts of an application, in percent. */
export const CRITERION_INPUTS = ['CITIZENS_SHARE', 'BUSINESS_SHARE', 'MUNICIPAL_SHARE', 'BENEFICIARIES_SHARE'] as const;
export type CriterionInput = (typeof CRITERION_INPUTS)[number];

interface Common {
  /** Unique in the contest. */
  code: string;
  title: string;
  /** Most points before the weight, decimal. */
  maxPoints: string;
  /** Factor of the points in the total, decimal, not negative. */
  weight: string;
}

/** Each expert gives whole points from 0 to `maxPoints`; their mean counts. */
export interface ExpertCriterion extends Common {
  kind: 'EXPERT';
  parameters: { commentRequired: boolean };
}

/** Straight line: no points at `a`, all at `b`, clamped. */
export interface LinearCriterion extends Common {
  kind: 'LINEAR';
  parameters: { input: CriterionInput; a: string; b: string };
}

/** A range of values with its points; each end says whether it belongs to the range. `to` null: without end. */
export interface StepRange {
  from: string;
  fromIncluded: boolean;
  to: string | null;
  toIncluded: boolean;
  points: string;
}

export interface StepCriterion extends Common {
  kind: 'STEP';
  parameters: { input: CriterionInput; ranges: readonly StepRange[] };
}

export type Criterion = ExpertCriterion | LinearCriterion | StepCriterion;

export interface CriterionProblem {
  /** Code of the criterion, or its position when it has none. */
  criterion: string;
  reason: string;
}

const DECIMAL = /^\d{1,9}(\.\d{1,6})?$/;
const isDecimal = (value: unknown): value is string => typeof value === 'string' && DECIMAL.test(value);

/**
 * Everything that is wrong with the criteria of a contest; empty when they can be applied. Real regulations have gaps ("0-30", "31-60")
 * and overlaps ("0-5", "5-10"): both are refused with the place, because nobody knows what they mean.
 */
export function criteriaProblems(criteria: readonly Criterion[]): CriterionProblem[] {
  const seen = new Set<string>();
  return criteria.flatMap((criterion, index) => {
    const name = criterion.code || `#${index + 1}`;
    const repeated = seen.has(name) ? ['the code occurs twice'] : [];
    seen.add(name);
    return [...repeated, ...problemsOf(criterion)].map((reason) => ({ criterion: name, reason }));
  });
}

function problemsOf(criterion: Criterion): string[] {
  const { weight, maxPoints } = criterion;
  if (!isDecimal(weight)) return ['the weight must be a decimal number from 0'];
  if (!isDecimal(maxPoints) || compare(parseRational(maxPoints), ZERO) <= 0) return ['maxPoints must be above 0'];
  switch (criterion.kind) {
    case 'EXPERT':
      return /^\d{1,3}$/.test(maxPoints) && Number(maxPoints) <= 100 ? [] : ['experts give whole points, at most 100'];
    case 'LINEAR':
      return linearProblems(criterion.parameters);
    case 'STEP':
      return stepProblems(criterion.parameters, parseRational(maxPoints));
    default:
      return ['unknown kind'];
  }
}

const ZERO: Rational = { n: 0n, d: 1n };
const knownInput = (input: string): boolean => (CRITERION_INPUTS as readonly string[]).includes(input);

function linearProblems({ input, a, b }: LinearCriterion['parameters']): string[] {
  if (!knownInput(input)) return [`unknown input ${input}`];
  if (!isDecimal(a) || !isDecimal(b)) return ['the bounds must be decimal numbers'];
  return compare(parseRational(a), parseRational(b)) === 0 ? ['the bounds must differ'] : [];
}

function stepProblems({ input, ranges }: StepCriterion['parameters'], max: Rational): string[] {
  if (!knownInput(input)) return [`unknown input ${input}`];
  if (ranges.length === 0) return ['at least one range is needed'];
  if (!ranges.every(({ from, to, points }) => isDecimal(from) && (to === null || isDecimal(to)) && isDecimal(points))) {
    return ['bounds and points must be decimal numbers'];
  }
  const tooMany = ranges
    .filter(({ points }) => compare(parseRational(points), max) > 0)
    .map(({ from }) => `points above the maximum in the range from ${from}`);
  return [...tooMany, ...coverProblems(ranges)];
}

/** The ranges must cover everything from 0 on, each value once. */
function coverProblems(ranges: readonly StepRange[]): string[] {
  const first = ranges[0]!;
  const last = ranges.at(-1)!;
  const problems: string[] = [];
  if (compare(parseRational(first.from), ZERO) !== 0 || !first.fromIncluded)
    problems.push('gap: the first range must begin with 0, included');
  if (last.to !== null) problems.push(`gap: nothing is said above ${last.to}`);
  for (const [index, next] of ranges.slice(1).entries()) problems.push(...jointProblems(ranges[index]!, next));
  return problems;
}

function jointProblems(previous: StepRange, next: StepRange): string[] {
  if (previous.to === null) return [`overlap: a range follows the endless one from ${previous.from}`];
  const order = compare(parseRational(previous.to), parseRational(next.from));
  if (order < 0) return [`gap between ${previous.to} and ${next.from}`];
  if (order > 0) return [`overlap between ${next.from} and ${previous.to}`];
  if (previous.toIncluded && next.fromIncluded) return [`overlap at ${next.from}`];
  return previous.toIncluded || next.fromIncluded ? [] : [`gap at ${next.from}`];
}
