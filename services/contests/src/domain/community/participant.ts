import { ageOn } from '@veche/kit/domain/calendar';
import { covers } from '@veche/kit/domain/oktmo';
import { reject, type Rejection } from '@veche/kit/domain/decision';
import type { Rules } from './settings.ts';

/** What the state login says of a person who speaks up. */
export interface Participant {
  personId: string;
  assurance: string;
  birthdate?: string;
  residence?: string;
}

export type ParticipantCode = 'ACCOUNT_NOT_CONFIRMED' | 'TOO_YOUNG' | 'RESIDENCE_UNKNOWN' | 'NOT_A_RESIDENT';

interface Place {
  oktmo: string;
  /** Today in the place. */
  today: string;
  rules: Rules;
}

/**
 * Why a person may not speak up in a place; null when it may. A token without a birth date passes by its confirmed account, as with
 * initiative groups; one that tells a smaller age never does.
 */
export function mayTakePart(person: Participant, { oktmo, today, rules }: Place): Rejection<ParticipantCode> | null {
  const no = (code: ParticipantCode, params?: Record<string, number>) => reject(code, undefined, params).rejection;
  if (person.assurance !== 'confirmed') return no('ACCOUNT_NOT_CONFIRMED');
  if (person.birthdate !== undefined && ageOn(person.birthdate, today) < rules.minAge)
    return no('TOO_YOUNG', { min: rules.minAge });
  if (rules.residence === 'ANY') return null;
  if (person.residence === undefined) return rules.residence === 'REQUIRED' ? no('RESIDENCE_UNKNOWN') : null;
  return covers(oktmo.slice(0, MUNICIPALITY), person.residence) ? null : no('NOT_A_RESIDENT');
}

/** Digits of a municipality: its residents speak up in each of its settlements. */
const MUNICIPALITY = 8;
