import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fromJson } from '@bufbuild/protobuf';
import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { ConsentGivenSchema, PersonErasedSchema } from '@veche/proto/identity/v1/identity';
import {
  CONTACTS,
  ERASE,
  GIVE,
  PERSONS,
  REGISTER,
  WITHDRAW,
  citizen,
  key,
  personRefs,
  setUp,
  subjectOf,
} from './setup.ts';
import type { Setup } from './setup.ts';

let setup: Setup;
const organiser: TestCaller = { sub: newId(), roles: ['organiser'], territories: ['71876000'] };

beforeAll(async () => {
  setup = await setUp();
});
afterAll(() => setup.stop());

const ask: Setup['ask'] = (...args) => setup.ask(...args);
const registered: Setup['registered'] = (...args) => setup.registered(...args);

const textVersion = async (): Promise<string> => {
  const { data } = await setup.service.gql('{ consentTexts { purpose version text } }');
  return data.consentTexts[0].version;
};

describe('registration', () => {
  test('takes the name from the login and tells only the id', async () => {
    const who = await registered();
    const { data } = await setup.service.gql(
      '{ me { id displayName confirmed contacts { email } consents { purpose } } }',
      {},
      who,
    );
    expect(data.me).toEqual({
      id: who.sub,
      displayName: 'Петрова Мария Ивановна',
      confirmed: true,
      contacts: { email: null },
      consents: [],
    });
    await setup.service.settle();
    const told = setup.service.bus.published('veche.identity.PersonRegistered').filter((one) => one.key === who.sub);
    expect(told.map((one) => one.data)).toEqual([{ personId: who.sub, confirmed: true }]);
  });

  test('a later sign-in refreshes confirmation and name and is not told again', async () => {
    const who = await registered({ assurance: 'basic' });
    setup.login.claimsOf = (token) => ({
      sub: subjectOf(token),
      family_name: 'Иванова',
      given_name: 'Мария',
    });
    const answer = await ask(REGISTER, {}, { ...who, assurance: 'confirmed' });
    expect(answer.person).toMatchObject({ displayName: 'Иванова Мария', confirmed: true });
    await setup.service.settle();
    const told = setup.service.bus.published('veche.identity.PersonRegistered').filter((one) => one.key === who.sub);
    expect(told).toHaveLength(1);
  });

  test.each<[string, (token: string) => object | null]>([
    ['the scope was not granted', () => null],
    ['the answer is about somebody else', () => ({ sub: newId(), name: 'Чужое Имя' })],
    ['there is no name', (token) => ({ sub: subjectOf(token) })],
  ])('goes through without a name when %s', async (_name, claimsOf) => {
    setup.login.claimsOf = claimsOf;
    const who = citizen();
    const asked = setup.login.asked;
    const answer = await ask(REGISTER, {}, who);
    expect(answer.person).toMatchObject({ id: who.sub, displayName: null });
    expect(setup.login.asked).toBe(asked + 1);
  });

  test('me is null before', async () => {
    expect((await setup.service.gql('{ me { id } myPersonalData { json } }', {}, citizen())).data).toEqual({
      me: null,
      myPersonalData: null,
    });
  });
});

describe('contacts', () => {
  test('are normalised, shown to the person, replaced together', async () => {
    const who = await registered();
    const first = await ask(CONTACTS, { email: 'Maria@Example.RU', phone: '8 (912) 345-67-89' }, who);
    expect(first.person.contacts).toEqual({ email: 'Maria@example.ru', phone: '+79123456789' });
    const second = await ask(CONTACTS, { phone: '+79123456780' }, who);
    expect(second.person.contacts).toEqual({ email: null, phone: '+79123456780' });
  });

  test('lie encrypted, with the id of their key beside', async () => {
    const who = await registered();
    const { deps } = setup.service;
    await ask(CONTACTS, { email: 'hidden@example.ru', phone: '89000000017' }, who);
    const raw = await deps.connection.db!.collection('people').findOne({ _id: who.sub } as never);
    const text = JSON.stringify(raw);
    for (const secret of ['hidden', '9000000017', 'Петрова', 'Мария']) expect(text).not.toContain(secret);
    for (const field of ['name', 'email', 'phone']) {
      expect(raw![field]).toMatch(new RegExp(`^${deps.config.dataKeys[0]!.id}\\.`));
    }
  });

  test.each([
    [{ email: 'x' }, 'EMAIL_INVALID', ['email']],
    [{ phone: '02' }, 'PHONE_INVALID', ['phone']],
  ])('%j is refused', async (input, code, path) => {
    const { person, rejection } = await ask(CONTACTS, input, await registered());
    expect(person).toBeNull();
    expect(rejection).toMatchObject({
      code,
      path,
      userMessage: expect.stringMatching(/^Проверьте/),
    });
  });
});

