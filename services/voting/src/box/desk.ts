import type { Clock } from '@veche/kit';
import type { Rejection } from '@veche/kit/domain/decision';
import { isOktmo } from '@veche/kit/domain/oktmo';
import { isSnils } from '@veche/kit/domain/requisites';
import { isIsoDay, reasonsAgainst, type EligibilityCode } from '../domain/eligibility.ts';
import type { Voting } from '../domain/voting.ts';
import type { DeskPurpose, VoterKeyPort } from './voter-keys.ts';

export interface DeskParts {
  clock: Clock;
  voterKeys: VoterKeyPort;
}

/** What an operator reads from the documents of a person; none of it is kept. */
export interface ReadDocuments {
  snils: string;
  /** ISO date. */
  birthDate?: string | null;
  /** ОКТМО of the registered address. */
  residence?: string | null;
}

export type DeskCode =
  | EligibilityCode
  | 'ELIGIBILITY_RULE_MISSING'
  | 'SNILS_INVALID'
  | 'VOTER_KEYS_UNAVAILABLE'
  | 'BIRTH_DATE_REQUIRED'
  | 'RESIDENCE_REQUIRED';

/** What the state login would have told; here the operator has to read it. */
const READ_BY_OPERATOR: Partial<Record<EligibilityCode, DeskCode>> = {
  BIRTH_DATE_UNKNOWN: 'BIRTH_DATE_REQUIRED',
  RESIDENCE_UNKNOWN: 'RESIDENCE_REQUIRED',
};

/** Why a person may not vote by what their documents say, under the same rule as online; null when they may. */
export function faultAtDesk(
  { announcement }: Voting,
  { birthDate, residence }: Omit<ReadDocuments, 'snils'>,
  now: Date,
): Rejection<DeskCode> | null {
  const { eligibility, timeZone } = announcement!;
  if (!eligibility) return { code: 'ELIGIBILITY_RULE_MISSING' };
  const person = {
    assurance: 'confirmed',
    voterKey: 'known',
    ...(birthDate && isIsoDay(birthDate) ? { birthdate: birthDate } : {}),
    ...(residence && isOktmo(residence) ? { residence } : {}),
  };
  const [reason] = reasonsAgainst(eligibility, person, now, timeZone);
  return reason ? { ...reason, code: READ_BY_OPERATOR[reason.code] ?? reason.code } : null;
}

/** The voter key of a person at a desk, from the bridge that alone can make it; the number is asked about and forgotten. */
export async function keyAtDesk(
  { voterKeys }: DeskParts,
  snils: string,
  purpose: DeskPurpose,
): Promise<{ voterKey: string; rejection: null } | { voterKey: null; rejection: Rejection<DeskCode> }> {
  const refused = (code: DeskCode, path?: string[]) => ({ voterKey: null, rejection: { code, ...(path && { path }) } });
  if (!isSnils(snils)) return refused('SNILS_INVALID', ['snils']);
  const asked = await voterKeys.ofSnils(snils, purpose);
  if (asked === 'invalid') return refused('SNILS_INVALID', ['snils']);
  if (asked === 'unavailable') return refused('VOTER_KEYS_UNAVAILABLE');
  return { voterKey: asked.voterKey, rejection: null };
}
