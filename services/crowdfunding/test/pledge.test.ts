import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fromJson } from '@bufbuild/protobuf';
import { newId } from '@veche/kit';
import type { Role } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { PledgeMadeSchema, PledgePaidSchema, PledgeWithdrawnSchema } from '@veche/proto/crowdfunding/v1/crowdfunding';
import { isPaymentReference } from '../src/domain/payment-reference.ts';
import type { Crowdfunding } from './setup.ts';
import {
  CONFIRM,
  PLEDGE,
  WITHDRAW,
  ask,
  campaign,
  citizen,
  key,
  opened,
  pay,
  promised,
  startCrowdfunding,
} from './setup.ts';

let service: Crowdfunding;
beforeAll(async () => {
  service = await startCrowdfunding();
});
afterAll(() => service.stop());

const told = async (pledgeId: string) => {
  await service.settle();
  return service.bus.published().filter((one) => one.key === pledgeId);
};

describe('a promise', () => {
  test('carries a reference that can be copied by hand, and is told without the payer', async () => {
    const of = await opened(service);
    const who = citizen();
    const pledge = await promised(service, of, '1234.56', who);
    expect(pledge).toMatchObject({
      project: { id: of.projectId },
      amount: '1234.56',
      state: 'PROMISED',
      documentNumber: null,
    });
    expect(pledge.reference).toMatch(/^2026-\d{6}-\d$/);
    expect(isPaymentReference(pledge.reference)).toBe(true);
    const [event] = await told(pledge.id);
    expect(fromJson(PledgeMadeSchema, event!.data)).toMatchObject({
      pledgeId: pledge.id,
      ...of,
      amountKopecks: 1234_56n,
    });
    const wire = JSON.stringify(service.bus.messages());
    expect(wire).not.toContain(who.sub);
    expect(wire).not.toContain(pledge.reference);
  });

  test.each<[string, TestCaller, string, string]>([
    ['an unconfirmed account', citizen('basic'), '5.00', 'ACCOUNT_NOT_CONFIRMED'],
    ['no state login at all', citizen('none'), '5.00', 'ACCOUNT_NOT_CONFIRMED'],
    ['too little', citizen(), '0.99', 'AMOUNT_OUT_OF_RANGE'],
    ['too much', citizen(), '10000000.01', 'AMOUNT_OUT_OF_RANGE'],
    ['less than nothing', citizen(), '-5.00', 'AMOUNT_OUT_OF_RANGE'],
  ])('of %s is refused', async (_name, who, amount, code) => {
    const { projectId } = await opened(service);
    const answer = await ask(service, PLEDGE, { projectId, amount }, who);
    expect(answer).toMatchObject({
      pledge: null,
      rejection: { code, userMessage: expect.stringMatching(/^[А-Я]/) },
    });
  });

  test.each(['1.00', '10000000.00'])('of %s is taken', async (amount) => {
    expect((await promised(service, await opened(service), amount)).amount).toBe(amount);
  });

  test('for a project without a campaign is refused', async () => {
    const answer = await ask(service, PLEDGE, { projectId: newId(), amount: '5.00' }, citizen());
    expect(answer.rejection).toMatchObject({ code: 'CAMPAIGN_NOT_OPEN' });
  });

  test('made by many at once has a reference of its own each', async () => {
    const of = await opened(service);
    const pledges = await Promise.all(Array.from({ length: 20 }, () => promised(service, of, '10.00')));
    expect(new Set(pledges.map((pledge) => pledge.reference)).size).toBe(20);
    expect(await campaign(service, of)).toMatchObject({ pledged: '200.00', pledgesCount: 20 });
  });

  test('repeated with its key is one promise; another amount under the key is refused', async () => {
    const of = await opened(service);
    const who = citizen();
    const input = { idempotencyKey: key(), projectId: of.projectId, amount: '5.00' };
    const first = await ask(service, PLEDGE, input, who);
    const again = await ask(service, PLEDGE, input, who);
    expect(again.pledge).toEqual(first.pledge);
    expect((await campaign(service, of)).pledgesCount).toBe(1);
    expect((await ask(service, PLEDGE, { ...input, amount: '6.00' }, who)).rejection).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    expect((await ask(service, PLEDGE, input, citizen())).rejection).toBeNull();
  });
});

