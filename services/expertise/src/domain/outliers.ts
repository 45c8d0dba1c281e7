import type { Criterion } from '@veche/kit/domain/criterion';
import { add, compare, div, mul, rational, sub, type Rational } from '@veche/kit/domain/rational';
import { aggregateOf } from '@veche/kit/domain/scoring/aggregate';
import { markedCriteria, type ScoreSheet } from './sheet.ts';

/** A mark far from what the others gave. */
export interface Outlier {
  applicationId: string;
  expertId: string;
  criterion: string;
  points: number;
  median: Rational;
  /** Distance from the median in percent of the most points. */
  distance: Rational;
}

/** How an expert marks compared with the others; percent of the most points, above 0 for the generous. */
export interface Leaning {
  expertId: string;
  /** Marks that could be compared. */
  marks: number;
  lean: Rational;
}

export interface OutlierReport {
  outliers: readonly Outlier[];
  leanings: readonly Leaning[];
}

const ZERO = rational(0n);
const HUNDRED = rational(100n);
/** With fewer marks the median is no judge. */
const MARKS_MIN = 3;

/**
 * Marks of final sheets against the median of all who marked the same criterion of the same application, where they are three or more.
 * It tells what to look at and changes no score. `atLeast` is the distance from which a mark is told, in percent of the most points.
 */
export function outlierReport(
  sheets: readonly ScoreSheet[],
  criteria: readonly Criterion[],
  atLeast: number,
): OutlierReport {
  const compared = comparable(sheets, criteria);
  const bound = rational(BigInt(atLeast));
  const far = compared.filter(({ signed }) => compare(magnitude(signed), bound) >= 0);
  const outliers = far
    .map(({ signed, ...mark }) => ({ ...mark, distance: magnitude(signed) }))
    .toSorted((a, b) => compare(b.distance, a.distance));
  const byExpert = [...Map.groupBy(compared, ({ expertId }) => expertId)];
  const leanings = byExpert.map(([expertId, marks]) => ({ expertId, marks: marks.length, lean: meanOf(marks) }));
  return { outliers, leanings: leanings.toSorted((a, b) => compare(magnitude(b.lean), magnitude(a.lean))) };
}

const magnitude = (value: Rational): Rational => (value.n < 0n ? sub(ZERO, value) : value);

const meanOf = (marks: readonly { signed: Rational }[]): Rational =>
  div(
    marks.reduce((sum, { signed }) => add(sum, signed), ZERO),
    rational(BigInt(marks.length)),
  );

function comparable(sheets: readonly ScoreSheet[], criteria: readonly Criterion[]) {
  const marked = new Map(markedCriteria(criteria).map(({ code, maxPoints }) => [code, BigInt(maxPoints)]));
  const all = sheets
    .filter(({ status }) => status === 'FINAL')
    .flatMap(({ applicationId, expertId, marks }) => marks.map((mark) => ({ applicationId, expertId, ...mark })));
  const together = Map.groupBy(all, ({ applicationId, criterion }) => `${applicationId} ${criterion}`);
  return [...together.values()]
    .filter((marks) => marks.length >= MARKS_MIN)
    .flatMap((marks) => {
      const most = marked.get(marks[0]!.criterion);
      if (most === undefined) return [];
      const median = aggregateOf(
        marks.map(({ points }) => points),
        'MEDIAN',
      );
      return marks.map(({ applicationId, expertId, criterion, points }) => {
        const signed = mul(div(sub(rational(BigInt(points)), median), rational(most)), HUNDRED);
        return { applicationId, expertId, criterion, points, median, signed };
      });
    });
}
