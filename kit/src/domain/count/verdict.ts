import type { Rational } from '../rational.ts';
import type { Quota } from '../voting-rule.ts';
import type { Standing } from './election.ts';

/** What the rule says of one project. */
export interface Verdict {
  outcome: 'WINNER' | 'RESERVE' | 'NOT_SELECTED';
  reason: Reason;
  /** Money left at its place, kopecks. */
  left: bigint;
  /** What its supporters paid per unit of utility, or their load, when it was bought. */
  price?: Rational;
  /** The quota that keeps it out, and what was left of that: winners or kopecks. */
  quota?: { rule: Quota; left: bigint };
}

export const REASONS = [
  'FITS_BUDGET',
  'OVER_BUDGET',
  'STOPPED',
  'BELOW_THRESHOLD',
  'NO_SUPPORT',
  'TOP_UP',
  'EQUAL_SHARE',
  'SUPPORTERS_OUT_OF_MONEY',
  'COMPLETION',
  'WITHDRAWN',
  'BARRED',
  'NO_EXPERT_SCORE',
  'BELOW_EXPERT_MINIMUM',
  'BELOW_COST_SHARE',
  'MAJORITY_AGAINST',
  'EXCLUDED',
  'NO_PART',
  'QUOTA',
  'PHRAGMEN',
  'REDISTRIBUTED',
] as const;
export type Reason = (typeof REASONS)[number];

/** A project with its verdict. */
export interface Placed {
  standing: Standing;
  verdict: Verdict;
}

/** Allocation of one budget. */
export interface Allocation {
  /** By place. */
  placed: Placed[];
  /** In the order of selection. */
  winners: Standing[];
  /** Cost of the winners, and how much of it a reserve pays; kopecks. */
  spent: bigint;
  fromReserve: bigint;
}
