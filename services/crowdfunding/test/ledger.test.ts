import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectMongo } from '@veche/kit';
import type mongoose from 'mongoose';
import { capitalAudit } from '../src/capital.ts';
import { capitalStores, type CapitalStores } from '../src/store/capital.ts';
import { ledgerStore, type LedgerStore } from '../src/ledger-store.ts';
import { ledgerAudit } from '../src/ledger.ts';
import { pledgeStore, type PledgeStore } from '../src/store.ts';
import {
  ask,
  citizen,
  faultsOf,
  opened,
  pay,
  promised,
  startCrowdfunding,
  WITHDRAW,
  type Crowdfunding,
  type Story,
} from './setup.ts';
import { AT, gives, scene } from './setup-capital.ts';

let service: Crowdfunding;
let connection: mongoose.Connection;
let ledger: LedgerStore;
let pledges: PledgeStore;
let capital: CapitalStores;
beforeAll(async () => {
  service = await startCrowdfunding();
  const { mongodbUri, mongodbDatabase } = service.deps.config;
  connection = await connectMongo(mongodbUri, mongodbDatabase);
  ledger = ledgerStore(connection);
  pledges = pledgeStore(connection);
  capital = capitalStores(connection);
});
afterAll(async () => {
  await connection.close();
  await service.stop();
});

const audit = ({ contestId }: Story) => faultsOf(ledgerAudit({ pledges, ledger }), service, contestId);

/** One promise in force, one paid, one taken back; all booked more than a minute ago. */
async function told() {
  const story = await opened(service);
  const who = citizen();
  const kept = await promised(service, story, '100.00');
  const paid = await promised(service, story, '200.00');
  const gone = await promised(service, story, '400.00', who);
  await pay(service, paid);
  await ask(service, WITHDRAW, { pledgeId: gone.id }, who);
  await service.runBackground('ledger');
  service.clock.advance(61_000);
  return { ...story, kept, paid, gone };
}

const postings = () => connection.db!.collection<any>('postings');

test('what happened to pledges is booked once, sums to zero, and is what the project shows', async () => {
  const story = await told();
  await service.runBackground('ledger');
  const booked = await ledger.of(story.projectId);
  expect(booked.map(({ pledgeId, cause }) => `${pledgeId} ${cause}`).sort()).toEqual(
    [
      `${story.kept.id} MADE`,
      `${story.paid.id} MADE`,
      `${story.paid.id} PAID`,
      `${story.gone.id} MADE`,
      `${story.gone.id} WITHDRAWN`,
    ].sort(),
  );
  const balances = Object.groupBy(
    booked.flatMap(({ entries }) => entries),
    ({ account }) => account,
  );
  const sum = (account: 'owed' | 'treasury' | 'promised') =>
    balances[account]!.reduce((total, { amount }) => total + amount, 0n);
  expect([sum('owed'), sum('treasury'), sum('promised')]).toEqual([100_00n, 200_00n, -300_00n]);
  expect(await audit(story)).toEqual([]);
});

test('what is booked is not booked again, and what changes within the minute is', async () => {
  const story = await opened(service);
  const pledge = await promised(service, story);
  let written = 0;
  service.deps.connection.getClient().on('commandStarted', ({ commandName, command }) => {
    if (commandName === 'update' && command['update'] === 'postings') written += command['updates'].length;
  });
  const run = async () => {
    written = 0;
    await service.runBackground('ledger');
    return written;
  };
  // Nothing is written of what nobody changes, neither in its minute nor ever after.
  expect(await run()).toBe(1);
  expect(await run()).toBe(0);
  await pay(service, pledge);
  expect(await run()).toBe(2);
  for (const seconds of [30, 61, 3_600]) {
    service.clock.advance(seconds * 1_000);
    expect(await run()).toBe(0);
  }
  expect(await audit(story)).toEqual([]);
});

test('a pledge of this minute may still be on its way to the ledger, an older one may not', async () => {
  const story = await opened(service);
  await promised(service, story);
  expect(await audit(story)).toEqual([]);
  service.clock.advance(61_000);
  expect(await audit(story)).toEqual(['I7 BALANCE_DIFFERS', 'I7 POSTING_MISSING']);
  await service.runBackground('ledger');
  expect(await audit(story)).toEqual([]);
});

