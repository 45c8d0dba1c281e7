import { createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectMongo } from '@veche/kit';
import type mongoose from 'mongoose';
import { auditContest } from '../../services/voting/src/audit/audit.ts';
import { determine } from '../../services/voting/src/count/counting.ts';
import { fileKeys } from '../../services/voting/src/box/keys.ts';
import { fileMemory } from '../../services/voting/src/log/head-memory.ts';
import { sequencer } from '../../services/voting/src/log/sequencer.ts';
import { latestResult, makeStores, type Stores } from '../../services/voting/src/store.ts';
import {
  cast,
  CLOSES,
  listed,
  open,
  OPENS,
  published,
  rescheduled,
  startVoting,
  type VotingService,
} from '../../services/voting/test/setup.ts';

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
beforeEach(() => t.clock.set(OPENS));

async function violations(contest: string) {
  const logKey = createPublicKey(fileKeys(t.deps.config.keysDir).logKey);
  const stopping = new AbortController().signal;
  const voting = (await stores.votings.load(contest))!;
  return auditContest(
    {
      stores,
      logKey,
      now: t.clock.now(),
      stopping,
      determine: (id, state, version) => determine(stores, id, state, version),
    },
    voting,
  );
}
describe('F14: votes across the closing instant, after an extension of a day', () => {
  test('each has a receipt and is counted, or is refused as late', async () => {
    const { contestId, projects } = await open(t);
    const extended = new Date(CLOSES.getTime() + 86_400_000);
    const told: { at: number; code: string }[] = [];
    const burst = async (at: number): Promise<void> => {
      t.clock.set(new Date(at));
      const votes = Array.from({ length: 4 }, () => cast(t, contestId, [projects[told.length % 3]!]));
      // The clock of the service goes on while they are on their way.
      const [answers] = await Promise.all([Promise.all(votes), t.runBackground('clock')]);
      for (const { receipt, rejection } of answers) told.push({ at, code: receipt ? 'RECEIPT' : rejection!.code });
    };
    await burst(CLOSES.getTime() - 1_000);
    await t.bus.deliver({ ...rescheduled({ contestId, projects }, extended), sequence: 9 });
    await t.settle();
    // What a process has read of the voting is at most a fifth of a second old.
    await new Promise((resolve) => setTimeout(resolve, 250));
    await burst(CLOSES.getTime() + 60_000);
    for (let second = -2; second <= 7; second += 1) await burst(extended.getTime() + second * 1_000);
    const late = told.filter(({ code }) => code === 'VOTING_CLOSED');
    const taken = told.filter(({ code }) => code === 'RECEIPT');
    expect(taken.length + late.length).toBe(48);
    for (const { at } of late) expect(at).toBeGreaterThanOrEqual(extended.getTime() + 5_000);
    for (const { at } of taken) expect(at).toBeLessThan(extended.getTime() + 5_000);
    expect(late).toHaveLength(12);
    t.clock.set(new Date(extended.getTime() + 8_000));
    await t.runBackground('sequencer');
    await t.runBackground('count');
    const { protocol } = (await latestResult(stores, contestId))!;
    expect(JSON.parse(protocol)).toMatchObject({ accepted: 36, superseded: 0, counted: 36 });
    expect(await violations(contestId)).toEqual([]);
  });
});

describe('F6: everything is told twice, and the whole topic again from the beginning', () => {
  test('a voting, its counters and its published log stay what they were', async () => {
    const told = await open(t, { visibility: 'LIVE' });
    for (let n = 0; n < 5; n += 1) await cast(t, told.contestId, [told.projects[n % 3]!]);
    await t.runBackground('sequencer');
    await t.runBackground('tally');
    await t.settle();
    const state = async () => ({
      voting: (await stores.votings.load(told.contestId))!.state,
      tally: await stores.tallies.findById(told.contestId).lean(),
      leaves: await stores.leaves.countDocuments({ contest: told.contestId }),
    });
    const mine = () =>
      t.bus.published().filter(({ key, topic }) => key === told.contestId && topic.startsWith('veche.voting.'));
    const [before, events] = [await state(), mine().length];
    for (let n = 0; n < 2; n += 1) {
      await t.bus.deliver({ ...published(told, { visibility: 'LIVE' }), sequence: 1 });
      await t.bus.deliver({ ...listed(told), sequence: 2 });
    }
    await t.settle();
    await t.runBackground('sequencer');
    await t.runBackground('tally');
    expect(await state()).toEqual(before);
    expect(mine()).toHaveLength(events);
    // The relay loses its mark: the log is published again, each entry under the id and with the content it had.
    const accepted = () => mine().filter(({ type }) => type === 'veche.voting.BallotAccepted');
    const once = accepted().map(({ id, data }) => [id, data]);
    await stores.logs.updateOne({ _id: told.contestId }, { $set: { next: 0 } });
    await t.runBackground('sequencer');
    const twice = accepted().map(({ id, data }) => [id, data]);
    expect(once).toHaveLength(5);
    expect(twice).toEqual([...once, ...once]);
    expect(await violations(told.contestId)).toEqual([]);
  });
});

describe('F13: two sequencers that both believe in their right, under load', () => {
  test('one chain, every ballot once, and what breaks no invariant', async () => {
    const { contestId, projects } = await open(t);
    const another = () =>
      sequencer({
        stores,
        bus: t.bus,
        clock: t.clock,
        keys: fileKeys(t.deps.config.keysDir),
        memory: fileMemory(t.deps.config.headsDir),
      });
    const rivals = [another(), another()];
    const fence = (token: number) => ({ token, signal: new AbortController().signal, check: async () => {} });
    let receipts = 0;
    for (let round = 0; round < 6; round += 1)
      await Promise.allSettled([
        ...Array.from({ length: 5 }, async () => {
          if ((await cast(t, contestId, [projects[0]!])).receipt) receipts += 1;
        }),
        ...rivals.map((rival, n) => rival.run(fence(round * 2 + n + 1))),
      ]);
    await t.runBackground('sequencer');
    expect(receipts).toBe(30);
    expect(await stores.leaves.countDocuments({ contest: contestId })).toBe(30);
    expect(await violations(contestId)).toEqual([]);
  });
});
