import type { VirtualCapital } from '@veche/kit/domain/criterion';
import { accept, type Decision } from '@veche/kit/domain/decision';
import type { Points } from './points.ts';

export interface Window {
  opensAt: Date;
  /** Excluded. */
  closesAt: Date;
}

/** What one application was given. */
export interface Support {
  applicationId: string;
  points: Points;
  /** Persons who gave. */
  supporters: number;
}

/** What was told to those who assess, for one end of the stage. */
export interface Count {
  closesAt: Date;
  at: Date;
  lines: readonly Support[];
}

/** Virtual capital of a contest as its rules and its calendar have it; the id is the contest. */
export interface CapitalCampaign {
  rule: VirtualCapital | null;
  /** Sequences of the contest's events that told the rule and the calendar last. */
  ruleSequence: number;
  window: Window | null;
  windowSequence: number;
  /** When it is to be counted; null where nothing waits for that. */
  dueAt: Date | null;
  counted: Count | null;
}

export type CapitalEvent = { kind: 'VirtualCapitalCounted' };
type Result = Decision<CapitalCampaign, CapitalEvent, never>;

/** A gift that was decided before the end may be written a moment after it: the count waits for a minute. */
export const SETTLING_MS = 60_000;

export const noCapital = (): CapitalCampaign => ({
  rule: null,
  ruleSequence: 0,
  window: null,
  windowSequence: 0,
  dueAt: null,
  counted: null,
});

export function followRule(state: CapitalCampaign, sequence: number, rule: VirtualCapital | null): Result {
  return sequence <= state.ruleSequence ? accept(state) : accept(withDue({ ...state, rule, ruleSequence: sequence }));
}

export function followCalendar(state: CapitalCampaign, sequence: number, window: Window | null): Result {
  return sequence <= state.windowSequence
    ? accept(state)
    : accept(withDue({ ...state, window, windowSequence: sequence }));
}

function withDue(state: CapitalCampaign): CapitalCampaign {
  const { rule, window, counted } = state;
  const waits = rule !== null && window !== null && counted?.closesAt.getTime() !== window.closesAt.getTime();
  return { ...state, dueAt: waits ? new Date(window.closesAt.getTime() + SETTLING_MS) : null };
}

export type Phase = 'BEFORE' | 'OPEN' | 'OVER';

export function phaseOf({ window }: CapitalCampaign, now: Date): Phase {
  if (!window || now < window.opensAt) return 'BEFORE';
  return now < window.closesAt ? 'OPEN' : 'OVER';
}

/** Whether everybody may see what was given. */
export const isShown = (campaign: CapitalCampaign, now: Date): boolean =>
  campaign.rule !== null && (campaign.rule.progress === 'LIVE' || phaseOf(campaign, now) === 'OVER');

/** Counts once for each end of the stage; an end that was moved meanwhile is not counted. */
export function countCapital(state: CapitalCampaign, closesAt: Date, lines: readonly Support[], now: Date): Result {
  if (!state.dueAt || now < state.dueAt || state.window?.closesAt.getTime() !== closesAt.getTime())
    return accept(state);
  return accept({ ...state, dueAt: null, counted: { closesAt, at: now, lines } }, { kind: 'VirtualCapitalCounted' });
}
