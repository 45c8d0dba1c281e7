import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import type { Crowdfunding } from './setup.ts';
import { CONFIRM, PLEDGE, WITHDRAW, citizen, finance, key, startCrowdfunding } from './setup.ts';

let service: Crowdfunding;
beforeAll(async () => {
  service = await startCrowdfunding();
});
afterAll(() => service.stop());

const id = newId();

test.each<[string, string, unknown]>([
  ['pledge: nothing', PLEDGE, null],
  ['pledge: no amount', PLEDGE, { idempotencyKey: key(), projectId: id }],
  ['pledge: no project', PLEDGE, { idempotencyKey: key(), amount: '5.00' }],
  ['pledge: a number', PLEDGE, { idempotencyKey: key(), projectId: id, amount: 5 }],
  ['pledge: three decimals', PLEDGE, { idempotencyKey: key(), projectId: id, amount: '5.001' }],
  ['pledge: a comma', PLEDGE, { idempotencyKey: key(), projectId: id, amount: '5,00' }],
  ['pledge: words', PLEDGE, { idempotencyKey: key(), projectId: id, amount: 'пять' }],
  ['pledge: an exponent', PLEDGE, { idempotencyKey: key(), projectId: id, amount: '1e3' }],
  ['pledge: 16 digits', PLEDGE, { idempotencyKey: key(), projectId: id, amount: '1234567890123456.00' }],
  ['pledge: a short key', PLEDGE, { idempotencyKey: '1', projectId: id, amount: '5.00' }],
  ['pledge: no key type', PLEDGE, { idempotencyKey: [], projectId: id, amount: '5.00' }],
  ['pledge: a payer', PLEDGE, { idempotencyKey: key(), projectId: id, amount: '5.00', payerId: id }],
  ['withdrawal: no pledge', WITHDRAW, { idempotencyKey: key() }],
  ['withdrawal: an object for the pledge', WITHDRAW, { idempotencyKey: key(), pledgeId: { $ne: null } }],
  ['withdrawal: a version in words', WITHDRAW, { idempotencyKey: key(), pledgeId: id, expectedVersion: 'one' }],
  ['payment: no document', CONFIRM, { idempotencyKey: key(), pledgeId: id, amount: '5.00' }],
  ['payment: null for the amount', CONFIRM, { idempotencyKey: key(), pledgeId: id, amount: null, documentNumber: '1' }],
  [
    'payment: a document of another type',
    CONFIRM,
    { idempotencyKey: key(), pledgeId: id, amount: '5.00', documentNumber: 17 },
  ],
])('%s', async (_name, query, input) => {
  const who = query === CONFIRM ? finance : citizen();
  const { data, errors } = await service.gql(query, { input }, who);
  expect(data).toBeNull();
  expect(errors?.[0]?.extensions).toMatchObject({
    code: 'BAD_USER_INPUT',
    userMessage: expect.any(String),
  });
});
