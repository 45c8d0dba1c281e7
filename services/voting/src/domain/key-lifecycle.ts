import type { Voting } from './voting.ts';

const DAY_MS = 86_400_000;

export type KeptBecause =
  | { code: 'VOTING_UNKNOWN' | 'RESULT_MISSING' | 'RECOUNT_DUE' }
  | { code: 'APPEALS_TERM'; until: Date };

export interface Standing {
  voting: Voting | null;
  /** When the latest version of the result was determined. */
  determinedAt: Date | null;
  /** Days for appeals, from the latest result. */
  appealDays: number;
}

/**
 * Why the key of a contest may not be destroyed yet; null when it may. Before the result stands the key is needed for votes and for the opening
 * of a sample; a further version of the result begins the term anew.
 */
export function keptBecause({ voting, determinedAt, appealDays }: Standing, now: Date): KeptBecause | null {
  if (!voting?.announcement) return { code: 'VOTING_UNKNOWN' };
  if (voting.status !== 'COUNTED' || !determinedAt) return { code: 'RESULT_MISSING' };
  if (voting.recountDue || (voting.undecided ?? []).length > 0) return { code: 'RECOUNT_DUE' };
  const until = new Date(determinedAt.getTime() + appealDays * DAY_MS);
  return now < until ? { code: 'APPEALS_TERM', until } : null;
}
