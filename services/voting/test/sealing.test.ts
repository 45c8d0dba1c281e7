import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectMongo, type Fence } from '@veche/kit';
import type mongoose from 'mongoose';
import { Sealing } from '../src/log/sealing.ts';
import { leafId, makeStores, type StoredBallot, type Stores } from '../src/store.ts';
import { batchesOf, unsealedOf, waitingLeaf } from '../src/store/intake-batch.ts';
import { startVoting, type VotingService } from './setup.ts';

let t: VotingService;
let connection: mongoose.Connection;
let stores: Stores;
beforeAll(async () => {
  t = await startVoting();
  connection = await connectMongo(t.deps.config.mongodbUri, t.deps.config.mongodbDatabase);
  stores = makeStores(connection);
});
afterAll(async () => {
  await connection.close();
  await t.stop();
});

let number = 0;
const newContest = () => `contest-${(number += 1)}`;

const ballot = (contest: string, rev = 1): StoredBallot => ({
  _id: `${contest}:${(number += 1).toString(16).padStart(32, '0')}:00000${rev}`,
  contest,
  rev,
  key: `key-${number}`,
  record: '{}',
  leaf: number.toString(16).padStart(64, '0'),
  proof: '',
  acceptedAt: new Date(0),
  channel: 'online',
});

/** Writes a note of all these ballots, and only those of them that are `written`. */
async function insert(ballots: StoredBallot[], written = ballots): Promise<void> {
  const documents = [...batchesOf(ballots), ...written] as never[];
  await stores.ballots.collection.insertMany(documents, { ordered: false });
}

const fence = (token: number): Fence => ({ token, signal: new AbortController().signal, check: async () => {} });
const goOn = () => Promise.resolve();
const never = (error: Error) => {
  throw error;
};
const logOf = async (contest: string) =>
  (await stores.leaves.find({ contest }).sort({ _id: 1 }).lean()).map(({ leaf }) => leaf);

test('ballots written together get their places by their hashes, and no ballot is changed for it', async () => {
  const contest = newContest();
  const ballots = [ballot(contest), ballot(contest, 2), ballot(contest)];
  await insert(ballots.toReversed());
  expect(await waitingLeaf(stores, contest, ballots[0]!.leaf.slice(0, 64))).toBe(ballots[0]!.leaf);
  expect(await unsealedOf(stores, contest)).toBe(true);
  expect(await new Sealing(stores).run(fence(1), goOn, never)).toEqual(new Set([contest]));
  expect(await logOf(contest)).toEqual(ballots.map(({ leaf }) => leaf));
  expect((await stores.leaves.findById(leafId(contest, 2)).lean())!.superseded).toBe(1);
  expect(await stores.ballots.find({ contest, leaf: { $exists: true } }).lean()).toEqual(
    expect.arrayContaining(ballots.map((one) => expect.objectContaining(one))),
  );
  expect(await unsealedOf(stores, contest)).toBe(false);
  expect(await waitingLeaf(stores, contest, ballots[0]!.leaf)).toBeNull();
});

test('a ballot that was refused as a duplicate is not sealed, and holds up nobody', async () => {
  const contest = newContest();
  const first = ballot(contest);
  const refused = { ...first, leaf: 'f'.repeat(64) };
  await insert([first]);
  await insert([refused, ballot(contest)], []);
  await stores.ballots.collection.insertOne(ballot(contest) as never);
  await new Sealing(stores).run(fence(1), goOn, never);
  expect(await logOf(contest)).toEqual([first.leaf]);
});

test('an insert under way is waited for; one that was interrupted is sealed as far as it came', async () => {
  const contest = newContest();
  const [one, two, three] = [ballot(contest), ballot(contest), ballot(contest)];
  await insert([one, two, three], [one]);
  const sealing = new Sealing(stores);
  await sealing.run(fence(1), goOn, never);
  expect(await logOf(contest)).toEqual([]);
  await sealing.run(fence(1), goOn, never);
  expect(await logOf(contest)).toEqual([one.leaf]);
  // The rest comes after all: the note still stands, and the count waits for it.
  expect(await unsealedOf(stores, contest)).toBe(true);
  await stores.ballots.collection.insertMany([two, three] as never[]);
  await sealing.run(fence(1), goOn, never);
  expect(await logOf(contest)).toEqual([one.leaf, two.leaf, three.leaf]);
  expect(await unsealedOf(stores, contest)).toBe(false);
});

test('whoever takes over finds what has its place already, and what has none', async () => {
  const contest = newContest();
  const [before, after] = [ballot(contest), ballot(contest)];
  await insert([before, after]);
  const notes = await stores.batches.find({ waits: contest }).lean();
  await new Sealing(stores).run(fence(1), goOn, never);
  // As after a crash between the entries and the end of their note.
  await stores.batches.collection.insertMany(notes as never[]);
  const next = new Sealing(stores);
  await next.run(fence(2), goOn, never);
  expect(await logOf(contest)).toEqual([before.leaf, after.leaf]);
  expect(await unsealedOf(stores, contest)).toBe(false);
});

test('a log that cannot go on holds up no other, however much waits for it, and goes on when it can', async () => {
  const [broken, sound] = [newContest(), newContest()];
  const waiting = Array.from({ length: 6_000 }, () => ballot(broken));
  for (let from = 0; from < waiting.length; from += 500) await insert(waiting.slice(from, from + 500));
  await insert([ballot(sound)]);
  const errors: string[] = [];
  const sealing = new Sealing(stores);
  const run = (isBroken: boolean) =>
    sealing.run(
      fence(1),
      (contest) => (isBroken && contest === broken ? Promise.reject(new Error(contest)) : goOn()),
      ({ message }) => errors.push(message),
    );
  await run(true);
  expect(errors).toEqual([broken]);
  expect(await logOf(sound)).toHaveLength(1);
  expect(await logOf(broken)).toEqual([]);
  await run(false);
  expect(await logOf(broken)).toEqual(waiting.map(({ leaf }) => leaf));
});