describe('withdrawal', () => {
  test('is told and final', async () => {
    const who = citizen();
    const pledge = await promised(service, await opened(service), '5.00', who);
    const done = await ask(service, WITHDRAW, { pledgeId: pledge.id }, who);
    expect(done).toMatchObject({ rejection: null, pledge: { state: 'WITHDRAWN', version: 2 } });
    expect((await ask(service, WITHDRAW, { pledgeId: pledge.id }, who)).rejection).toMatchObject({
      code: 'PLEDGE_WITHDRAWN',
    });
    expect((await pay(service, pledge)).rejection).toMatchObject({ code: 'PLEDGE_WITHDRAWN' });
    const events = await told(pledge.id);
    expect(fromJson(PledgeWithdrawnSchema, events[1]!.data)).toMatchObject({
      pledgeId: pledge.id,
      amountKopecks: 5_00n,
    });
    expect(events).toHaveLength(2);
  });

  test('of somebody else and of nothing looks the same', async () => {
    const pledge = await promised(service, await opened(service));
    for (const pledgeId of [pledge.id, newId()]) {
      expect((await ask(service, WITHDRAW, { pledgeId }, citizen())).rejection).toMatchObject({
        code: 'NOT_FOUND',
        path: ['pledgeId'],
      });
    }
  });

  test('of paid money is refused', async () => {
    const who = citizen();
    const pledge = await promised(service, await opened(service), '5.00', who);
    await pay(service, pledge);
    expect((await ask(service, WITHDRAW, { pledgeId: pledge.id }, who)).rejection).toMatchObject({
      code: 'PLEDGE_PAID',
    });
  });

  test('of a stale version is refused', async () => {
    const who = citizen();
    const pledge = await promised(service, await opened(service), '5.00', who);
    const stale = { pledgeId: pledge.id, expectedVersion: pledge.version + 1 };
    expect((await ask(service, WITHDRAW, stale, who)).rejection).toMatchObject({
      code: 'VERSION_CONFLICT',
    });
    expect((await ask(service, WITHDRAW, { ...stale, expectedVersion: pledge.version }, who)).rejection).toBeNull();
  });
});

describe('payment', () => {
  test('is matched once, with a document of its own', async () => {
    const of = await opened(service);
    const [a, b] = [await promised(service, of), await promised(service, of)];
    const documentNumber = `ПП ${key()}`;
    const done = await pay(service, a, { documentNumber: ` ${documentNumber} ` });
    expect(done).toMatchObject({ rejection: null, pledge: { state: 'PAID', documentNumber } });
    expect((await pay(service, b, { documentNumber })).rejection).toMatchObject({
      code: 'DOCUMENT_USED',
      path: ['documentNumber'],
    });
    expect((await pay(service, a)).rejection).toMatchObject({ code: 'PLEDGE_PAID' });
    expect(await campaign(service, of)).toMatchObject({ pledged: '1000.00', paid: '500.00' });
    const events = await told(a.id);
    expect(fromJson(PledgePaidSchema, events[1]!.data)).toMatchObject({
      pledgeId: a.id,
      amountKopecks: 500_00n,
    });
    expect(JSON.stringify(events)).not.toContain(documentNumber);
  });

  test('by one document for two promises at once goes to one of them', async () => {
    const of = await opened(service);
    const pledges = [await promised(service, of), await promised(service, of), await promised(service, of)];
    const documentNumber = key();
    const answers = await Promise.all(pledges.map((pledge) => pay(service, pledge, { documentNumber })));
    expect(answers.map((answer) => answer.rejection?.code ?? 'DONE').sort()).toEqual([
      'DOCUMENT_USED',
      'DOCUMENT_USED',
      'DONE',
    ]);
    expect((await campaign(service, of)).paid).toBe('500.00');
  });

  test.each([
    ['a kopeck less', { amount: '499.99' }, 'AMOUNT_DIFFERS', ['amount']],
    ['no document', { documentNumber: ' ' }, 'DOCUMENT_REQUIRED', ['documentNumber']],
    ['a very long document', { documentNumber: '1'.repeat(101) }, 'DOCUMENT_REQUIRED', ['documentNumber']],
    ['a stale version', { expectedVersion: 7 }, 'VERSION_CONFLICT', []],
    ['no such promise', { pledgeId: newId() }, 'NOT_FOUND', ['pledgeId']],
  ])('with %s is refused', async (_name, change, code, path) => {
    const pledge = await promised(service, await opened(service));
    expect((await pay(service, pledge, change)).rejection).toMatchObject({ code, path });
  });

  test('repeated with its key is one payment; under another amount the key is refused', async () => {
    const pledge = await promised(service, await opened(service));
    const input = { idempotencyKey: key(), documentNumber: key() };
    await pay(service, pledge, input);
    expect(await pay(service, pledge, input)).toMatchObject({
      rejection: null,
      pledge: { state: 'PAID' },
    });
    expect((await pay(service, pledge, { ...input, amount: '1.00' })).rejection).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('is not seen by officers of another territory', async () => {
    const pledge = await promised(service, await opened(service));
    for (const territories of [['71871000'], []]) {
      const elsewhere: TestCaller = { roles: ['finance'], territories };
      expect((await pay(service, pledge, {}, elsewhere)).rejection).toMatchObject({
        code: 'NOT_FOUND',
      });
    }
    expect((await pay(service, pledge, {}, { roles: ['finance'], territories: ['71000000'] })).rejection).toBeNull();
  });
});

test.each<[Role, string, object]>([
  ['organiser', PLEDGE, { projectId: 'p', amount: '5.00' }],
  ['finance', PLEDGE, { projectId: 'p', amount: '5.00' }],
  ['finance', WITHDRAW, { pledgeId: 'p' }],
  ['citizen', CONFIRM, { pledgeId: 'p', amount: '5.00', documentNumber: '1' }],
  ['organiser', CONFIRM, { pledgeId: 'p', amount: '5.00', documentNumber: '1' }],
])('role %s is not enough for %s', async (role, query, input) => {
  const who: TestCaller = { roles: [role], territories: ['71876000'] };
  const { errors } = await service.gql(query, { input: { idempotencyKey: key(), ...input } }, who);
  expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  const anonymous = await service.gql(query, { input: { idempotencyKey: key(), ...input } });
  expect(anonymous.errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
});