describe('a hand in the database is found and named', () => {
  type Told = Awaited<ReturnType<typeof told>>;
  test.each<[string, (story: Told) => Promise<unknown>, string[]]>([
    [
      'one side of a posting changed',
      ({ kept }) => postings().updateOne({ _id: `${kept.id}:MADE` }, { $set: { 'entries.1.amount': -1n } }),
      ['I7 BALANCE_DIFFERS', 'I7 POSTING_DIFFERS', 'I7 POSTING_UNBALANCED'],
    ],
    [
      'both sides changed',
      ({ kept }) =>
        postings().updateOne({ _id: `${kept.id}:MADE` }, { $set: { 'entries.0.amount': 1n, 'entries.1.amount': -1n } }),
      ['I7 BALANCE_DIFFERS', 'I7 POSTING_DIFFERS'],
    ],
    [
      'a posting deleted',
      ({ paid }) => postings().deleteOne({ _id: `${paid.id}:PAID` }),
      ['I7 BALANCE_DIFFERS', 'I7 POSTING_MISSING'],
    ],
    [
      'a pledge changed',
      ({ kept }) => pledges.model.updateOne({ _id: kept.id }, { $set: { amount: 5n } }),
      ['I7 BALANCE_DIFFERS', 'I7 POSTING_DIFFERS'],
    ],
    [
      'a pledge deleted',
      ({ kept }) => pledges.model.deleteOne({ _id: kept.id }),
      ['I7 BALANCE_DIFFERS', 'I7 POSTING_WITHOUT_PLEDGE'],
    ],
    [
      'a promise said to be paid, without a document',
      ({ kept }) => pledges.model.updateOne({ _id: kept.id }, { $set: { status: 'PAID' } }),
      ['I7 BALANCE_DIFFERS', 'I7 PAID_WITHOUT_DOCUMENT', 'I7 POSTING_MISSING'],
    ],
  ])('%s', async (_name, tamper, expected) => {
    const story = await told();
    await tamper(story);
    expect(await audit(story)).toEqual(expected);
  });
});

describe('so is one in virtual capital', () => {
  const moved = () => connection.db!.collection<any>('capital_postings');
  const accounts = () => connection.db!.collection<any>('virtual_accounts');
  const faults = (contestId: string) => faultsOf(capitalAudit(capital), service, contestId);
  const given = async () => {
    const story = await scene(service);
    const who = citizen();
    await gives(service, story.applicationId, 100, who);
    service.clock.set(AT.counting);
    await service.runBackground('virtual-capital');
    service.clock.advance(120_000);
    return { ...story, id: `${story.contestId}:${who.sub}` };
  };
  type Given = Awaited<ReturnType<typeof given>>;
  test.each<[string, (story: Given) => Promise<unknown>, string[]]>([
    [
      'one side of a posting',
      ({ id }) => moved().updateOne({ _id: `${id}:1` }, { $set: { 'entries.0.points': 1 } }),
      ['I7 POSTING_DIFFERS', 'I7 POSTING_UNBALANCED'],
    ],
    [
      'a posting deleted',
      ({ id }) => moved().deleteOne({ _id: `${id}:1` }),
      ['I7 COUNT_DIFFERS', 'I7 POSTING_MISSING'],
    ],
    [
      'a larger endowment',
      ({ id }) => accounts().updateOne({ _id: id }, { $set: { 'moves.0.points': 9000 } }),
      ['I7 ENDOWMENT_DIFFERS', 'I7 POSTING_DIFFERS'],
    ],
    [
      'a gift above the balance',
      ({ id }) => accounts().updateOne({ _id: id }, { $set: { 'moves.1.points': 5001 } }),
      ['I7 OVERDRAWN', 'I7 POSTING_DIFFERS'],
    ],
    ['an account deleted', ({ id }) => accounts().deleteOne({ _id: id }), ['I7 POSTING_WITHOUT_MOVE']],
    [
      'another count',
      ({ contestId }) =>
        connection
          .db!.collection<any>('capitals')
          .updateOne({ _id: contestId }, { $set: { 'counted.lines.0.points': 7 } }),
      ['I7 COUNT_DIFFERS'],
    ],
  ])('%s', async (_name, tamper, expected) => {
    const story = await given();
    expect(await faults(story.contestId)).toEqual([]);
    await tamper(story);
    expect(await faults(story.contestId)).toEqual(expected);
  });
});

test('as a command: a line for each violation and invariant', async () => {
  const story = await told();
  const { mongodbUri, mongodbDatabase } = service.deps.config;
  const env = { MONGODB_URI: mongodbUri, MONGODB_DATABASE: mongodbDatabase };
  const run = () => {
    const command = [join(import.meta.dirname, '../src/cli/audit.ts'), story.contestId];
    const { status, stdout } = spawnSync(process.execPath, command, { env, encoding: 'utf8' });
    return {
      status,
      lines: stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    };
  };
  expect(run()).toEqual({ status: 0, lines: [{ service: 'crowdfunding', invariant: 'I7', violations: 0 }] });
  await postings().deleteOne({ _id: `${story.paid.id}:PAID` });
  const { status, lines } = run();
  expect(status).toBe(1);
  expect(lines[0]).toMatchObject({ invariant: 'I7', fault: 'POSTING_MISSING', at: `${story.paid.id} PAID` });
  expect(lines.at(-1)).toEqual({ service: 'crowdfunding', invariant: 'I7', violations: 2 });
});
