import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { fromJson } from '@bufbuild/protobuf';
import { connectMongo, newId } from '@veche/kit';
import { VirtualCapitalCountedSchema } from '@veche/proto/crowdfunding/v1/capital';
import type mongoose from 'mongoose';
import { capitalAudit } from '../src/capital.ts';
import { capitalStores, type CapitalStores } from '../src/store/capital.ts';
import { citizen, faultsOf, key, startCrowdfunding, type Crowdfunding } from './setup.ts';
import {
  accountOf,
  AT,
  CAPITAL,
  capitalOf,
  GIVE,
  gives,
  rescheduled,
  scene,
  supportOf,
  withdrawn,
} from './setup-capital.ts';

let service: Crowdfunding;
let connection: mongoose.Connection;
let stores: CapitalStores;
beforeAll(async () => {
  service = await startCrowdfunding();
  const { mongodbUri, mongodbDatabase } = service.deps.config;
  connection = await connectMongo(mongodbUri, mongodbDatabase);
  stores = capitalStores(connection);
});
beforeEach(() => service.clock.set(AT.before));
afterAll(async () => {
  await connection.close();
  await service.stop();
});

const codeOf = async (answer: Promise<any>) => (await answer).rejection?.code ?? null;
const keep = () => service.runBackground('virtual-capital');

const audit = (contestId: string) => faultsOf(capitalAudit(stores), service, contestId);

async function countedOf(contestId: string) {
  await service.settle();
  const told = service.bus.published('veche.crowdfunding.VirtualCapitalCounted');
  return told.filter((one) => one.key === contestId).map(({ data }) => fromJson(VirtualCapitalCountedSchema, data));
}

test('the capital of a contest is what its rules and its calendar say', async () => {
  const { contestId } = await scene(service);
  expect(await capitalOf(service, contestId)).toEqual({
    contestId,
    ...CAPITAL,
    opensAt: '2026-03-03T04:00:00.000Z',
    closesAt: '2026-03-10T04:00:00.000Z',
    open: true,
    countedAt: null,
  });
  const without = await scene(service, { rule: null });
  expect(await capitalOf(service, without.contestId)).toBeNull();
  expect(await accountOf(service, without.contestId, citizen())).toBeNull();
  expect(await codeOf(gives(service, without.applicationId, 50))).toBe('NO_VIRTUAL_CAPITAL');
  expect(await codeOf(gives(service, newId(), 50))).toBe('NOT_FOUND');
});

test('a person with a confirmed account has the endowment once, gives presets or any amount, and never more than is left', async () => {
  const { contestId, ids } = await scene(service, { asked: [10_000n, 3n] });
  const [first, second] = ids as [string, string];
  const who = citizen();
  expect(await accountOf(service, contestId, who)).toMatchObject({
    verified: true,
    granted: 0,
    balance: 5000,
    given: [],
  });
  for (const preset of CAPITAL.presets) expect(await codeOf(gives(service, first, preset, who))).toBeNull();
  const { account, application } = await gives(service, second, 1, who);
  expect(account).toEqual({
    contestId,
    verified: true,
    granted: 5000,
    balance: 4149,
    given: [
      { application: { id: first }, points: 850 },
      { application: { id: second }, points: 1 },
    ],
  });
  // A third of the sum, rounded down and never up.
  expect(application.virtualSupport).toEqual({ points: 1, supporters: 1, requested: '3.00', share: '33.333333' });
  const { rejection } = await gives(service, first, 4150, who);
  expect(rejection).toMatchObject({
    code: 'BALANCE_EXCEEDED',
    path: ['points'],
    userMessage: expect.stringContaining('4149'),
  });
  await gives(service, first, 4149);
  expect(await supportOf(service, ids)).toEqual([
    { points: 4999, supporters: 2, requested: '10000.00', share: '49.99' },
    { points: 1, supporters: 1, requested: '3.00', share: '33.333333' },
  ]);
  await keep();
  service.clock.advance(61_000);
  expect(await audit(contestId)).toEqual([]);
});

