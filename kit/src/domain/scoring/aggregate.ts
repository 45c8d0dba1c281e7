import type { Aggregate } from '../criterion.ts';
import { rational, type Rational } from '../rational.ts';

/** One number of the whole marks of those who took part, exact; 0 when nobody did. The absent are not counted as zero. */
export const aggregateOf = (marks: readonly number[], how: Aggregate): Rational =>
  marks.length === 0 ? rational(0n) : HOW[how](marks);

const HOW: Record<Aggregate, (marks: readonly number[]) => Rational> = {
  MEAN: mean,
  MEDIAN: (marks) => {
    const sorted = marks.toSorted((a, b) => a - b);
    const half = sorted.length / 2;
    return Number.isInteger(half) ? mean(sorted.slice(half - 1, half + 1)) : mean([sorted[Math.floor(half)]!]);
  },
  TRIMMED: (marks) => mean(marks.length < 3 ? marks : marks.toSorted((a, b) => a - b).slice(1, -1)),
};

// Whole points of at most 100, so a float holds the sum of any number of experts exactly.
function mean(marks: readonly number[]): Rational {
  let sum = 0;
  for (const mark of marks) sum += mark;
  return rational(BigInt(sum), BigInt(marks.length));
}
