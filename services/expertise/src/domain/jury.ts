import type { PublicJury } from '@veche/kit/domain/criterion';
import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import type { Device } from '@veche/kit/domain/request-origin';
import type { Advice } from './jury-advice.ts';
import type { Lesson } from './jury-model.ts';

/** APPLIED: waits for a person's decision. SEATED: a member. RESERVE: admitted, and not drawn. */
export const JUROR_STATES = ['APPLIED', 'ADMITTED', 'REFUSED', 'SEATED', 'RESERVE'] as const;
export type JurorState = (typeof JUROR_STATES)[number];

/** What the sign-in told of a person; null where it told nothing. No date of birth and no address is kept. */
export interface JurorClaims {
  confirmed: boolean;
  oldEnough: boolean | null;
  resident: boolean | null;
}

/** Where the application came from: a class of devices, and a keyed hash of the network that goes with the decision. */
export interface JurorOrigin {
  device: Device;
  network: string | null;
  /** Earlier applications to the same jury from this network that nobody had decided of. */
  sameNetwork: number;
}

export interface JurorDecision {
  admitted: boolean;
  reason: string;
  by: string;
  at: Date;
  /** What the advisor had suggested; it decided nothing. */
  advice: Advice;
  /** What models learn from it; absent in decisions of earlier releases. */
  lesson?: Lesson;
}

export interface JurorAppeal {
  text: string;
  filedAt: Date;
  upheld: boolean | null;
  answer: string | null;
  by: string | null;
  at: Date | null;
}

/** A resident who wants to be, or is, a member of the public jury of a contest; the id is made of both. */
export interface Juror {
  contestId: string;
  personId: string;
  state: JurorState;
  organisationInn: string | null;
  territories: readonly string[];
  claims: JurorClaims;
  origin: JurorOrigin;
  appliedAt: Date;
  decision: JurorDecision | null;
  appeal: JurorAppeal | null;
}

export type JurorCode =
  | 'NO_PUBLIC_JURY'
  | 'JURY_CLOSED'
  | 'ALREADY_APPLIED'
  | 'TOO_YOUNG'
  | 'JUROR_DECIDED'
  | 'JUROR_NOT_REFUSED'
  | 'OWN_MATTER'
  | 'SAME_OFFICIAL'
  | 'APPEAL_FILED'
  | 'APPEAL_DECIDED'
  | 'APPEAL_TERM_PASSED'
  | 'NO_APPEAL'
  | 'REASON_REQUIRED';

/** It was decided of a candidate; by his state the rest is known. */
export interface JurorEvent {
  kind: 'JurorDecided';
  onAppeal: boolean;
}
export type JurorResult = Decision<Juror, JurorEvent, JurorCode>;

const decided = (juror: Juror, onAppeal = false): JurorResult => accept(juror, { kind: 'JurorDecided', onAppeal });

const TEXT = { min: 10, max: 2000 };
const sound = (text: string): boolean => text.trim().length >= TEXT.min && text.trim().length <= TEXT.max;

/** Applies to a jury. A person of whom the sign-in tells that he is too young is refused at once; everything else a person decides. */
export function applyToJury(
  juror: Juror,
  rule: Pick<PublicJury, 'minAge'> | null | undefined,
  { open, isNew }: { open: boolean; isNew: boolean },
): JurorResult {
  if (!rule) return reject('NO_PUBLIC_JURY', ['contestId']);
  if (!open) return reject('JURY_CLOSED');
  if (!isNew) return reject('ALREADY_APPLIED');
  if (juror.claims.oldEnough === false) return reject('TOO_YOUNG', undefined, { min: rule.minAge });
  return accept(juror);
}

export interface JurorVerdict {
  admitted: boolean;
  reason: string;
  by: string;
  advice: Advice;
  lesson: Lesson;
}

/** A person decides, with a reason; the hash of the network is forgotten. */
export function decideJuror(juror: Juror, { reason, ...verdict }: JurorVerdict, now: Date): JurorResult {
  if (juror.state !== 'APPLIED') return reject('JUROR_DECIDED');
  if (verdict.by === juror.personId) return reject('OWN_MATTER');
  if (!sound(reason)) return reject('REASON_REQUIRED', ['reason'], TEXT);
  return decided({
    ...juror,
    state: verdict.admitted ? 'ADMITTED' : 'REFUSED',
    origin: { ...juror.origin, network: null },
    decision: { ...verdict, reason: reason.trim(), at: now },
  });
}

/** Who was refused appeals once, before `until`. */
export function appealRefusal(juror: Juror, text: string, until: Date, now: Date): JurorResult {
  if (juror.appeal) return reject('APPEAL_FILED');
  if (juror.state !== 'REFUSED') return reject('JUROR_NOT_REFUSED');
  if (now >= until) return reject('APPEAL_TERM_PASSED');
  if (!sound(text)) return reject('REASON_REQUIRED', ['text'], TEXT);
  const appeal = { text: text.trim(), filedAt: now, upheld: null, answer: null, by: null, at: null };
  return accept({ ...juror, appeal });
}

/** Another person than the one who refused decides of the appeal. */
export function decideJurorAppeal(
  juror: Juror,
  { by, upheld, answer }: { by: string; upheld: boolean; answer: string },
  now: Date,
): JurorResult {
  if (!juror.appeal) return reject('NO_APPEAL');
  if (juror.appeal.upheld !== null) return reject('APPEAL_DECIDED');
  if (by === juror.decision?.by) return reject('SAME_OFFICIAL');
  if (by === juror.personId) return reject('OWN_MATTER');
  if (!sound(answer)) return reject('REASON_REQUIRED', ['answer'], TEXT);
  const answered = { ...juror.appeal, upheld, answer: answer.trim(), by, at: now };
  return decided({ ...juror, state: upheld ? 'ADMITTED' : juror.state, appeal: answered }, true);
}

/** What a draw makes of one who was admitted; who is a member already stays one. */
export function seatJuror(juror: Juror, seated: boolean): JurorResult {
  const state = seated ? 'SEATED' : 'RESERVE';
  const waits = juror.state === 'ADMITTED' || juror.state === 'RESERVE';
  return waits && juror.state !== state ? decided({ ...juror, state }) : accept(juror);
}
