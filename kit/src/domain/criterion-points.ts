import type { CriterionInput, LinearCriterion, StepCriterion, StepRange } from './criterion.ts';
import { compare, div, mul, parseRational, rational, sub, type Rational } from './rational.ts';

/** What the criteria read of an application; money in kopecks. */
export interface AssessedFacts {
  totalCost: bigint;
  funding: readonly { source: string; amount: bigint }[];
  beneficiaries: number;
  population: number;
}

const SOURCE: Partial<Record<CriterionInput, string>> = {
  CITIZENS_SHARE: 'CITIZENS',
  BUSINESS_SHARE: 'BUSINESS',
  MUNICIPAL_SHARE: 'MUNICIPAL',
};

const ZERO = rational(0n);
const ONE = rational(1n);

/** An input in percent, exact; 0 where the whole is unknown. */
export function inputOf(input: CriterionInput, facts: AssessedFacts): Rational {
  const source = SOURCE[input];
  if (!source) return percent(BigInt(facts.beneficiaries), BigInt(facts.population));
  const amount = facts.funding.filter((line) => line.source === source).reduce((sum, line) => sum + line.amount, 0n);
  return percent(amount, facts.totalCost);
}

const percent = (part: bigint, whole: bigint): Rational => (whole > 0n ? rational(part * 100n, whole) : ZERO);

/** Points of a computed criterion before its weight, exact: clamp((x - a) / (b - a), 0, 1) * max, or the points of the range. */
export function pointsOf(criterion: LinearCriterion | StepCriterion, x: Rational): Rational {
  if (criterion.kind === 'STEP')
    return parseRational(criterion.parameters.ranges.find((range) => contains(range, x))!.points);
  const a = parseRational(criterion.parameters.a);
  const share = div(sub(x, a), sub(parseRational(criterion.parameters.b), a));
  return mul(clamp(share), parseRational(criterion.maxPoints));
}

function clamp(share: Rational): Rational {
  if (compare(share, ZERO) < 0) return ZERO;
  return compare(share, ONE) > 0 ? ONE : share;
}

function contains({ from, fromIncluded, to, toIncluded }: StepRange, x: Rational): boolean {
  const above = compare(x, parseRational(from));
  if (above < 0 || (above === 0 && !fromIncluded)) return false;
  if (to === null) return true;
  const below = compare(x, parseRational(to));
  return below < 0 || (below === 0 && toIncluded);
}
