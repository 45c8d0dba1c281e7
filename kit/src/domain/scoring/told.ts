import { toDecimalString, type Rational } from '../rational.ts';
import type { CriterionResult } from './assess.ts';

const PLACES = { least: 2, input: 6 };

/** A criterion's part in a score, for people. */
export interface CriterionScore {
  code: string;
  title: string;
  /** The number that the criterion looked at, six decimals; null where it looks at none. */
  input: string | null;
  /** Two decimals or as many as the criterion is rounded to, before and after the weight. */
  points: string;
  weighted: string;
}

export const criterionScore = ({ criterion, input, points, weighted }: CriterionResult): CriterionScore => ({
  code: criterion.code,
  title: criterion.title,
  input: input && toDecimalString(input, PLACES.input),
  points: decimals(points, criterion.round?.places),
  weighted: decimals(weighted, criterion.round?.places),
});

/** Two decimals, or as many as it is rounded to. */
export const decimals = (value: Rational, places = 0): string => toDecimalString(value, Math.max(places, PLACES.least));