test('who is not verified is told why and how to be; the account stays empty', async () => {
  const { contestId, applicationId } = await scene(service);
  for (const assurance of ['none', 'basic'] as const) {
    const who = citizen(assurance);
    const { rejection } = await gives(service, applicationId, 50, who);
    expect(rejection.code).toBe('VERIFICATION_REQUIRED');
    expect(rejection.userMessage).toMatch(/только подтверждённые.*Госуслугах.*МФЦ/);
    expect(await accountOf(service, contestId, who)).toMatchObject({ verified: false, granted: 0, balance: 0 });
    expect(await codeOf(gives(service, applicationId, 50, { ...who, assurance: 'confirmed' }))).toBeNull();
  }
  const input = { idempotencyKey: key(), applicationId, points: 50 };
  expect((await service.gql(GIVE, { input })).errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
});

test('where the rules bind giving to a territory, its residents give, and others are told why they cannot', async () => {
  const { applicationId } = await scene(service, { rule: { ...CAPITAL, residence: '71876000' } });
  const resident = { ...citizen(), residence: '71876000101' };
  expect(await codeOf(gives(service, applicationId, 50, resident))).toBeNull();
  const { rejection } = await gives(service, applicationId, 50, { ...citizen(), residence: '71829000' });
  expect(rejection).toMatchObject({
    code: 'NOT_A_RESIDENT',
    userMessage: expect.stringMatching(/71876000.*71829000/),
  });
  const untold = (await gives(service, applicationId, 50, { ...citizen(), residence: undefined })).rejection;
  expect(untold).toMatchObject({ code: 'RESIDENCE_UNKNOWN', userMessage: expect.stringMatching(/адрес регистрации/) });
  const open = await scene(service);
  expect(await codeOf(gives(service, open.applicationId, 50, { ...citizen(), residence: '71829000' }))).toBeNull();
});

test('gifts at once never overdraw an account, and the endowment is granted once', async () => {
  const { contestId, ids } = await scene(service, { asked: [10_000n, 10_000n, 10_000n] });
  const who = citizen();
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) => gives(service, ids[index % 3]!, 1000, who)),
  );
  const codes = answers.map(({ rejection }) => rejection?.code ?? 'DONE');
  const done = codes.filter((code) => code === 'DONE').length;
  // A writer that lost too many races may be told to come again, but nobody is given what is not there.
  expect(codes.every((code) => ['DONE', 'BALANCE_EXCEEDED', 'VERSION_CONFLICT'].includes(code))).toBe(true);
  expect(done).toBeLessThanOrEqual(5);
  const { granted, balance } = await accountOf(service, contestId, who);
  expect([granted, balance]).toEqual([5000, 5000 - 1000 * done]);
  for (let left = done; left < 5; left += 1) expect(await codeOf(gives(service, ids[0]!, 1000, who))).toBeNull();
  expect(await codeOf(gives(service, ids[0]!, 1, who))).toBe('BALANCE_EXCEEDED');
  const held = (await supportOf(service, ids)).map(({ points }) => points);
  expect(held.reduce((sum, one) => sum + one, 0)).toBe(5000);
  await keep();
  service.clock.advance(61_000);
  expect(await audit(contestId)).toEqual([]);
});

test('a gift that is repeated with its key is one gift', async () => {
  const { contestId, ids } = await scene(service, { asked: [1000n, 1000n] });
  const who = citizen();
  const same = { idempotencyKey: key() };
  const [one, two] = await Promise.all([1, 2].map(() => gives(service, ids[0]!, 100, who, same)));
  expect([one.rejection, two.rejection]).toEqual([null, null]);
  expect(await accountOf(service, contestId, who)).toMatchObject({ balance: 4900 });
  expect(await codeOf(gives(service, ids[0]!, 200, who, same))).toBe('IDEMPOTENCY_KEY_REUSED');
  expect(await codeOf(gives(service, ids[1]!, 100, who, same))).toBe('IDEMPOTENCY_KEY_REUSED');
  expect((await supportOf(service, ids)).map(({ points }) => points)).toEqual([100, 0]);
});

describe('nothing is given', () => {
  test('to the own group, above the limit for one application, before the stage, or after it', async () => {
    const lead = citizen();
    const rule = { ...CAPITAL, perApplication: 1000 };
    const { applicationId } = await scene(service, { rule, members: [lead.sub] });
    expect(await codeOf(gives(service, applicationId, 50, lead))).toBe('OWN_APPLICATION');
    const who = citizen();
    expect(await codeOf(gives(service, applicationId, 1001, who))).toBe('APPLICATION_LIMIT_EXCEEDED');
    expect(await codeOf(gives(service, applicationId, 1000, who))).toBeNull();
    expect(await codeOf(gives(service, applicationId, 1, who))).toBe('APPLICATION_LIMIT_EXCEEDED');
    service.clock.set(AT.before);
    expect(await codeOf(gives(service, applicationId, 50))).toBe('CAPITAL_NOT_OPEN');
    service.clock.set(AT.end);
    expect(await codeOf(gives(service, applicationId, 50))).toBe('CAPITAL_FROZEN');
  });

  test.each([0, -1])('when it is %s points', async (points) => {
    const { applicationId } = await scene(service);
    expect(await codeOf(gives(service, applicationId, points))).toBe('POINTS_OUT_OF_RANGE');
  });
});

