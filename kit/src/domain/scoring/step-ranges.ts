import type { StepRange } from '../criterion.ts';
import { compare, parseRational, type Rational } from '../rational.ts';
import type { Problem } from '../shape.ts';

const ZERO: Rational = { n: 0n, d: 1n };

/** What is wrong with ranges that must cover everything from 0 to `end`, each value once; `end` null: without end. Paths from `path`. */
export function rangeProblems(ranges: readonly StepRange[], end: string | null, path: string): Problem[] {
  const first = ranges[0]!;
  const last = ranges.at(-1)!;
  const problems: Problem[] = [];
  if (compare(parseRational(first.from), ZERO) !== 0 || !first.fromIncluded)
    problems.push({ path: `${path}.0.from`, reason: 'разрыв: первый диапазон должен начинаться с 0 включительно' });
  for (const [index, next] of ranges.slice(1).entries()) {
    const reason = jointProblem(ranges[index]!, next);
    if (reason) problems.push({ path: `${path}.${index + 1}.from`, reason });
  }
  const reason = endProblem(last, end);
  if (reason) problems.push({ path: `${path}.${ranges.length - 1}.to`, reason });
  return [...problems, ...ranges.flatMap((range, index) => emptyProblem(range, `${path}.${index}.to`))];
}

function jointProblem(previous: StepRange, next: StepRange): string | null {
  if (previous.to === null) return `наложение: перед ним диапазон без конца, от ${previous.from}`;
  const order = compare(parseRational(previous.to), parseRational(next.from));
  if (order < 0) return `разрыв между ${previous.to} и ${next.from}: баллов для этих значений нет`;
  if (order > 0) return `наложение между ${next.from} и ${previous.to}: баллов для этих значений двое`;
  if (previous.toIncluded && next.fromIncluded)
    return `наложение в точке ${next.from}: граница принадлежит обоим диапазонам`;
  return previous.toIncluded || next.fromIncluded
    ? null
    : `разрыв в точке ${next.from}: граница не принадлежит ни одному диапазону`;
}

function endProblem({ to }: StepRange, end: string | null): string | null {
  if (end === null) return to === null ? null : `разрыв: для значений выше ${to} баллов нет`;
  if (to !== null && compare(parseRational(to), parseRational(end)) === 0) return null;
  return `последний диапазон должен кончаться в ${end}`;
}

/** A range of no value: its ends cross, or meet without both belonging to it. */
function emptyProblem({ from, to, fromIncluded, toIncluded }: StepRange, path: string): Problem[] {
  if (to === null) return [];
  const order = compare(parseRational(from), parseRational(to));
  const empty = order > 0 || (order === 0 && !(fromIncluded && toIncluded));
  return empty ? [{ path, reason: `в диапазоне от ${from} до ${to} нет ни одного значения` }] : [];
}

/** Ranges with their numbers read. */
export type Ranges = readonly Range[];

interface Range {
  from: Rational;
  fromIncluded: boolean;
  to: Rational | null;
  toIncluded: boolean;
  points: Rational;
}

export const readRanges = (ranges: readonly StepRange[]): Ranges =>
  ranges.map(({ from, to, points, ...ends }) => ({
    ...ends,
    from: parseRational(from),
    to: to === null ? null : parseRational(to),
    points: parseRational(points),
  }));

/** Points of the range in which x lies; null above the last. What lies below 0 counts as 0. */
export function pointsIn(ranges: Ranges, x: Rational): Rational | null {
  const value = compare(x, ZERO) < 0 ? ZERO : x;
  return ranges.find((range) => contains(range, value))?.points ?? null;
}

function contains({ from, fromIncluded, to, toIncluded }: Range, x: Rational): boolean {
  const above = compare(x, from);
  if (above < 0 || (above === 0 && !fromIncluded)) return false;
  if (to === null) return true;
  const below = compare(x, to);
  return below < 0 || (below === 0 && toIncluded);
}
