import type { Criterion } from '@veche/kit/domain/criterion';
import { compare, parseFraction } from '@veche/kit/domain/rational';
import type { Plan } from '@veche/kit/domain/scoring/plan';
import { linesOf, type Candidate, type Ranking, type RankingLine } from './ranking.ts';
import type { ScoreSheet } from './sheet.ts';

/** What breaks I8 (voting.md 5.5): a sheet is not what was signed, a mean is not that of the sheets, somebody scored what they are barred from. */
export interface Violation {
  invariant: 'I8';
  fault: 'SHEET_CHANGED' | 'BARRED_SCORED' | 'MEAN_DIFFERS' | 'PLACE_DIFFERS' | 'NOT_SCORED';
  /** Id of a sheet or an application. */
  at: string;
}

const found = (fault: Violation['fault'], at: string): Violation => ({ invariant: 'I8', fault, at });

/** One sheet; `members` is the initiative group of its application, `hash` what a final sheet is signed with. */
export function auditSheet(
  id: string,
  sheet: ScoreSheet,
  members: readonly string[],
  hash: (sheet: ScoreSheet) => string,
): Violation[] {
  const { status, expertId, marks } = sheet;
  const violations: Violation[] = [];
  if (status === 'FINAL' && hash(sheet) !== sheet.hash) violations.push(found('SHEET_CHANGED', id));
  const scored = status === 'FINAL' || marks.length > 0;
  if (scored && (status === 'BARRED' || members.includes(expertId))) violations.push(found('BARRED_SCORED', id));
  return violations;
}

/**
 * The lines of a ranking against what the rules give for the sheets they were made of. When an application has gone since, points that
 * depend on others cannot be made again, and only places are looked at.
 */
export function auditRanking(
  { lines }: Pick<Ranking, 'lines'>,
  plan: Plan,
  candidates: ReadonlyMap<string, Candidate>,
): Violation[] {
  const present = lines.flatMap(({ applicationId }) => candidates.get(applicationId) ?? []);
  const lost = present.length < lines.length && plan.criteria.some(({ criterion }) => comparesOthers(criterion));
  const made = new Map((lost ? [] : linesOf(plan, present)).map((line) => [line.applicationId, line]));
  return lines.flatMap((line) => {
    const wanted = made.get(line.applicationId);
    return [...(wanted ? difference(line, wanted) : []), ...place(plan, line, lines)];
  });
}

const comparesOthers = ({ kind, parameters }: Criterion): boolean =>
  kind === 'COHORT_LINEAR' || (kind === 'VOTE' && (parameters as { measure: string }).measure === 'MAX_SHARE');

function difference(line: RankingLine, { exactScore, score, sheets }: RankingLine): Violation[] {
  if (line.sheets > 0 && sheets === 0) return [found('NOT_SCORED', line.applicationId)];
  const same = exactScore === line.exactScore && score === line.score && sheets === line.sheets;
  return same ? [] : [found('MEAN_DIFFERS', line.applicationId)];
}

/** A place against the scores as they are written: behind all better ones of the group; among equals the ties may be broken. */
function place({ tieBreakers }: Plan, line: RankingLine, lines: readonly RankingLine[]): Violation[] {
  const orders = lines.filter(({ group }) => group === line.group).map((other) => order(other, line));
  const first = 1 + orders.filter((sign) => sign < 0).length;
  const last = tieBreakers.length > 0 ? first + orders.filter((sign) => sign === 0).length - 1 : first;
  return line.place >= first && line.place <= last ? [] : [found('PLACE_DIFFERS', line.applicationId)];
}

const order = (a: RankingLine, b: RankingLine): number =>
  Number(isExcluded(a)) - Number(isExcluded(b)) || compare(parseFraction(b.exactScore), parseFraction(a.exactScore));

// Rankings from before there were exclusions have none.
const isExcluded = ({ exclusions }: RankingLine): boolean => (exclusions ?? []).length > 0;
