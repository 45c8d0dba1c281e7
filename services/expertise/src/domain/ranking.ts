import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import type { Division } from '@veche/kit/domain/division';
import type { Rational } from '@veche/kit/domain/rational';
import { rank, stoppedBefore, type Ranked } from '@veche/kit/domain/scoring/assess';
import type { AssessedFacts } from '@veche/kit/domain/scoring/facts';
import type { Plan } from '@veche/kit/domain/scoring/plan';
import { criterionScore, decimals, type CriterionScore } from '@veche/kit/domain/scoring/told';
import { markedCriteria, type ScoreSheet } from './sheet.ts';

export interface RankingLine {
  applicationId: string;
  /** Group of the ranking, empty where there are none; places count in it. */
  group: string;
  place: number;
  tied: boolean;
  /** Two decimals, or as many as the total is rounded to, for people; the fraction "n/d" for whoever computes on. */
  score: string;
  exactScore: string;
  sheets: number;
  barred: number;
  criteria: readonly CriterionScore[];
  /** Why the application does not take part, in Russian; empty when it does. */
  exclusions: readonly string[];
}

export interface Ranking {
  edition: number;
  determinedAt: Date | null;
  lines: readonly RankingLine[];
}

export type RankingEvent = { kind: 'RankingDetermined' };
export type RankingCode = 'SHEETS_OPEN' | 'APPLICATION_WITHOUT_SHEET' | 'TOO_FEW_SHEETS' | 'NO_ADMITTED_APPLICATIONS';

export interface Candidate {
  applicationId: string;
  number: string;
  facts: AssessedFacts;
  sheets: readonly ScoreSheet[];
  divisions?: readonly Division[];
}

/**
 * Determines the ranking by the criteria of the contest, expert ones by the members who scored, the others from the facts of all admitted
 * applications; totals are compared exactly. What the rules do not break shares a place (1, 2, 3, 3, 5). The same result again adds no
 * version. A ranking that lost its last application becomes empty. `minSheets` is how many final sheets each application must have that reached
 * the experts.
 */
export function determineRanking(
  ranking: Ranking,
  plan: Plan,
  candidates: readonly Candidate[],
  now: Date,
  minSheets = 1,
): Decision<Ranking, RankingEvent, RankingCode> {
  if (candidates.length === 0 && ranking.lines.length === 0) return reject('NO_ADMITTED_APPLICATIONS');
  const open = candidates.flatMap(({ sheets }) => sheets).filter(({ status }) => status === 'OPEN').length;
  if (open > 0) return reject('SHEETS_OPEN', undefined, { count: open });
  const byExperts = markedCriteria(plan.criteria.map(({ criterion }) => criterion)).length > 0;
  const asked = candidates.filter(({ facts }) => stoppedBefore(plan, facts).length === 0);
  const bare = byExperts ? asked.find(({ sheets }) => finalOf(sheets) < minSheets) : undefined;
  if (bare) return tooFew(bare, minSheets);
  const lines = linesOf(plan, candidates);
  if (JSON.stringify(lines) === JSON.stringify(ranking.lines)) return accept(ranking);
  return accept({ edition: ranking.edition + 1, determinedAt: now, lines }, { kind: 'RankingDetermined' });
}

const finalOf = (sheets: readonly ScoreSheet[]): number => sheets.filter(({ status }) => status === 'FINAL').length;

const tooFew = ({ number, sheets }: Candidate, min: number) =>
  finalOf(sheets) === 0
    ? reject('APPLICATION_WITHOUT_SHEET' as const, undefined, { number })
    : reject('TOO_FEW_SHEETS' as const, undefined, { number, min });

/** The lines of the ranking as the rules give them. */
export function linesOf(plan: Plan, candidates: readonly Candidate[]): RankingLine[] {
  const sheets = new Map(candidates.map((candidate) => [candidate.applicationId, candidate.sheets]));
  const marked = candidates.map(({ applicationId: id, facts, sheets: all, divisions = [] }) => ({
    id,
    facts,
    marks: marksOf(all),
    divisions,
  }));
  return rank(plan, marked).map((ranked) => lineOf(plan, ranked, sheets.get(ranked.id)!));
}

/** Marks of the experts who scored, by criterion; a barred or absent one is not there. */
function marksOf(sheets: readonly ScoreSheet[]): Map<string, number[]> {
  const marks = new Map<string, number[]>();
  for (const sheet of sheets) {
    if (sheet.status !== 'FINAL') continue;
    for (const { criterion, points } of sheet.marks) {
      const given = marks.get(criterion);
      if (given) given.push(points);
      else marks.set(criterion, [points]);
    }
  }
  return marks;
}

function lineOf({ scoring }: Plan, ranked: Ranked, sheets: readonly ScoreSheet[]): RankingLine {
  const { id, group, place, tied, total, criteria, barred: exclusions } = ranked;
  return {
    applicationId: id,
    group,
    place,
    tied,
    score: decimals(total, scoring.round?.places),
    exactScore: exact(total),
    sheets: finalOf(sheets),
    barred: sheets.filter(({ status }) => status === 'BARRED').length,
    criteria: criteria.map(criterionScore),
    exclusions,
  };
}

const exact = ({ n, d }: Rational): string => `${n}/${d}`;