describe('consent', () => {
  test('is given, told, withdrawn, told', async () => {
    const who = await registered();
    const version = await textVersion();
    const given = await ask(GIVE, { purpose: 'PAYMENTS', textVersion: version }, who);
    expect(given.person.consents).toEqual([
      {
        purpose: 'PAYMENTS',
        textVersion: version,
        givenAt: setup.service.clock.now().toISOString(),
      },
    ]);
    const withdrawn = await ask(WITHDRAW, { purpose: 'PAYMENTS' }, who);
    expect(withdrawn.person.consents).toEqual([]);
    await setup.service.settle();
    const told = setup.service.bus.published().filter((one) => one.key === who.sub);
    expect(told.map((one) => one.type)).toEqual([
      'veche.identity.PersonRegistered',
      'veche.identity.ConsentGiven',
      'veche.identity.ConsentWithdrawn',
    ]);
    expect(fromJson(ConsentGivenSchema, told[1]!.data)).toMatchObject({
      purpose: 'PAYMENTS',
      textVersion: version,
    });
  });

  test.each<[string, string, object, string]>([
    ['another text', GIVE, { purpose: 'PAYMENTS', textVersion: '1999-01' }, 'CONSENT_TEXT_OUTDATED'],
    ['no text', GIVE, { purpose: 'PAYMENTS' }, 'CONSENT_TEXT_OUTDATED'],
    ['withdrawing what was not given', WITHDRAW, { purpose: 'NOTIFICATIONS' }, 'CONSENT_NOT_GIVEN'],
  ])('%s is refused', async (_name, query, input, code) => {
    expect((await ask(query, input, await registered())).rejection).toMatchObject({ code });
  });
});

describe('personal data', () => {
  test('come as one document with everything that is held', async () => {
    const who = await registered();
    await ask(CONTACTS, { email: 'a@b.ru' }, who);
    await ask(GIVE, { purpose: 'PAYMENTS', textVersion: await textVersion() }, who);
    await ask(WITHDRAW, { purpose: 'PAYMENTS' }, who);
    await setup.service.gql(PERSONS, { ids: personRefs(who.sub) }, organiser);
    const { data } = await setup.service.gql('{ myPersonalData { madeAt json } }', {}, who);
    expect(JSON.parse(data.myPersonalData.json)).toEqual({
      personId: who.sub,
      registeredAt: expect.any(String),
      erasedAt: null,
      notices: null,
      confirmed: true,
      displayName: 'Петрова Мария Ивановна',
      contacts: { email: 'a@b.ru', phone: null },
      consents: [expect.objectContaining({ purpose: 'PAYMENTS', endedAt: expect.any(String) })],
      accesses: [{ at: expect.any(String), by: organiser.sub, field: 'displayName' }],
    });
  });

  test('are erased for good', async () => {
    const who = await registered();
    await ask(CONTACTS, { email: 'gone@example.ru' }, who);
    const idempotencyKey = key();
    const erased = await ask(ERASE, { idempotencyKey }, who);
    expect(erased).toMatchObject({
      rejection: null,
      person: {
        id: who.sub,
        displayName: null,
        confirmed: null,
        contacts: { email: null, phone: null },
        consents: [],
      },
    });
    const raw = await setup.service.deps.connection.db!.collection('people').findOne({ _id: who.sub } as never);
    expect(Object.keys(raw!)).not.toEqual(expect.arrayContaining(['name']));
    expect([raw!['name'], raw!['email'], raw!['confirmed']]).toEqual([undefined, undefined, undefined]);
    // The same request again is the same answer; anything else is refused.
    expect((await ask(ERASE, { idempotencyKey }, who)).rejection).toBeNull();
    const version = await textVersion();
    for (const [query, input] of [
      [REGISTER, {}],
      [CONTACTS, {}],
      [GIVE, { purpose: 'PAYMENTS', textVersion: version }],
      [WITHDRAW, { purpose: 'PAYMENTS' }],
      [ERASE, {}],
    ] as const) {
      expect((await ask(query, input, who)).rejection).toMatchObject({ code: 'PERSON_ERASED' });
    }
    await setup.service.settle();
    const told = setup.service.bus.published('veche.identity.PersonErased').filter((one) => one.key === who.sub);
    expect(told.map((one) => fromJson(PersonErasedSchema, one.data).personId)).toEqual([who.sub]);
  });
});

test.each([
  ['updateMyContacts', CONTACTS, {}],
  ['giveConsent', GIVE, { purpose: 'PAYMENTS', textVersion: 'x' }],
  ['withdrawConsent', WITHDRAW, { purpose: 'PAYMENTS' }],
  ['eraseMe', ERASE, {}],
])('%s before registration is refused', async (_name, query, input) => {
  expect((await ask(query, input, citizen())).rejection).toMatchObject({ code: 'NOT_FOUND' });
});
