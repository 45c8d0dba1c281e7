import { ageOn, localDateOf, shortDate } from '@veche/kit/domain/calendar';
import type { Rejection } from '@veche/kit/domain/decision';
import { isOktmo } from '@veche/kit/domain/oktmo';
import { residenceFault } from '@veche/kit/domain/residence';

/** Who may vote, as frozen in the contest's passport; a confirmed account of the state login is always asked for. */
export interface EligibilityRule {
  minAge: number;
  /** ISO date; null: the day of the vote in the contest's zone. */
  ageOn: string | null;
  /** ОКТМО of the territory in which a voter must be registered, of a region for anyone in it; null: no binding to a residence. */
  residence: string | null;
}

/** What the state login says of a person at the moment of the vote; none of it is kept. */
export interface Voter {
  assurance: string;
  voterKey?: string;
  birthdate?: string;
  residence?: string;
}

export type EligibilityCode =
  | 'ACCOUNT_NOT_CONFIRMED'
  | 'VOTER_KEY_MISSING'
  | 'BIRTH_DATE_UNKNOWN'
  | 'VOTER_TOO_YOUNG'
  | 'RESIDENCE_UNKNOWN'
  | 'VOTER_NOT_RESIDENT';

/** Every reason against a vote with the numbers that decided; empty when the person may vote. The birthday itself counts. */
export function reasonsAgainst(
  rule: EligibilityRule,
  voter: Voter,
  now: Date,
  timeZone: string,
): Rejection<EligibilityCode>[] {
  const reasons: Rejection<EligibilityCode>[] = [];
  if (voter.assurance !== 'confirmed') reasons.push({ code: 'ACCOUNT_NOT_CONFIRMED' });
  if (!voter.voterKey) reasons.push({ code: 'VOTER_KEY_MISSING' });
  const tooYoung = ageFault(rule, voter, now, timeZone);
  if (tooYoung) reasons.push(tooYoung);
  const { residence } = rule;
  const fault = residenceFault(residence, voter.residence);
  if (fault === 'UNKNOWN') reasons.push({ code: 'RESIDENCE_UNKNOWN', params: { oktmo: residence! } });
  if (fault === 'ELSEWHERE')
    reasons.push({ code: 'VOTER_NOT_RESIDENT', params: { oktmo: residence!, own: voter.residence! } });
  return reasons;
}

function ageFault(
  rule: EligibilityRule,
  { birthdate }: Voter,
  now: Date,
  timeZone: string,
): Rejection<EligibilityCode> | null {
  const { minAge } = rule;
  if (!birthdate) return { code: 'BIRTH_DATE_UNKNOWN', params: { minAge } };
  const date = rule.ageOn ?? localDateOf(now, timeZone);
  const age = ageOn(birthdate, date);
  if (age >= minAge) return null;
  return { code: 'VOTER_TOO_YOUNG', params: { minAge, age, date: shortDate(date) } };
}

const OLDEST = 150;

/** A date as the calendar writes it: 2026-03-01. */
export const isIsoDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && !isNaN(Date.parse(text));

/** What each field of a rule has to be. */
const SOUND: Record<keyof EligibilityRule, (value: unknown) => boolean> = {
  minAge: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= OLDEST,
  ageOn: (value) => value === null || (typeof value === 'string' && isIsoDay(value)),
  residence: (value) => value === null || (typeof value === 'string' && isOktmo(value)),
};

/** The rule as a contest told it; null when it is none that could be applied: a voting without it does not open. */
export function eligibilityRuleOf(value: unknown): EligibilityRule | null {
  if (typeof value !== 'object' || value === null) return null;
  const told = value as Partial<Record<keyof EligibilityRule, unknown>>;
  const fields = Object.keys(SOUND) as (keyof EligibilityRule)[];
  return fields.every((field) => SOUND[field](told[field])) ? (value as EligibilityRule) : null;
}
