import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import type { Pattern } from './signals.ts';

export const CONCLUSIONS = ['NO_ACTION', 'REVIEWED', 'QUARANTINE_PROPOSED'] as const;
export type Conclusion = (typeof CONCLUSIONS)[number];

/** A flagged pattern with what the commission made of it. */
export interface FlaggedPattern extends Omit<Pattern, 'start'> {
  contestId: string;
  from: Date;
  until: Date;
  foundAt: Date;
  /** The latest conclusion; null while nobody has looked. */
  conclusion: Conclusion | null;
  /** All of them, oldest first: a conclusion is followed by another and never edited. */
  decisions: readonly { conclusion: Conclusion; reason: string; by: string; at: Date }[];
}

export type PatternCode = 'NOT_FOUND' | 'REASON_REQUIRED' | 'TOO_MANY_DECISIONS';

export const REASON_MIN = 10;
export const REASON_MAX = 2000;
const MOST = 50;

/** Records what the commission concluded. It changes no ballot and no count: an exclusion needs a published signed decision of its own. */
export function decidePattern(
  pattern: FlaggedPattern,
  { conclusion, reason, by }: { conclusion: Conclusion; reason: string; by: string },
  at: Date,
): Decision<FlaggedPattern, never, PatternCode> {
  const text = reason.trim();
  if (text.length < REASON_MIN || text.length > REASON_MAX)
    return reject('REASON_REQUIRED', ['reason'], { min: REASON_MIN, max: REASON_MAX });
  if (pattern.decisions.length >= MOST) return reject('TOO_MANY_DECISIONS', undefined, { max: MOST });
  return accept({ ...pattern, conclusion, decisions: [...pattern.decisions, { conclusion, reason: text, by, at }] });
}
