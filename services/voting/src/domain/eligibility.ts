import { ageOn, localDateOf } from '@veche/kit/domain/calendar';
import { covers } from '@veche/kit/domain/oktmo';

/** Who may vote, as frozen in the contest's passport. */
export interface EligibilityRule {
  minAge: number;
  /** ISO date; null: the day of the vote in the contest's zone. */
  ageOn: string | null;
  /** ОКТМО; null: anyone in the region. */
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

/** Every reason against a vote; empty when the person may vote. The birthday itself counts. */
export function reasonsAgainst(rule: EligibilityRule, voter: Voter, now: Date, timeZone: string): EligibilityCode[] {
  const reasons: EligibilityCode[] = [];
  if (voter.assurance !== 'confirmed') reasons.push('ACCOUNT_NOT_CONFIRMED');
  if (!voter.voterKey) reasons.push('VOTER_KEY_MISSING');
  if (!voter.birthdate) reasons.push('BIRTH_DATE_UNKNOWN');
  else if (ageOn(voter.birthdate, rule.ageOn ?? localDateOf(now, timeZone)) < rule.minAge)
    reasons.push('VOTER_TOO_YOUNG');
  if (rule.residence !== null) {
    if (!voter.residence) reasons.push('RESIDENCE_UNKNOWN');
    else if (!covers(rule.residence, voter.residence)) reasons.push('VOTER_NOT_RESIDENT');
  }
  return reasons;
}
