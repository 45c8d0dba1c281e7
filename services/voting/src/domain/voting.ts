import { accept, type Decision } from '@veche/kit/domain/decision';
import type { VotingRule } from '@veche/kit/domain/voting-rule';
import type { EligibilityRule } from './eligibility.ts';
import type { Redetermination } from './redetermination.ts';

export interface BallotProject {
  applicationId: string;
  number: string;
  title: string;
  /** Kopecks. */
  cost: bigint;
  category: string;
  /** OKTMO of the place; null when it was not told. */
  territory: string | null;
  submittedAt: Date;
  /** Own share of the applicants, exact fraction "n/d"; null when unknown. Like the groups, absent in what was stored before it was told. */
  cofinancing?: string | null;
  /** Names of the exclusive groups that it belongs to. */
  groups?: readonly string[];
  /** Codes of its groups of applicants and nominations. */
  divisions?: readonly string[];
  /** Why the rules of the contest keep it out of the winners, in Russian. */
  barredBy?: readonly string[];
}

/** What the frozen passport says of the vote. */
export interface Announcement {
  oktmo: string;
  timeZone: string;
  budget: bigint;
  rule: VotingRule;
  ruleHash: string;
  /** Null when the contest told none that could be applied: then the voting does not open. */
  eligibility: EligibilityRule | null;
  resultsVisibility: 'LIVE' | 'HIDDEN_UNTIL_END';
  /** The commission determines the winners; absent in what was announced before that could be. */
  advisory?: boolean;
  graceSeconds: number;
}

export interface Window {
  opensAt: Date;
  closesAt: Date;
}

/** Voting of one contest. Its parts come from several events in any order, so each may be missing for a while. */
export interface Voting {
  status: 'ANNOUNCED' | 'OPEN' | 'CLOSED' | 'COUNTED';
  announcement: Announcement | null;
  window: Window | null;
  /** Sequence of the event that the window was taken from: an older one does not replace it. */
  windowSequence: number;
  ballot: readonly BallotProject[] | null;
  /** Expert scores by application, exact fractions "n/d", with the version of the ranking. */
  expertScores: readonly { applicationId: string; score: string }[];
  rankingVersion: number;
  resultVersion: number;
  /** Orders to count otherwise, oldest first; all of them bind. Like the next ones, absent in what was stored before there were any. */
  redeterminations?: readonly Redetermination[];
  /** Projects that their initiators withdrew before the close. */
  withdrawn?: readonly string[];
  /** Whether some of them are in no result yet. */
  recountDue?: boolean;
  /** Ties that wait for the commission, as groups of applications; empty when none does. */
  undecided?: readonly (readonly string[])[];
}

export const unknownVoting = (): Voting => ({
  status: 'ANNOUNCED',
  announcement: null,
  window: null,
  windowSequence: 0,
  ballot: null,
  expertScores: [],
  rankingVersion: 0,
  resultVersion: 0,
});

export type VotingEvent =
  | { kind: 'VotingOpened' }
  | { kind: 'VotingClosed'; accepted: number; superseded: number }
  | { kind: 'ResultDetermined'; result: string };

type Result = Decision<Voting, VotingEvent, never>;

export function announce(voting: Voting, announcement: Announcement, window: Window, sequence: number): Result {
  return accept({ ...voting, announcement, ...newerWindow(voting, window, sequence) });
}

/** A reschedule counts until the vote is closed; afterwards the close is a fact. */
export function reschedule(voting: Voting, window: Window, sequence: number): Result {
  if (voting.status === 'CLOSED' || voting.status === 'COUNTED') return accept(voting);
  return accept({ ...voting, ...newerWindow(voting, window, sequence) });
}

const newerWindow = (voting: Voting, window: Window, sequence: number): Partial<Voting> =>
  sequence > voting.windowSequence ? { window, windowSequence: sequence } : {};

/** The list of projects is taken once; it does not change after the opening. */
export const takeBallot = (voting: Voting, ballot: readonly BallotProject[]): Result =>
  accept(voting.ballot ? voting : { ...voting, ballot });

export const takeRanking = (voting: Voting, expertScores: Voting['expertScores'], version: number): Result =>
  accept(version > voting.rankingVersion ? { ...voting, expertScores, rankingVersion: version } : voting);

/** What an announced voting lacks to open. */
export function lackOf({
  announcement,
  ballot,
}: Pick<Voting, 'announcement' | 'ballot'>): 'ELIGIBILITY_RULE_MISSING' | 'BALLOT_LIST_MISSING' | null {
  if (announcement && !announcement.eligibility) return 'ELIGIBILITY_RULE_MISSING';
  return ballot ? null : 'BALLOT_LIST_MISSING';
}

