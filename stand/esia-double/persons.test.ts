import { describe, expect, test } from '@jest/globals';
import { isSnils } from '@veche/kit/domain/requisites';
import { findByOid, findPerson, listedPersons } from './persons.ts';

describe('persons', () => {
  const now = new Date('2026-11-21T21:30:00Z');

  test('all SNILS pass their check digit; only the twins share one', () => {
    const generated = Array.from({ length: 300 }, (_value, n) => findPerson(`citizen-${n}`, now)!);
    const all = [...listedPersons(now), ...generated].filter((person) => person.snils);
    expect(all.filter((person) => !isSnils(person.snils!))).toEqual([]);
    const seen = new Map<string, string[]>();
    for (const { snils, key: name } of all) seen.set(snils!, [...(seen.get(snils!) ?? []), name]);
    expect([...seen.values()].filter((names) => names.length > 1)).toEqual([['twin-a', 'twin-b']]);
  });

  test('everybody is found again by oid, and nobody shares one', () => {
    const keys = [...listedPersons(now).map((person) => person.key), 'surgut-99999'];
    for (const name of [...keys, 'nefteyugansk-1', 'tyumen-5'])
      expect(findByOid(findPerson(name, now)!.oid, now)).toEqual(findPerson(name, now));
    expect(findPerson('citizen-3', now)).toEqual(findPerson('surgut-3', now));
    expect(findPerson('citizen-100000', now)).toBeNull();
  });

  test("a birthday is today's in Moscow", () =>
    expect(findPerson('eighteen-today', now)!.birthDate).toBe('2008-11-22'));
});
