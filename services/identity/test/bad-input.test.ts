import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { CONTACTS, ERASE, GIVE, REGISTER, WITHDRAW, key, setUp } from './setup.ts';
import type { Setup } from './setup.ts';

let setup: Setup;
const who: TestCaller = { sub: '0198-bad-input', roles: ['citizen'] };

beforeAll(async () => {
  setup = await setUp();
  await setup.service.gql(REGISTER, { input: { idempotencyKey: key() } }, who);
});
afterAll(() => setup.stop());

const mutations = {
  registerMe: REGISTER,
  updateMyContacts: CONTACTS,
  giveConsent: GIVE,
  withdrawConsent: WITHDRAW,
  eraseMe: ERASE,
};
const bad = 'BAD_USER_INPUT';

describe('malformed requests', () => {
  test.each<[keyof typeof mutations, string, unknown]>([
    ['registerMe', 'no input', null],
    ['registerMe', 'a key of a wrong type', { idempotencyKey: {} }],
    ['registerMe', 'a short key', { idempotencyKey: 'x' }],
    ['registerMe', 'a long key', { idempotencyKey: 'x'.repeat(129) }],
    ['registerMe', 'an unknown field', { idempotencyKey: key(), name: 'Мария' }],
    ['updateMyContacts', 'no key', { email: 'a@b.ru' }],
    ['updateMyContacts', 'a number for an e-mail', { idempotencyKey: key(), email: 5 }],
    ['updateMyContacts', 'a list of telephones', { idempotencyKey: key(), phone: ['1', '2'] }],
    ['giveConsent', 'no purpose', { idempotencyKey: key(), textVersion: '1' }],
    ['giveConsent', 'an unknown purpose', { idempotencyKey: key(), purpose: 'SPAM', textVersion: '1' }],
    ['withdrawConsent', 'null for the purpose', { idempotencyKey: key(), purpose: null }],
    ['eraseMe', 'a bad key', { idempotencyKey: 'with spaces in it' }],
  ])('%s: %s', async (mutation, _name, input) => {
    const { data, errors } = await setup.service.gql(mutations[mutation], { input }, who);
    expect(data?.[mutation] ?? null).toBeNull();
    expect(errors?.[0]?.extensions).toMatchObject({ code: bad, userMessage: expect.any(String) });
  });

  test.each([
    ['a very long e-mail', { email: `${'a'.repeat(100_000)}@b.ru` }, 'EMAIL_INVALID'],
    ['a very long telephone', { phone: '8'.repeat(100_000) }, 'PHONE_INVALID'],
    ['an injected operator', { email: '{"$gt":""}' }, 'EMAIL_INVALID'],
  ])('%s is refused as data', async (_name, input, code) => {
    const { data } = await setup.service.gql(CONTACTS, { input: { idempotencyKey: key(), ...input } }, who);
    expect(data.updateMyContacts.rejection).toMatchObject({ code });
  });
});

describe('without signing in', () => {
  test.each(
    Object.entries({
      registerMe: [REGISTER, {}],
      updateMyContacts: [CONTACTS, {}],
      giveConsent: [GIVE, { purpose: 'PAYMENTS' }],
      withdrawConsent: [WITHDRAW, { purpose: 'PAYMENTS' }],
      eraseMe: [ERASE, {}],
    }),
  )('%s is refused', async (_name, [query, input]) => {
    const { errors } = await setup.service.gql(query as string, {
      input: { idempotencyKey: key(), ...(input as object) },
    });
    expect(errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });

  test.each(['{ me { id } }', '{ myPersonalData { json } }'])('%s is refused', async (query) => {
    expect((await setup.service.gql(query)).errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });

  test('consent texts are public', async () => {
    const { data } = await setup.service.gql('{ consentTexts { purpose version text } }');
    expect(data.consentTexts).toHaveLength(3);
  });
});
