/** The assessment stage: `opensAt` belongs to it, `closesAt` does not. */
export interface StageWindow {
  opensAt: Date;
  closesAt: Date;
}

export type Phase = 'BEFORE' | 'OPEN' | 'AFTER';

/** Where the clock stands; a stage that nobody has announced is still to come. */
export function phaseOf(window: StageWindow | null, now: Date): Phase {
  if (window === null || now < window.opensAt) return 'BEFORE';
  return now < window.closesAt ? 'OPEN' : 'AFTER';
}
