import { accept, reject, type Decision } from '@veche/kit/domain/decision';

/** A person who spreads the word about a contest; its id is made of both. */
export interface Ambassador {
  contestId: string;
  personId: string;
  /** Of the personal link; nothing in it tells the person. */
  code: string;
  appointedAt: Date;
  endedAt: Date | null;
}

export type LinkStep = 'VISIT' | 'REGISTRATION';

/** That somebody came by a link; by whom nobody can tell. */
export interface LinkUse {
  code: string;
  step: LinkStep;
  /** UTC date. */
  day: string;
}

export type AmbassadorCode = 'WRONG_STATE' | 'PERSON_INVALID';
type Result = Decision<Ambassador, never, AmbassadorCode>;

const PERSON = { min: 1, max: 100 };

/** Appoints a person, or again one who had ended; the link stays the same. */
export function appoint(ambassador: Ambassador, known: boolean, now: Date): Result {
  const { personId, endedAt } = ambassador;
  if (personId.length < PERSON.min || personId.length > PERSON.max) return reject('PERSON_INVALID', ['personId']);
  if (!known) return accept(ambassador);
  return endedAt ? accept({ ...ambassador, appointedAt: now, endedAt: null }) : reject('WRONG_STATE');
}

export const end = (ambassador: Ambassador, now: Date): Result =>
  ambassador.endedAt ? reject('WRONG_STATE') : accept({ ...ambassador, endedAt: now });
