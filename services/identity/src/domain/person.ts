import { accept, reject } from '@veche/kit/domain/decision';
import type { Decision } from '@veche/kit/domain/decision';
import type { ConsentPurpose } from './consent-text.ts';
import { versionInForce } from './consent-text.ts';

/** A value encrypted for the store; the domain only carries it. */
export type Sealed = string;

export interface ConsentRecord {
  purpose: ConsentPurpose;
  textVersion: string;
  givenAt: Date;
  /** Withdrawn, or replaced by a newer text. Kept as proof of what was agreed when, until erasure. */
  endedAt?: Date;
}

/** A person of whom nothing but a pseudonymous id leaves this service. */
export interface PersonState {
  registeredAt: Date;
  /** Absent after erasure. */
  confirmed?: boolean;
  name?: Sealed;
  email?: Sealed;
  phone?: Sealed;
  consents: ConsentRecord[];
  erasedAt?: Date;
}

export type PersonEvent =
  | { kind: 'PersonRegistered'; confirmed: boolean }
  | { kind: 'ConsentGiven'; purpose: ConsentPurpose; textVersion: string }
  | { kind: 'ConsentWithdrawn'; purpose: ConsentPurpose }
  | { kind: 'PersonErased' };

export type PersonCode =
  | 'EMAIL_INVALID'
  | 'PHONE_INVALID'
  | 'CONSENT_TEXT_OUTDATED'
  | 'CONSENT_NOT_GIVEN'
  | 'PERSON_ERASED';

export type PersonDecision = Decision<PersonState, PersonEvent, PersonCode>;

export interface Registration {
  confirmed: boolean;
  /** Absent when the login told no name: a name known before is kept. */
  name?: Sealed;
  /** Seals a stored value again with the key in use now. */
  reseal: (field: 'email' | 'phone', value: Sealed) => Sealed;
}

/** A sign-in: the first registers the person (`known` = false), a later one refreshes what the state login says. */
export function registerPerson(
  state: PersonState,
  { confirmed, name, reseal }: Registration,
  known: boolean,
): PersonDecision {
  if (state.erasedAt) return reject('PERSON_ERASED');
  const next: PersonState = {
    ...state,
    confirmed,
    ...(name === undefined ? {} : { name }),
    ...(state.email === undefined ? {} : { email: reseal('email', state.email) }),
    ...(state.phone === undefined ? {} : { phone: reseal('phone', state.phone) }),
  };
  return known ? accept(next) : accept(next, { kind: 'PersonRegistered', confirmed });
}

/** Replaces both contacts; an absent one is removed. */
export function setContacts(state: PersonState, contacts: { email?: Sealed; phone?: Sealed }): PersonDecision {
  if (state.erasedAt) return reject('PERSON_ERASED');
  const { email: _email, phone: _phone, ...rest } = state;
  return accept({ ...rest, ...contacts });
}

/** Consent to the text in force; giving it twice changes nothing (152-FZ article 9). */
export function giveConsent(
  state: PersonState,
  input: { purpose: ConsentPurpose; textVersion?: string | null },
  now: Date,
): PersonDecision {
  if (state.erasedAt) return reject('PERSON_ERASED');
  const { purpose } = input;
  const textVersion = versionInForce(purpose);
  if (textVersion === undefined || input.textVersion !== textVersion) {
    return reject('CONSENT_TEXT_OUTDATED', ['textVersion']);
  }
  const current = consentsInForce(state).find((consent) => consent.purpose === purpose);
  if (current?.textVersion === textVersion) return accept(state);
  const consents = [...ended(state, purpose, now), { purpose, textVersion, givenAt: now }];
  return accept({ ...state, consents }, { kind: 'ConsentGiven', purpose, textVersion });
}

/** Ends the consent of a purpose, whichever version was agreed to (152-FZ article 9, part 2). */
export function withdrawConsent(state: PersonState, purpose: ConsentPurpose, now: Date): PersonDecision {
  if (state.erasedAt) return reject('PERSON_ERASED');
  if (!consentsInForce(state).some((consent) => consent.purpose === purpose)) {
    return reject('CONSENT_NOT_GIVEN', ['purpose']);
  }
  return accept({ ...state, consents: ended(state, purpose, now) }, { kind: 'ConsentWithdrawn', purpose });
}

/** Nothing but the id and two dates stays; the id in other services has no name any more. */
export function erasePerson(state: PersonState, now: Date): PersonDecision {
  if (state.erasedAt) return reject('PERSON_ERASED');
  return accept({ registeredAt: state.registeredAt, consents: [], erasedAt: now }, { kind: 'PersonErased' });
}

export function consentsInForce(state: PersonState): ConsentRecord[] {
  return state.consents.filter((consent) => !consent.endedAt);
}

function ended(state: PersonState, purpose: ConsentPurpose, now: Date): ConsentRecord[] {
  return state.consents.map((consent) =>
    consent.purpose === purpose && !consent.endedAt ? { ...consent, endedAt: now } : consent,
  );
}