/** Whether the clock must do something now. */
export function due(
  { status, announcement, window, ballot }: Voting,
  now: Date,
): 'open' | 'close' | 'count' | 'held' | null {
  if (!announcement || !window) return null;
  if (status === 'ANNOUNCED' && window.opensAt <= now) return lackOf({ announcement, ballot }) ? 'held' : 'open';
  if (status === 'OPEN' && window.closesAt <= now) return 'close';
  if (status === 'CLOSED' && graceEnd({ announcement, window }) <= now) return 'count';
  return null;
}

// Each asks again whether it is due: between the look and the write a contest may have been moved, or another replica may have been faster.

export const openVoting = (voting: Voting, now: Date): Result =>
  due(voting, now) === 'open' ? accept({ ...voting, status: 'OPEN' }, { kind: 'VotingOpened' }) : accept(voting);

export const closeVoting = (voting: Voting, now: Date, accepted: number, superseded: number): Result =>
  due(voting, now) === 'close'
    ? accept({ ...voting, status: 'CLOSED' }, { kind: 'VotingClosed', accepted, superseded })
    : accept(voting);

/** A determined result that follows the first `orders` redeterminations; a later one has a higher version and supersedes. */
export function takeResult(voting: Voting, { version, orders, result }: DeterminedResult): Result {
  if (version <= voting.resultVersion) return accept(voting);
  const recountDue = ordersOf(voting).length > orders;
  const counted: Voting = { ...voting, status: 'COUNTED', resultVersion: version, recountDue, undecided: [] };
  return accept(counted, { kind: 'ResultDetermined', result });
}

/** Orders to count otherwise so far. */
export const ordersOf = ({ redeterminations = [] }: Pick<Voting, 'redeterminations'>): readonly Redetermination[] =>
  redeterminations;

/** A count that met ties which the commission has to decide; no result until it has. */
export const awaitDecision = (voting: Voting, undecided: readonly (readonly string[])[]): Result =>
  accept({ ...voting, undecided });

export interface DeterminedResult {
  version: number;
  orders: number;
  /** The protocol, canonical JSON. */
  result: string;
}

/** The last instant (excluded) at which a ballot that was on its way is still taken. */
export const graceEnd = ({ announcement, window }: Pick<Voting, 'announcement' | 'window'>): Date =>
  new Date(window!.closesAt.getTime() + announcement!.graceSeconds * 1000);

/**
 * Whether a ballot that is committed now counts: inside [open, close + grace]. The state decides, which one replica changes by its clock, so that a
 * machine whose clock is wrong or jumps takes nothing early or late; the own clock, which stamps the ballot, can only refuse more. `closedMs` is how long
 * this process has known of the close, by a clock that does not jump.
 */
export function intake(
  voting: Voting,
  now: Date,
  closedMs = 0,
): { ok: true } | { ok: false; code: 'VOTING_NOT_OPEN' | 'VOTING_CLOSED' } {
  const { status, announcement, window, ballot } = voting;
  if (isClosed(voting, closedMs)) return { ok: false, code: 'VOTING_CLOSED' };
  if (status === 'ANNOUNCED' || !announcement?.eligibility || !window || !ballot || now < window.opensAt)
    return { ok: false, code: 'VOTING_NOT_OPEN' };
  return now < graceEnd(voting) ? { ok: true } : { ok: false, code: 'VOTING_CLOSED' };
}

/** Place of the first choice whose project was withdrawn; -1 when there is none. */
export const withdrawnChoice = ({ withdrawn }: Voting, choices: readonly { project: string }[]): number =>
  withdrawn?.length ? choices.findIndex(({ project }) => withdrawn.includes(project)) : -1;

const isClosed = ({ status, announcement }: Voting, closedMs: number): boolean =>
  status === 'COUNTED' || (status === 'CLOSED' && closedMs >= announcement!.graceSeconds * 1000);

const lists = new WeakMap<Voting, ReadonlyMap<string, BallotProject>>();

/** Projects by id, made once for each state of a voting and not for each vote. */
export function listOf(voting: Voting): ReadonlyMap<string, BallotProject> {
  const known = lists.get(voting);
  if (known) return known;
  const list = new Map(voting.ballot!.map((project) => [project.applicationId, project]));
  lists.set(voting, list);
  return list;
}
