import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CONTACTS, ERASE, REGISTER, citizen, key, setUp } from './setup.ts';
import type { Setup } from './setup.ts';

let setup: Setup;
beforeAll(async () => {
  setup = await setUp();
});
afterAll(() => setup.stop());

const ask: Setup['ask'] = (...args) => setup.ask(...args);
const registered: Setup['registered'] = (...args) => setup.registered(...args);

describe('repetition', () => {
  test('the same key with the same input is one change, with another input it is refused', async () => {
    const who = await registered();
    const idempotencyKey = key();
    const input = { idempotencyKey, phone: '89123456789' };
    await ask(CONTACTS, input, who);
    await ask(CONTACTS, { phone: '89123456780' }, who);
    expect((await ask(CONTACTS, input, who)).person.contacts.phone).toBe('+79123456780');
    expect((await ask(CONTACTS, { ...input, phone: '89123456781' }, who)).rejection).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    expect((await ask(ERASE, { idempotencyKey }, who)).rejection).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('eight sign-ins at once register one person, once', async () => {
    setup.login.claimsOf = () => null;
    const who = citizen();
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(REGISTER, {}, who)));
    expect(answers.map((answer) => answer.rejection)).toEqual(Array(8).fill(null));
    await setup.service.settle();
    const told = setup.service.bus.published('veche.identity.PersonRegistered').filter((one) => one.key === who.sub);
    expect(told).toHaveLength(1);
  });
});

test('a change that loses every race says so', async () => {
  const who = await registered();
  const model = setup.service.deps.connection.model('people');
  const { updateOne } = model;
  model.updateOne = (() => Promise.resolve({ matchedCount: 0 })) as never;
  const answer = await ask(CONTACTS, { phone: '89123456789' }, who);
  model.updateOne = updateOne;
  expect(answer).toMatchObject({ person: null, rejection: { code: 'VERSION_CONFLICT' } });
});
