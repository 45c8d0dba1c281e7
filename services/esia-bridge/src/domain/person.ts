/** From ESIA's person to the claims that may leave the bridge. Pure. */
import { isSnils } from '@veche/kit/domain/requisites';

export interface Address {
  /** PRG = registration, PLV = residence. */
  type?: string;
  fiasCode?: string;
}

export interface Person {
  firstName?: string;
  lastName?: string;
  middleName?: string;
  /** dd.MM.yyyy */
  birthDate?: string;
  trusted?: boolean;
  snils?: string;
}

/** `urn:esia:sbj` of an id_token. */
export interface Subject {
  'urn:esia:sbj:oid'?: string | number;
  'urn:esia:sbj:lvl'?: string;
  'urn:esia:sbj:is_tru'?: boolean;
}

export interface Claims {
  /** The oid. */
  sub: string;
  esia_trusted: boolean;
  /** P simplified or standard, PR confirmed, KD child. */
  esia_lvl: string;
  acr: 'esia:confirmed' | 'esia:basic';
  amr: string[];
  given_name?: string;
  family_name?: string;
  middle_name?: string;
  /** ISO date. */
  birthdate?: string;
  /** Keyed hash of the SNILS, see voter-hash.ts. */
  snils_h?: string;
  /** ОКТМО of the registered address, 8 or 11 digits. */
  addr_reg_oktmo?: string;
  /** Upstream session, for logout. */
  esia_sid?: string;
}

/**
 * Confirmed needs both the level PR and the flag; the flag is absent, not false, when it does not hold.
 * {PR, no flag} counts as basic: the safe side of what ESIA leaves open.
 */
export function isConfirmed(subject: Subject): boolean {
  return subject['urn:esia:sbj:lvl'] === 'PR' && subject['urn:esia:sbj:is_tru'] === true;
}

/** "04.12.1985" -> "1985-12-04"; `undefined` for what is no date. */
export function isoDate(text: string | undefined): string | undefined {
  const match = /^(\d\d)\.(\d\d)\.(\d{4})$/.exec(text ?? '');
  if (!match) return undefined;
  const iso = `${match[3]}-${match[2]}-${match[1]}`;
  const date = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== iso ? undefined : iso;
}

/** 11 digits of a valid SNILS, or `undefined`: a number with a wrong check digit identifies nobody. */
export function snilsDigits(text: string | undefined): string | undefined {
  return text !== undefined && isSnils(text) ? text.replace(/\D/g, '') : undefined;
}

/** ОКТМО of the registered address by the dictionary of ФИАС objects; an object outside it gives nothing. */
export function registeredOktmo(
  addresses: readonly Address[],
  dictionary: Readonly<Record<string, string>>,
): string | undefined {
  const registered = addresses.find((address) => address.type === 'PRG');
  return registered?.fiasCode === undefined ? undefined : dictionary[registered.fiasCode.toLowerCase()];
}

export interface ClaimSources {
  oid: string;
  subject: Subject;
  amr: string[];
  sid?: string;
  person: Person;
  addresses: readonly Address[];
  fiasOktmo: Readonly<Record<string, string>>;
  hashSnils(digits: string): string;
}

/** Everything that leaves the bridge about a person, and nothing else. */
export function buildClaims(sources: ClaimSources): Claims {
  const { person, subject } = sources;
  const confirmed = isConfirmed(subject) && person.trusted === true;
  const snils = snilsDigits(person.snils);
  const optional = {
    given_name: person.firstName,
    family_name: person.lastName,
    middle_name: person.middleName,
    birthdate: isoDate(person.birthDate),
    snils_h: snils && sources.hashSnils(snils),
    addr_reg_oktmo: registeredOktmo(sources.addresses, sources.fiasOktmo),
    esia_sid: sources.sid,
  };
  return {
    sub: sources.oid,
    esia_trusted: confirmed,
    esia_lvl: subject['urn:esia:sbj:lvl'] ?? 'P',
    acr: confirmed ? 'esia:confirmed' : 'esia:basic',
    amr: sources.amr,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined && value !== '')),
  };
}
