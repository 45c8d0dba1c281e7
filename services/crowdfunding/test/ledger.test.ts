import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectMongo, type Violation } from '@veche/kit';
import type mongoose from 'mongoose';
import { ledgerStore, type LedgerStore } from '../src/ledger-store.ts';
import { ledgerAudit } from '../src/ledger.ts';
import { pledgeStore, type PledgeStore } from '../src/store.ts';
import {
  ask,
  citizen,
  opened,
  pay,
  promised,
  startCrowdfunding,
  WITHDRAW,
  type Crowdfunding,
  type Story,
} from './setup.ts';

let service: Crowdfunding;
let connection: mongoose.Connection;
let ledger: LedgerStore;
let pledges: PledgeStore;
beforeAll(async () => {
  service = await startCrowdfunding();
  const { mongodbUri, mongodbDatabase } = service.deps.config;
  connection = await connectMongo(mongodbUri, mongodbDatabase);
  ledger = ledgerStore(connection);
  pledges = pledgeStore(connection);
});
afterAll(async () => {
  await connection.close();
  await service.stop();
});

async function audit({ contestId }: Story): Promise<string[]> {
  const found: Violation[] = [];
  const look = { now: service.clock.now(), contests: [contestId], stopping: new AbortController().signal };
  for await (const one of ledgerAudit({ pledges, ledger }).look({ ...look, tell: () => undefined })) found.push(one);
  return [...new Set(found.map(({ invariant, fault }) => `${invariant} ${fault}`))].sort();
}

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
