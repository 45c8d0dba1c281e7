/** The assessment stage: `opensAt` belongs to it, `closesAt` does not. */
export interface StageWindow {
  opensAt: Date;
  closesAt: Date;
}

/** LATE: after the end, in the hours in which the rules of the contest still take a sheet. */
export type Phase = 'BEFORE' | 'OPEN' | 'LATE' | 'AFTER';

const HOUR_MS = 3_600_000;

/** Where the clock stands; a stage that nobody has announced is still to come. */
export function phaseOf(window: StageWindow | null, now: Date, lateHours = 0): Phase {
  if (window === null || now < window.opensAt) return 'BEFORE';
  if (now < window.closesAt) return 'OPEN';
  return now.getTime() < window.closesAt.getTime() + lateHours * HOUR_MS ? 'LATE' : 'AFTER';
}

/** Whether a sheet may be filled. */
export const mayFill = (phase: Phase): boolean => phase === 'OPEN' || phase === 'LATE';
