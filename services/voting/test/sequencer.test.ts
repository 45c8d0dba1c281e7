import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectMongo, type Fence } from '@veche/kit';
import type mongoose from 'mongoose';
import { fileKeys } from '../src/box/keys.ts';
import { fileMemory } from '../src/log/head-memory.ts';
import { sequencer } from '../src/log/sequencer.ts';
import { leafId, makeStores, type Stores } from '../src/store.ts';
import { cast, open, resident, startVoting, type VotingService } from './setup.ts';
import { publicLog, rootOver, sealed } from './setup-log.ts';

let t: VotingService;
let connection: mongoose.Connection;
let stores: Stores;
beforeAll(async () => {
  t = await startVoting();
  // A second set of hands on the same database: the test interrupts sequencers, and tampers.
  connection = await connectMongo(t.deps.config.mongodbUri, t.deps.config.mongodbDatabase);
  stores = makeStores(connection);
});
afterAll(async () => {
  await connection.close();
  await t.stop();
});

const { ask, headOf, headsOf, leavesOf } = publicLog(() => t);

describe('sequencers that are cut off, and two at once', () => {
  /** A right that nobody contests, or that ends at its `cut`-th check: there the process is as good as killed. */
  const fence = (token: number, cut = Infinity): Fence => {
    let checks = 0;
    return {
      token,
      signal: new AbortController().signal,
      check: async () => {
        checks += 1;
        if (checks >= cut) throw new Error('cut off');
      },
    };
  };
  const another = () =>
    sequencer({
      stores,
      bus: t.bus,
      clock: t.clock,
      keys: fileKeys(t.deps.config.keysDir),
      memory: fileMemory(t.deps.config.headsDir),
    });

  test('between leaves and head: the next run signs what is there', async () => {
    const { contestId, projects } = await sealed(t, 2);
    await Promise.all([1, 2, 3].map(() => cast(t, contestId, [projects[0]!])));
    await expect(another().run(fence(1, 2))).rejects.toThrow('cut off');
    expect((await headOf(contestId)).size).toBe(2);
    expect(await stores.leaves.countDocuments({ contest: contestId })).toBe(5);
    await t.runBackground('sequencer');
    const head = await headOf(contestId);
    expect(head).toMatchObject({ size: 5, root: rootOver(await leavesOf(contestId)) });
    expect(head.sig).toMatch(/^[0-9a-f]{128}$/);
  });

  test('between head and publication: the head stays as it was signed', async () => {
    const { contestId, projects } = await sealed(t, 2);
    await cast(t, contestId, [projects[0]!]);
    await expect(another().run(fence(1, 3))).rejects.toThrow('cut off');
    const signed = await headOf(contestId);
    expect(signed.size).toBe(3);
    t.clock.advance(5_000);
    await t.runBackground('sequencer');
    expect(await headOf(contestId)).toEqual(signed);
  });

  test('two that both believe in their right: one chain, one head a size', async () => {
    const { contestId, projects } = await open(t);
    const [one, two] = [another(), another()];
    for (let round = 0; round < 8; round += 1) {
      await Promise.all(Array.from({ length: 5 }, () => cast(t, contestId, [projects[0]!], resident())));
      await Promise.allSettled([one.run(fence(1)), two.run(fence(2))]);
    }
    await t.runBackground('sequencer');
    const leaves = await leavesOf(contestId);
    expect(leaves).toHaveLength(40);
    expect(new Set(leaves).size).toBe(40);
    const heads = await headsOf(contestId);
    expect(heads.at(-1)!.size).toBe(40);
    for (const { size, root } of heads) expect(root).toBe(rootOver(leaves.slice(0, size)));
    expect(new Set(heads.map(({ size }) => size)).size).toBe(heads.length);
  });
});

describe('a store that was tampered with is not signed over', () => {
  test.each([
    [
      'an entry changed',
      (id: string) => stores.leaves.updateOne({ _id: leafId(id, 1) }, { $set: { leaf: 'b'.repeat(64) } }),
    ],
    ['an entry deleted', (id: string) => stores.leaves.deleteOne({ _id: leafId(id, 1) })],
    ['the end cut off', (id: string) => stores.leaves.deleteMany({ contest: id, index: { $gte: 2 } })],
  ])('%s; once it is restored the log goes on', async (_name, tamper) => {
    const told = await sealed(t, 4);
    const other = await sealed(t, 1);
    const [before, entries] = [
      await headOf(told.contestId),
      await stores.leaves.find({ contest: told.contestId }).lean(),
    ];
    await tamper(told.contestId);
    for (const { contestId, projects } of [told, other]) await cast(t, contestId, [projects[0]!]);
    await expect(t.runBackground('sequencer')).rejects.toThrow(told.contestId);
    expect(await headOf(told.contestId)).toEqual(before);
    // Nobody else's log stands still for it.
    expect((await headOf(other.contestId)).size).toBe(2);
    for (const entry of entries) await stores.leaves.replaceOne({ _id: entry._id }, entry, { upsert: true });
    await t.runBackground('sequencer');
    const [after, leaves] = [await headOf(told.contestId), await leavesOf(told.contestId)];
    expect(after).toMatchObject({ size: 5, root: rootOver(leaves) });
    expect(leaves.slice(0, 4)).toEqual(entries.map(({ leaf }) => leaf));
  });

  test('a gap is named when it is read', async () => {
    const { contestId } = await sealed(t, 4);
    await stores.leaves.deleteOne({ _id: leafId(contestId, 2) });
    const { status, body } = await ask(`contests/${contestId}/entries?from=0`);
    expect(status).toBe(500);
    expect(body.errors[0].extensions).toMatchObject({ code: 'LOG_DAMAGED', userMessage: expect.stringContaining('2') });
  });
});
