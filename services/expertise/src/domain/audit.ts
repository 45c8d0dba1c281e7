import type { Criterion } from '@veche/kit/domain/criterion';
import { compare, parseFraction } from '@veche/kit/domain/rational';
import { assess, type Candidate, type Ranking, type RankingLine } from './ranking.ts';
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

/** The lines of a ranking against the sheets they were made of; an application that has gone since has no candidate any more. */
export function auditRanking(
  { lines }: Pick<Ranking, 'lines'>,
  criteria: readonly Criterion[],
  candidates: ReadonlyMap<string, Candidate>,
): Violation[] {
  return lines.flatMap((line) => {
    const candidate = candidates.get(line.applicationId);
    return [...(candidate ? mean(line, criteria, candidate) : []), ...place(line, lines)];
  });
}

function mean(line: RankingLine, criteria: readonly Criterion[], candidate: Candidate): Violation[] {
  if (!candidate.sheets.some(({ status }) => status === 'FINAL')) return [found('NOT_SCORED', line.applicationId)];
  const { exactScore, score, sheets } = assess(criteria, candidate);
  const same = exactScore === line.exactScore && score === line.score && sheets === line.sheets;
  return same ? [] : [found('MEAN_DIFFERS', line.applicationId)];
}

function place(line: RankingLine, lines: readonly RankingLine[]): Violation[] {
  const own = parseFraction(line.exactScore);
  const better = lines.filter((other) => compare(parseFraction(other.exactScore), own) > 0).length;
  return line.place === better + 1 ? [] : [found('PLACE_DIFFERS', line.applicationId)];
}
