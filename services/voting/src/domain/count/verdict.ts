/** What the rule says of one project. */
export interface Verdict {
  outcome: 'WINNER' | 'RESERVE' | 'NOT_SELECTED';
  reason: Reason;
  /** Money left at its place, kopecks. */
  left: bigint;
}

export const REASONS = [
  'FITS_BUDGET',
  'OVER_BUDGET',
  'STOPPED',
  'BELOW_THRESHOLD',
  'NO_SUPPORT',
  'TOP_UP',
  'EQUAL_SHARE',
  'SUPPORTERS_OUT_OF_MONEY',
  'COMPLETION',
] as const;
export type Reason = (typeof REASONS)[number];
