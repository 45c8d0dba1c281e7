import type { Criterion, ExpertCriterion } from '@veche/kit/domain/criterion';
import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import { CONFLICT_REASONS, type DetectedConflict } from './conflict.ts';
import { mayFill, type Phase } from './stage.ts';

export interface Mark {
  criterion: string;
  points: number;
  comment: string | null;
}

/** Score sheet of one expert for one application. */
export interface ScoreSheet {
  contestId: string;
  applicationId: string;
  expertId: string;
  /** REPLACED: another expert took it over. ABSENT: never finished, and the term is over. */
  status: 'OPEN' | 'FINAL' | 'BARRED' | 'REPLACED' | 'ABSENT';
  marks: readonly Mark[];
  /** SHA-256 of the canonical sheet; null until final. */
  hash: string | null;
  conflictReason: string | null;
  /** Whether it was finished after the end of the stage. */
  late: boolean;
}

export type SheetEvent =
  | { kind: 'ExpertAssigned' }
  | { kind: 'ConflictDeclared'; how: 'DECLARED' | 'DETECTED' }
  | { kind: 'SheetFinalised' }
  | { kind: 'SheetVoided' };

export type SheetCode =
  | 'SHEET_FINAL'
  | 'SHEET_BARRED'
  | 'SHEET_REPLACED'
  | 'SHEET_ABSENT'
  | 'STAGE_NOT_OVER'
  | 'REASON_REQUIRED'
  | 'CRITERION_UNKNOWN'
  | 'CRITERION_REPEATED'
  | 'POINTS_OUT_OF_RANGE'
  | 'MARK_MISSING'
  | 'COMMENT_REQUIRED'
  | 'STAGE_NOT_OPEN';

type Result = Decision<ScoreSheet, SheetEvent, SheetCode>;

/** Criteria that experts mark; the others are computed. */
export const markedCriteria = (criteria: readonly Criterion[]): ExpertCriterion[] =>
  criteria.filter((criterion) => criterion.kind === 'EXPERT');

/** Gives a sheet to an expert; one whom a conflict of interest keeps from the application is barred at once. */
export function assignExpert(
  ids: Pick<ScoreSheet, 'contestId' | 'applicationId' | 'expertId'>,
  conflict: DetectedConflict | null,
): Result {
  const sheet: ScoreSheet = { ...ids, status: 'OPEN', marks: [], hash: null, conflictReason: null, late: false };
  if (conflict === null) return accept(sheet, { kind: 'ExpertAssigned' });
  const barred: ScoreSheet = { ...sheet, status: 'BARRED', conflictReason: CONFLICT_REASONS[conflict] };
  return accept(barred, { kind: 'ExpertAssigned' }, { kind: 'ConflictDeclared', how: 'DETECTED' });
}

/** An open sheet that another expert takes over; one that is not open stays what it is. */
export const replaceSheet = (sheet: ScoreSheet): Result =>
  sheet.status === 'OPEN'
    ? accept({ ...sheet, status: 'REPLACED', marks: [] }, { kind: 'SheetVoided' })
    : accept(sheet);

/** Closes a sheet that was never finished, once no more is taken: its expert is absent and counts as nobody, not as zero. */
export function recordAbsence(sheet: ScoreSheet, phase: Phase): Result {
  if (phase !== 'AFTER') return reject('STAGE_NOT_OVER');
  return sheet.status === 'OPEN'
    ? accept({ ...sheet, status: 'ABSENT', marks: [] }, { kind: 'SheetVoided' })
    : accept(sheet);
}

const REASON_MIN = 10;

const closed = ({ status }: ScoreSheet): SheetCode | null => (status === 'OPEN' ? null : `SHEET_${status}`);

/**
 * An expert who is not impartial leaves the application for good. It may be said before the stage opens, but not once it has closed:
 * the ranking may rest on it by then.
 */
export function declareConflict(sheet: ScoreSheet, reason: string, phase: Phase): Result {
  const code = closed(sheet);
  if (code) return reject(code);
  if (phase === 'AFTER' || phase === 'LATE') return reject('STAGE_NOT_OPEN');
  const trimmed = reason.trim();
  if (trimmed.length < REASON_MIN) return reject('REASON_REQUIRED', ['reason'], { min: REASON_MIN });
  return accept(
    { ...sheet, status: 'BARRED', marks: [], conflictReason: trimmed },
    { kind: 'ConflictDeclared', how: 'DECLARED' },
  );
}

export interface MarkDraft {
  criterion: string;
  points: number;
  comment?: string | null;
}

/** Saves marks as a draft: they replace those saved before and may be incomplete, but what is there must be allowed. */
export function saveSheet(
  sheet: ScoreSheet,
  drafts: readonly MarkDraft[],
  criteria: readonly Criterion[],
  phase: Phase,
): Result {
  const code = closed(sheet);
  if (code) return reject(code);
  if (!mayFill(phase)) return reject('STAGE_NOT_OPEN');
  const marked = new Map(markedCriteria(criteria).map((criterion) => [criterion.code, criterion]));
  const seen = new Set<string>();
  for (const [index, { criterion, points }] of drafts.entries()) {
    const known = marked.get(criterion);
    if (!known) return reject('CRITERION_UNKNOWN', ['marks', String(index), 'criterion']);
    if (seen.has(criterion)) return reject('CRITERION_REPEATED', ['marks', String(index), 'criterion']);
    seen.add(criterion);
    const max = Number(known.maxPoints);
    if (points < 0 || points > max) return reject('POINTS_OUT_OF_RANGE', ['marks', String(index), 'points'], { max });
  }
  const marks = drafts.map(({ criterion, points, comment }): Mark => ({
    criterion,
    points,
    comment: comment?.trim() || null,
  }));
  return accept({ ...sheet, marks });
}

/** What the hash of a final sheet is taken of; the order in which the expert went through the criteria does not matter. */
export const canonicalSheet = ({ contestId, applicationId, expertId, marks }: ScoreSheet) => ({
  contestId,
  applicationId,
  expertId,
  marks: marks
    .map(({ criterion, points, comment }) => ({ criterion, points, comment }))
    .toSorted((a, b) => (a.criterion < b.criterion ? -1 : 1)),
});

/** Makes the sheet final: a mark for each criterion that experts mark, a comment where it is required. */
export function finaliseSheet(
  sheet: ScoreSheet,
  criteria: readonly Criterion[],
  phase: Phase,
  hash: (sheet: ScoreSheet) => string,
): Result {
  const code = closed(sheet);
  if (code) return reject(code);
  if (!mayFill(phase)) return reject('STAGE_NOT_OPEN');
  for (const { code: criterion, parameters, title } of markedCriteria(criteria)) {
    const mark = sheet.marks.find((one) => one.criterion === criterion);
    if (!mark) return reject('MARK_MISSING', ['marks', criterion], { title });
    if (parameters.commentRequired && !mark.comment) return reject('COMMENT_REQUIRED', ['marks', criterion], { title });
  }
  const late = phase === 'LATE';
  return accept({ ...sheet, status: 'FINAL', hash: hash(sheet), late }, { kind: 'SheetFinalised' });
}
