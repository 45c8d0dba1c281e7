import { describe, expect, test } from '@jest/globals';
import { textsInForce, versionInForce } from './consent-text.ts';
import type { PersonState } from './person.ts';
import { consentsInForce, erasePerson, giveConsent, registerPerson, setContacts, withdrawConsent } from './person.ts';
import { displayNameOf } from './person-name.ts';

const now = new Date('2026-03-01T09:00:00Z');
const later = new Date('2026-04-01T09:00:00Z');
const fresh: PersonState = { registeredAt: now, consents: [] };
const reseal = (field: string, value: string): string => `${field}:${value}:again`;
const textVersion = versionInForce('NOTIFICATIONS')!;

function stateOf(decision: { ok: boolean; state?: PersonState }): PersonState {
  expect(decision.ok).toBe(true);
  return decision.state!;
}

describe('registration', () => {
  test('the first sign-in is told, later ones are not', () => {
    const first = registerPerson(fresh, { confirmed: true, name: 'sealed', reseal }, false);
    expect(first).toEqual({
      ok: true,
      state: { ...fresh, confirmed: true, name: 'sealed' },
      events: [{ kind: 'PersonRegistered', confirmed: true }],
    });
    expect(registerPerson(fresh, { confirmed: true, reseal }, true)).toMatchObject({ events: [] });
  });

  test('a login without a name keeps the known one; contacts are sealed again', () => {
    const known = { ...fresh, confirmed: false, name: 'n', email: 'e', phone: 'p' };
    expect(stateOf(registerPerson(known, { confirmed: true, reseal }, true))).toEqual({
      ...fresh,
      confirmed: true,
      name: 'n',
      email: 'email:e:again',
      phone: 'phone:p:again',
    });
  });
});

test('contacts are replaced together, an absent one is removed', () => {
  const state = { ...fresh, email: 'e', phone: 'p' };
  expect(stateOf(setContacts(state, { phone: 'q' }))).toEqual({ ...fresh, phone: 'q' });
  expect(stateOf(setContacts(state, {}))).toEqual(fresh);
});

describe('consent', () => {
  const given = stateOf(giveConsent(fresh, { purpose: 'NOTIFICATIONS', textVersion }, now));

  test('is one act for one purpose', () => {
    expect(given.consents).toEqual([{ purpose: 'NOTIFICATIONS', textVersion, givenAt: now }]);
    expect(giveConsent(given, { purpose: 'PAYMENTS', textVersion }, now)).toMatchObject({
      events: [{ kind: 'ConsentGiven', purpose: 'PAYMENTS', textVersion }],
    });
  });

  test('given twice changes nothing', () => {
    expect(giveConsent(given, { purpose: 'NOTIFICATIONS', textVersion }, later)).toEqual({
      ok: true,
      state: given,
      events: [],
    });
  });

  test.each([[undefined], [null], ['2019-01'], ['']])('text version %s is refused', (version) => {
    expect(giveConsent(fresh, { purpose: 'PAYMENTS', textVersion: version }, now)).toMatchObject({
      ok: false,
      rejection: { code: 'CONSENT_TEXT_OUTDATED', path: ['textVersion'] },
    });
  });

  test('to a new text ends the consent to the old one', () => {
    const old = {
      ...fresh,
      consents: [{ purpose: 'PAYMENTS' as const, textVersion: '2019-01', givenAt: now }],
    };
    const state = stateOf(giveConsent(old, { purpose: 'PAYMENTS', textVersion }, later));
    expect(state.consents).toHaveLength(2);
    expect(state.consents[0]).toMatchObject({ textVersion: '2019-01', endedAt: later });
    expect(consentsInForce(state)).toEqual([{ purpose: 'PAYMENTS', textVersion, givenAt: later }]);
  });

  test('withdrawn stays as proof and can be given again', () => {
    const withdrawn = stateOf(withdrawConsent(given, 'NOTIFICATIONS', later));
    expect(withdrawn.consents).toEqual([{ purpose: 'NOTIFICATIONS', textVersion, givenAt: now, endedAt: later }]);
    expect(withdrawConsent(withdrawn, 'NOTIFICATIONS', later)).toMatchObject({
      rejection: { code: 'CONSENT_NOT_GIVEN' },
    });
    expect(stateOf(giveConsent(withdrawn, { purpose: 'NOTIFICATIONS', textVersion }, later)).consents).toHaveLength(2);
  });

  test('of another purpose cannot be withdrawn', () => {
    expect(withdrawConsent(given, 'PAYMENTS', later)).toMatchObject({
      rejection: { code: 'CONSENT_NOT_GIVEN', path: ['purpose'] },
    });
  });
});

describe('erasure', () => {
  const erased = stateOf(erasePerson({ ...fresh, confirmed: true, name: 'n', email: 'e', phone: 'p' }, later));

  test('leaves two dates', () => {
    expect(erased).toEqual({ registeredAt: now, consents: [], erasedAt: later });
  });

  test.each([
    ['registerPerson', () => registerPerson(erased, { confirmed: true, reseal }, true)],
    ['setContacts', () => setContacts(erased, {})],
    ['giveConsent', () => giveConsent(erased, { purpose: 'PAYMENTS', textVersion }, later)],
    ['withdrawConsent', () => withdrawConsent(erased, 'PAYMENTS', later)],
    ['erasePerson', () => erasePerson(erased, later)],
  ])('%s is refused afterwards', (_name, decide) => {
    expect(decide()).toEqual({ ok: false, rejection: { code: 'PERSON_ERASED' } });
  });
});

test('consent texts say what article 9 part 4 of 152-FZ wants', () => {
  expect(textsInForce().map((text) => text.purpose)).toEqual(['INITIATIVE_GROUP', 'NOTIFICATIONS', 'PAYMENTS']);
  for (const { text } of textsInForce()) {
    expect(text).toMatch(/оператору.*чтобы.*Разрешаю сбор.*действует до его отзыва/s);
  }
});

test('of two versions of a text the last published is in force', () => {
  const texts = [
    { purpose: 'PAYMENTS' as const, version: '1', text: '' },
    { purpose: 'PAYMENTS' as const, version: '2', text: '' },
  ];
  expect(textsInForce(texts)).toEqual([texts[1]]);
});

test.each([
  [{ family_name: 'Петрова', given_name: 'Мария', middle_name: 'Ивановна' }, 'Петрова Мария Ивановна'],
  [{ family_name: ' Петрова ', given_name: 'Анна\tМария' }, 'Петрова Анна Мария'],
  [{ name: 'Мария' }, 'Мария'],
  [{ family_name: '', given_name: 7 }, null],
  [{}, null],
])('name of %j', (claims, expected) => {
  expect(displayNameOf(claims)).toBe(expected);
});
