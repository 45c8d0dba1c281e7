import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findPerson } from '../../stand/esia-double/persons.ts';
import { SUBGRAPHS } from '../../stand/src/parts/services.ts';
import { DEMO_STAFF } from '../../stand/keycloak/demo-staff.ts';
import { claimsOf, type Session, type StandState } from '../login/driver.ts';

/** What the state login knows of a person of its double, in each form in which it could be written somewhere. */
export function personalDataOf(key: string): string[] {
  const person = findPerson(key, new Date());
  if (!person) throw new Error(`the ESIA double has no ${key}`);
  const { firstName, lastName, middleName, birthDate, snils, email, mobile, addresses, oid } = person;
  const numbers = [snils, mobile].filter((value) => value !== undefined);
  return [
    ...[firstName, lastName, middleName, email].filter((value) => value !== undefined),
    ...numbers.flatMap((value) => [value, value.replaceAll(/\D/g, '')]),
    birthDate,
    birthDate.split('-').reverse().join('.'),
    String(oid),
    ...addresses.map(({ addressStr }) => addressStr),
  ];
}

/** The voter key of a session: pseudonymous, and still nobody's business. */
export async function voterKeyOf(session: Session): Promise<string[]> {
  const { snils_h: voterKey } = claimsOf(await session.token());
  return typeof voterKey === 'string' ? [voterKey] : [];
}

export const staffNames = (): string[] => DEMO_STAFF.map(({ lastName }) => lastName);

/** Which of the values a text holds as words of their own, plain or as part of an address. */
export function found(text: string, values: readonly string[]): string[] {
  return [...new Set(values)].filter((value) =>
    [value, encodeURIComponent(value)].some((form) => {
      const plain = form.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
      return new RegExp(String.raw`(?<![\p{L}\p{N}])${plain}(?![\p{L}\p{N}])`, 'iu').test(text);
    }),
  );
}

const logDirectory = (): string => join(dirname(process.env['VECHE_STAND_STATE']!), 'logs');

/** The log of each part of the running stand. */
export const logsOfStand = (): [part: string, text: string][] =>
  readdirSync(logDirectory()).map((name) => [name, readFileSync(join(logDirectory(), name), 'utf8')]);

const METERED: readonly string[] = [...SUBGRAPHS, 'gateway', 'esiaBridge'];

/** What each program of the platform tells its metrics system. */
export function metricsOfStand({ urls }: StandState): Promise<[part: string, text: string][]> {
  const programs = Object.entries(urls).filter(([name]) => METERED.includes(name));
  return Promise.all(
    programs.map(async ([name, url]): Promise<[string, string]> => {
      const response = await fetch(`${url}/metrics`);
      if (!response.ok) throw new Error(`${name}: /metrics answered ${response.status}`);
      return [name, await response.text()];
    }),
  );
}
