import type { Criterion } from '@veche/kit/domain/criterion';
import { inputOf, pointsOf, type AssessedFacts } from '@veche/kit/domain/criterion-points';
import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import { add, compare, mul, parseRational, rational, toDecimalString, type Rational } from '@veche/kit/domain/rational';
import type { ScoreSheet } from './sheet.ts';

export interface CriterionScore {
  code: string;
  title: string;
  /** Two decimals, before and after the weight. */
  points: string;
  weighted: string;
}

export interface RankingLine {
  applicationId: string;
  place: number;
  tied: boolean;
  /** Two decimals for people, the fraction "n/d" for whoever computes on. */
  score: string;
  exactScore: string;
  sheets: number;
  barred: number;
  criteria: readonly CriterionScore[];
}

export interface Ranking {
  edition: number;
  determinedAt: Date | null;
  lines: readonly RankingLine[];
}

export type RankingEvent = { kind: 'RankingDetermined' };
export type RankingCode = 'SHEETS_OPEN' | 'APPLICATION_WITHOUT_SHEET' | 'NO_ADMITTED_APPLICATIONS';

export interface Candidate {
  applicationId: string;
  number: string;
  facts: AssessedFacts;
  sheets: readonly ScoreSheet[];
}

const PLACES = 2;
const ZERO = rational(0n);

/**
 * Determines the ranking: expert criteria by the mean over the members who scored, others computed from the facts, the sum of weighted points
 * compared exactly. Equal scores share a place (1, 2, 3, 3, 5). The same result again adds no version.
 */
export function determineRanking(
  ranking: Ranking,
  criteria: readonly Criterion[],
  candidates: readonly Candidate[],
  now: Date,
): Decision<Ranking, RankingEvent, RankingCode> {
  if (candidates.length === 0) return reject('NO_ADMITTED_APPLICATIONS');
  const open = candidates.flatMap(({ sheets }) => sheets).filter(({ status }) => status === 'OPEN').length;
  if (open > 0) return reject('SHEETS_OPEN', undefined, { count: open });
  const bare = candidates.find(({ sheets }) => !sheets.some(({ status }) => status === 'FINAL'));
  if (bare) return reject('APPLICATION_WITHOUT_SHEET', undefined, { number: bare.number });
  const lines = places(candidates.map((candidate) => assess(criteria, candidate)));
  if (JSON.stringify(lines) === JSON.stringify(ranking.lines)) return accept(ranking);
  return accept({ edition: ranking.edition + 1, determinedAt: now, lines }, { kind: 'RankingDetermined' });
}

export type Assessed = Omit<RankingLine, 'place' | 'tied'> & { total: Rational };

/** Score of one application: what its final sheets and its facts give under the criteria. */
export function assess(criteria: readonly Criterion[], { applicationId, facts, sheets }: Candidate): Assessed {
  const final = sheets.filter(({ status }) => status === 'FINAL');
  let total = ZERO;
  const scores = criteria.map((criterion): CriterionScore => {
    const points =
      criterion.kind === 'EXPERT'
        ? meanOf(final, criterion.code)
        : pointsOf(criterion, inputOf(criterion.parameters.input, facts));
    const weighted = mul(points, parseRational(criterion.weight));
    total = add(total, weighted);
    const { code, title } = criterion;
    return { code, title, points: toDecimalString(points, PLACES), weighted: toDecimalString(weighted, PLACES) };
  });
  const exactScore = `${total.n}/${total.d}`;
  return {
    applicationId,
    total,
    score: toDecimalString(total, PLACES),
    exactScore,
    sheets: final.length,
    barred: sheets.length - final.length,
    criteria: scores,
  };
}

/** Arithmetic mean over the experts who scored; a barred or absent one is not counted as zero. */
export function meanOf(sheets: readonly ScoreSheet[], criterion: string): Rational {
  const points = sheets.map(({ marks }) => marks.find((mark) => mark.criterion === criterion)?.points ?? 0);
  return rational(
    points.reduce((sum, value) => sum + BigInt(value), 0n),
    BigInt(points.length),
  );
}

function places(assessed: Assessed[]): RankingLine[] {
  const ordered = assessed.toSorted(
    (a, b) => -compare(a.total, b.total) || (a.applicationId < b.applicationId ? -1 : 1),
  );
  return ordered.map(({ total, ...line }) => {
    const place = 1 + ordered.findIndex((other) => compare(other.total, total) === 0);
    const tied = ordered.filter((other) => compare(other.total, total) === 0).length > 1;
    return { ...line, place, tied };
  });
}
