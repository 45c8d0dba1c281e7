import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectMongo, newId } from '@veche/kit';
import type mongoose from 'mongoose';
import { makeStores, type Stores } from '../src/store.ts';
import { cast, close, importer, open, OPENS, resident, startVoting, tell, type VotingService } from './setup.ts';

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

const ask = (contest: string, headers: Record<string, string> = {}) =>
  fetch(`${t.url}/live/contests/${contest}/snapshot`, { headers });
const snapshot = async (contest: string) => (await (await ask(contest)).json()) as any;

async function second(): Promise<void> {
  await t.runBackground('sequencer');
  await t.runBackground('tally');
}

describe('a snapshot of a running vote', () => {
  test('turn-out and tally of one signed head; a re-vote is corrected, an unsealed ballot is not there yet', async () => {
    const { contestId, projects } = await open(t, { visibility: 'LIVE' });
    const [anna, boris] = [resident(), resident()];
    await cast(t, contestId, [projects[0]!, projects[1]!], anna);
    await cast(t, contestId, [projects[0]!], boris);
    await second();
    await cast(t, contestId, [projects[2]!], anna);
    const before = await snapshot(contestId);
    expect(before).toMatchObject({
      state: 'OPEN',
      head: { size: 2, root: expect.stringMatching(/^[0-9a-f]{64}$/) },
      turnout: { accepted: 2, superseded: 0, counted: 2 },
      tally: { size: 2, online: 2, elsewhere: 0 },
    });
    expect(before.tally.projects.map(({ score }: { score: number }) => score)).toEqual([2, 1, 0]);
    await second();
    const after = await snapshot(contestId);
    expect(after).toMatchObject({ head: { size: 3 }, turnout: { accepted: 3, superseded: 1, counted: 2 } });
    expect(after.tally.projects.map(({ voters }: { voters: number }) => voters)).toEqual([1, 0, 1]);
  });

  test('many re-votes within one second, sealed in the order of hashes', async () => {
    const { contestId, projects } = await open(t, { visibility: 'LIVE' });
    const people = Array.from({ length: 6 }, () => resident());
    for (const project of [0, 1, 2, 1]) for (const one of people) await cast(t, contestId, [projects[project]!], one);
    await second();
    const { tally, turnout } = await snapshot(contestId);
    expect(turnout).toEqual({ accepted: 24, superseded: 18, counted: 6 });
    expect(tally.projects.map(({ score }: { score: number }) => score)).toEqual([0, 6, 0]);
  });

  test('ballots of other channels stand apart', async () => {
    const { contestId, projects } = await open(t, { visibility: 'LIVE' });
    await cast(t, contestId, [projects[0]!]);
    const ballots = ['p1', 'p2'].map((voterKey) => ({
      idempotencyKey: newId(),
      voterKey,
      choices: [{ project: projects[0]! }],
    }));
    const batch = `mutation ($input: CastBallotsInput!) { castBallots(input: $input) { results { rejection { code } } } }`;
    await t.gql(batch, { input: { contestId, channel: 'paper', ballots } }, importer);
    await second();
    expect((await snapshot(contestId)).tally).toMatchObject({ online: 1, elsewhere: 2 });
  });

  test('the counters can be dropped and come back as they were', async () => {
    const { contestId, projects } = await open(t, { visibility: 'LIVE' });
    const anna = resident();
    for (const project of projects) await cast(t, contestId, [project], anna);
    await second();
    const before = await snapshot(contestId);
    await stores.tallies.deleteOne({ _id: contestId });
    await t.runBackground('tally');
    expect(await snapshot(contestId)).toEqual(before);
  });

  test('equal content has an equal tag and is not sent again', async () => {
    const { contestId, projects } = await open(t, { visibility: 'LIVE' });
    await second();
    const etag = (await ask(contestId)).headers.get('etag')!;
    expect((await ask(contestId, { 'if-none-match': etag })).status).toBe(304);
    await cast(t, contestId, [projects[0]!]);
    await second();
    expect((await ask(contestId, { 'if-none-match': etag })).status).toBe(200);
  });

  test('announced and not open: nothing yet; unknown or malformed: 404', async () => {
    t.clock.set(new Date(OPENS.getTime() - 3_600_000));
    const { contestId } = await tell(t);
    expect(await snapshot(contestId)).toMatchObject({ state: 'ANNOUNCED', head: null, turnout: { accepted: 0 } });
    for (const id of [newId(), 'x', '%2e%2e']) {
      const response = await ask(id);
      expect(response.status).toBe(404);
      expect(((await response.json()) as any).errors[0].extensions.userMessage).toMatch(/[а-я]/);
    }
  });
});

describe('a hidden tally', () => {
  test('is in no snapshot and is counted nowhere, before the close and after it', async () => {
    const { contestId, projects } = await open(t);
    for (const project of [0, 0, 1]) await cast(t, contestId, [projects[project]!]);
    await second();
    const open_ = await (await ask(contestId)).text();
    await close(t);
    await t.runBackground('tally');
    const closed = await (await ask(contestId)).text();
    for (const text of [open_, closed]) {
      expect(JSON.parse(text)).toMatchObject({ tally: null, turnout: { accepted: 3 } });
      for (const project of projects) expect(text).not.toContain(project);
    }
    expect(await stores.tallies.countDocuments({ _id: contestId })).toBe(0);
    expect(await (await fetch(`${t.url}/metrics`)).text()).not.toContain(contestId);
  });

  test('two contests that differ only in their choices have the same snapshot but for ids and hashes', async () => {
    const plain = (text: string) => text.replace(/"[0-9a-f-]{36,64}"/g, '""').replace(/"time":\d+/, '"time":0');
    const shown: string[] = [];
    for (const choice of [0, 2]) {
      const { contestId, projects } = await open(t);
      for (let n = 0; n < 3; n += 1) await cast(t, contestId, [projects[choice]!]);
      await second();
      shown.push(plain(await (await ask(contestId)).text()));
    }
    expect(shown[0]).toBe(shown[1]);
  });
});

test('a ballot changed in the store stops the figures of its contest alone', async () => {
  const [one, other] = [await open(t, { visibility: 'LIVE' }), await open(t, { visibility: 'LIVE' })];
  for (const { contestId, projects } of [one, other]) await cast(t, contestId, [projects[0]!]);
  await t.runBackground('sequencer');
  await stores.ballots.updateOne({ contest: one.contestId }, { $set: { leaf: 'f'.repeat(64) } });
  await t.runBackground('tally');
  expect((await snapshot(one.contestId)).tally).toMatchObject({ size: 0 });
  expect((await snapshot(other.contestId)).tally).toMatchObject({ size: 1 });
});