test('a withdrawn application gives back what it had, and takes nothing more', async () => {
  const { contestId, ids } = await scene(service, { asked: [1000n, 1000n] });
  const [gone, stays] = ids as [string, string];
  const who = citizen();
  await gives(service, gone, 700, who);
  await gives(service, gone, 100, who);
  await gives(service, stays, 200, who);
  await service.bus.deliver({ ...withdrawn(contestId, gone), time: service.clock.now() });
  service.clock.advance(61_000);
  expect(await audit(contestId)).toEqual(['I7 GIFT_NOT_RETURNED']);
  await keep();
  expect(await accountOf(service, contestId, who)).toMatchObject({
    balance: 4800,
    given: [{ application: { id: stays }, points: 200 }],
  });
  expect(await codeOf(gives(service, gone, 50, who))).toBe('NOT_FOUND');
  expect((await supportOf(service, ids)).map((one) => one?.points ?? null)).toEqual([null, 200]);
  await keep();
  service.clock.advance(61_000);
  expect(await audit(contestId)).toEqual([]);
});

test('what is hidden until the end is shown at the end', async () => {
  const { applicationId } = await scene(service, { rule: { ...CAPITAL, progress: 'HIDDEN_UNTIL_END' } });
  const { account, application } = await gives(service, applicationId, 500);
  expect([account.balance, application.virtualSupport]).toEqual([4500, null]);
  expect(await supportOf(service, [applicationId])).toEqual([null]);
  service.clock.set(AT.end);
  expect((await supportOf(service, [applicationId]))[0].points).toBe(500);
});

describe('the count', () => {
  test('is told once, a minute after the end, without persons', async () => {
    const { contestId, ids } = await scene(service, { asked: [1000n, 1000n, 1000n] });
    const [half, gone] = ids as [string, string];
    const who = citizen();
    await gives(service, half, 400, who);
    await gives(service, half, 100);
    await gives(service, gone, 100);
    await service.bus.deliver(withdrawn(contestId, gone));
    service.clock.set(AT.end);
    await keep();
    expect(await countedOf(contestId)).toEqual([]);
    service.clock.set(AT.counting);
    await keep();
    await keep();
    const [told, ...more] = await countedOf(contestId);
    expect(more).toEqual([]);
    expect(told).toMatchObject({ contestId, closesAt: AT.end.toISOString() });
    expect(told!.lines).toEqual([expect.objectContaining({ applicationId: half, points: 500n, supporters: 2 })]);
    expect(JSON.stringify(service.bus.messages())).not.toContain(who.sub);
    expect((await capitalOf(service, contestId)).countedAt).toBe(AT.counting.toISOString());
    service.clock.advance(120_000);
    expect(await audit(contestId)).toEqual([]);
  });

  test('follows the calendar: an extended stage is counted at its new end', async () => {
    const { contestId, applicationId } = await scene(service);
    await gives(service, applicationId, 100);
    await service.bus.deliver(rescheduled(contestId, '2026-03-12T04:00:00Z'));
    service.clock.set(AT.counting);
    await keep();
    expect(await countedOf(contestId)).toEqual([]);
    await gives(service, applicationId, 150);
    service.clock.set('2026-03-12T04:01:00Z');
    await keep();
    const told = await countedOf(contestId);
    expect(told.map(({ closesAt, lines }) => [closesAt, lines[0]!.points])).toEqual([
      ['2026-03-12T04:00:00.000Z', 250n],
    ]);
  });

  test('is told anew after an extension that was heard of late; until then what it told is not held against the ledger', async () => {
    const { contestId, applicationId } = await scene(service);
    await gives(service, applicationId, 100);
    service.clock.set(AT.counting);
    await keep();
    await service.bus.deliver(rescheduled(contestId, '2026-03-12T04:00:00Z'));
    await gives(service, applicationId, 150);
    service.clock.advance(61_000);
    expect(await audit(contestId)).toEqual([]);
    service.clock.set('2026-03-12T04:01:00Z');
    await keep();
    expect((await countedOf(contestId)).map(({ lines }) => lines[0]!.points)).toEqual([100n, 250n]);
    expect(await audit(contestId)).toEqual([]);
    await connection.db!.collection('capital_postings').deleteMany({ contestId, points: 150 });
    expect(await audit(contestId)).toContain('I7 COUNT_DIFFERS');
  });

  test('and everything else is the same after a replay', async () => {
    const { contestId, applicationId } = await scene(service);
    await gives(service, applicationId, 100);
    service.clock.set(AT.counting);
    await keep();
    const before = [await capitalOf(service, contestId), await supportOf(service, [applicationId])];
    await service.bus.replay('crowdfunding');
    await keep();
    expect([await capitalOf(service, contestId), await supportOf(service, [applicationId])]).toEqual(before);
    expect(await countedOf(contestId)).toHaveLength(1);
    expect(service.bus.deadLetters()).toEqual([]);
  });
});
