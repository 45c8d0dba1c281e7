/** What is known of one case as whole numbers, the same features in the same order for all, and what a person answered. */
export interface Example {
  values: readonly number[];
  yes: boolean;
}

/** A logistic regression: the probability of yes is 1 / (1 + exp(-(intercept + weights · values))). */
export interface Fit {
  intercept: number;
  weights: readonly number[];
}

/** Strength with which weights are held near zero, so that what was seen a few times says little. */
const RIDGE = 1;
const ROUNDS = 200;
const STILL = 1e-9;
/** Places of a published weight; what is published is what is computed with. */
const PLACES = 6;

type Matrix = readonly (readonly number[])[];

/**
 * The weights that explain the answers best. Every step goes up a quadratic that lies below the likelihood (its curvature is never above a
 * quarter of that of the values: Böhning and Lindsay, 1988), so each is an improvement, none overshoots, and their number is bounded. The same
 * examples in the same order give the same weights.
 */
export function fit(examples: readonly Example[], features: number): Fit {
  const rows = examples.map(({ values }) => [1, ...values]);
  const lower = cholesky(curvatureOf(rows, features + 1));
  let weights = Array.from({ length: features + 1 }, () => 0);
  for (let round = 0; round < ROUNDS; round += 1) {
    const step = solve(lower, slopeOf(examples, rows, weights));
    weights = weights.map((weight, index) => weight + step[index]!);
    if (Math.max(...step.map(Math.abs)) < STILL) break;
  }
  const [intercept, ...rest] = weights.map((weight) => Number(weight.toFixed(PLACES)));
  return { intercept: intercept!, weights: rest };
}

export const probability = ({ intercept, weights }: Fit, values: readonly number[]): number =>
  likely(intercept + dot(weights, values));

const likely = (score: number): number => 1 / (1 + Math.exp(-score));
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, one, index) => sum + one * b[index]!, 0);

/** The intercept, in the first place, is not held near zero. */
const ridgeAt = (index: number): number => (index === 0 ? 0 : RIDGE);

function curvatureOf(rows: Matrix, size: number): number[][] {
  return Array.from({ length: size }, (_row, i) =>
    Array.from(
      { length: size },
      (_column, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0) / 4 + (i === j ? ridgeAt(i) : 0),
    ),
  );
}

function slopeOf(examples: readonly Example[], rows: Matrix, weights: readonly number[]): number[] {
  const errors = rows.map((row, index) => Number(examples[index]!.yes) - likely(dot(weights, row)));
  return weights.map(
    (weight, i) => rows.reduce((sum, row, index) => sum + errors[index]! * row[i]!, 0) - ridgeAt(i) * weight,
  );
}

/** Lower triangle L of a positive definite matrix A = L·Lᵀ. */
function cholesky(matrix: Matrix): number[][] {
  const lower = matrix.map((row) => row.map(() => 0));
  for (const [i, row] of lower.entries())
    for (let j = 0; j <= i; j += 1) {
      const rest = matrix[i]![j]! - dot(row.slice(0, j), lower[j]!);
      row[j] = i === j ? Math.sqrt(rest) : rest / lower[j]![j]!;
    }
  return lower;
}

/** x of L·Lᵀ·x = b. */
function solve(lower: Matrix, right: readonly number[]): number[] {
  const size = right.length;
  const forward: number[] = [];
  for (let i = 0; i < size; i += 1) forward.push((right[i]! - dot(forward, lower[i]!)) / lower[i]![i]!);
  const found = forward.map(() => 0);
  for (let i = size - 1; i >= 0; i -= 1) {
    const known = lower.reduce((sum, row, k) => (k > i ? sum + row[i]! * found[k]! : sum), 0);
    found[i] = (forward[i]! - known) / lower[i]![i]!;
  }
  return found;
}
