import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectMongo, publicHex } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type mongoose from 'mongoose';
import { Registry } from 'prom-client';
import { fileKeys } from '../src/box/keys.ts';
import { counter, type CounterParts } from '../src/count/counter.ts';
import { determine as determineHere } from '../src/count/counting.ts';
import { fileMemory } from '../src/log/head-memory.ts';
import { logMetrics } from '../src/log/log-metrics.ts';
import { sequencer } from '../src/log/sequencer.ts';
import { latestResult, makeStores, type Stores } from '../src/store.ts';
import { cast, CLOSES, startVoting, type VotingService } from './setup.ts';
import { publicLog, sealed, type SignedHead } from './setup-log.ts';
import { witnesses } from '../src/log/witnesses.ts';

const ALARM = join(import.meta.dirname, '../../../charts/veche/files/alerts/voting.yaml');

/** F18 (voting.md 5.4): the database comes back as it was some minutes ago; the heads that were signed since then are known elsewhere. */
let t: VotingService;
let connection: mongoose.Connection;
let stores: Stores;
let server: Server;
let shown: object[] = [];
const witness = generateKeyPairSync('ed25519').privateKey;

beforeAll(async () => {
  server = createServer((_request, response) => void response.end(JSON.stringify({ heads: shown })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => void server.close());
// A service for each test: what is lost in one must not stop the log of another.
beforeEach(async () => {
  shown = [];
  const { port } = server.address() as { port: number };
  t = await startVoting({ VOTING_WITNESSES: `town=http://127.0.0.1:${port}=${publicHex(witness)}` });
  connection = await connectMongo(t.deps.config.mongodbUri, t.deps.config.mongodbDatabase);
  stores = makeStores(connection);
});
afterEach(async () => {
  await connection.close();
  await t.stop();
});
const { headOf, codeOf } = publicLog(() => t);

/** A backup of one contest; gives the function that brings it back. */
async function backup(contest: string): Promise<() => Promise<void>> {
  const filters: Record<string, object> = {
    ballots: { contest },
    leaves: { contest },
    heads: { contest },
    logs: { _id: contest },
    votings: { _id: contest },
  };
  const kept = await Promise.all(
    Object.entries(filters).map(async ([name, filter]) => {
      const documents = await connection.collection(name).find(filter).toArray();
      return { name, filter, documents };
    }),
  );
  return async () => {
    for (const { name, filter, documents } of kept) {
      await connection.collection(name).deleteMany(filter);
      if (documents.length > 0) await connection.collection(name).insertMany(documents);
    }
  };
}

/** What a witness shows of a head that it signed. */
function coSigned({ contest, root, size, time, sig: logSig }: SignedHead, key: KeyObject = witness): object {
  const bytes = Buffer.from(canonicalJson({ contest, root, size, time, type: 'head', v: 1 }));
  return { contest, root, size, time, logSig, sig: sign(null, bytes, key).toString('hex') };
}

/** A sequencer that has just started, with what it asks before it signs. */
function begun() {
  const { config, log, bus } = t.deps;
  const keys = fileKeys(config.keysDir);
  const ask = () => witnesses({ stores, configured: config.witnesses, logKey: keys.logKey, log }).run(fence);
  const memory = fileMemory(config.headsDir);
  let stopped = -1;
  const told = { ...logMetrics(new Registry()), stopped: (logs: number) => void (stopped = logs) };
  const one = sequencer({ stores, bus, clock: t.clock, keys, memory, ask, told });
  return { run: () => one.run(fence), stopped: () => stopped };
}
const fence = { token: 1_000_000, signal: new AbortController().signal, check: async () => {} };

/** A contest whose last two ballots the backup does not have; the receipt of one of them. */
async function restored() {
  const { contestId, projects } = await sealed(t, 3);
  const restore = await backup(contestId);
  const late = (await cast(t, contestId, [projects[1]!])).receipt!;
  await cast(t, contestId, [projects[1]!]);
  await t.runBackground('sequencer');
  const head = await headOf(contestId);
  await restore();
  return { contestId, projects, head, late };
}
const entriesOf = (contest: string) => stores.leaves.countDocuments({ contest });

describe('the database is as it was some minutes ago', () => {
  test('nothing is sealed, signed, published or counted over the loss; the service says so each second', async () => {
    const { contestId, projects, head, late } = await restored();
    const told = () => t.bus.published('veche.voting.BallotAccepted').filter(({ key }) => key === contestId).length;
    expect([head.size, (await headOf(contestId)).size]).toEqual([5, 3]);
    expect(await codeOf(`contests/${contestId}/inclusion?leaf=${late.leaf}`)).toBe('LEAF_UNKNOWN');
    const before = told();
    for (let n = 0; n < 4; n += 1) await cast(t, contestId, [projects[0]!]);
    for (let n = 0; n < 2; n += 1)
      await expect(t.runBackground('sequencer')).rejects.toThrow('has 3 entries, 5 were signed');
    expect([(await headOf(contestId)).size, await entriesOf(contestId), told()]).toEqual([3, 3, before]);
    expect(await (await fetch(`${t.url}/metrics`)).text()).toMatch(/veche_voting_logs_stopped(\{[^}]*\})? 1\n/);
    // The alarm asks for this very metric.
    expect(readFileSync(ALARM, 'utf8')).toContain('(veche_voting_logs_stopped) > 0');
  });

  test('no result is determined from what is left', async () => {
    const { contestId } = await restored();
    t.clock.set(CLOSES);
    await t.runBackground('clock');
    t.clock.set(new Date(CLOSES.getTime() + 7_000));
    await t.runBackground('count');
    expect((await stores.votings.load(contestId))!.state.status).toBe('CLOSED');
    expect(await latestResult(stores, contestId)).toBeNull();
    rmSync(join(t.deps.config.headsDir, `${contestId}.json`));
    const { clock, deps } = t;
    const memory = fileMemory(deps.config.headsDir);
    const determine: CounterParts['determine'] = (id, state, version) => determineHere(stores, id, state, version);
    await counter({ stores, memory, clock, log: deps.log, determine }).run(fence);
    // Without the memory these three would have been the result: the refusal was no other.
    expect(JSON.parse((await latestResult(stores, contestId))!.protocol)).toMatchObject({ accepted: 3 });
  });

  test('it is seen with no ballot coming, and by a process that has just started', async () => {
    const { contestId } = await restored();
    await expect(t.runBackground('sequencer')).rejects.toThrow('has 3 entries, 5 were signed');
    const other = begun();
    await expect(other.run()).rejects.toThrow('has 3 entries, 5 were signed');
    expect(other.stopped()).toBe(1);
    // The whole contest gone is a loss as well.
    await stores.votings.model.deleteOne({ _id: contestId });
    await connection.collection('logs').deleteOne({ _id: contestId as never });
    await stores.leaves.deleteMany({ contest: contestId });
    await expect(begun().run()).rejects.toThrow('has 0 entries, 5 were signed');
  });

  test('the memory beside the database lost as well: a witness that holds the head keeps it from being signed over', async () => {
    const { contestId, projects, head } = await restored();
    rmSync(join(t.deps.config.headsDir, `${contestId}.json`));
    shown = [coSigned(head)];
    for (let n = 0; n < 3; n += 1) await cast(t, contestId, [projects[0]!]);
    await expect(begun().run()).rejects.toThrow('has 3 entries, witness town holds its signed head of 5');
    expect([(await headOf(contestId)).size, await entriesOf(contestId)]).toEqual([3, 3]);
  });
});

describe('what stops no log', () => {
  test('a database that has everything: the same start goes on', async () => {
    const { contestId, projects } = await sealed(t, 3);
    shown = [coSigned(await headOf(contestId))];
    await cast(t, contestId, [projects[0]!]);
    const one = begun();
    await one.run();
    expect([(await headOf(contestId)).size, one.stopped()]).toEqual([4, 0]);
  });

  test('a witness that shows what the log never signed, or is away', async () => {
    const { contestId, projects } = await sealed(t, 3);
    const head = await headOf(contestId);
    for (const [n, sig] of [head.sig, 'ab'.repeat(64)].entries()) {
      shown = [coSigned({ ...head, size: 9, sig })];
      await cast(t, contestId, [projects[0]!]);
      await begun().run();
      expect((await headOf(contestId)).size).toBe(4 + n);
    }
  });
});

test('the memory keeps the largest head of each contest, and another process reads it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'veche-heads-'));
  const [one, other] = [fileMemory(directory), fileMemory(directory)];
  const contest = '0'.repeat(8) + '-0000-7000-8000-' + '0'.repeat(12);
  expect(await other.last(contest)).toBeNull();
  await one.keep(contest, { size: 2, root: 'b' });
  await other.keep(contest, { size: 1, root: 'a' });
  expect([await other.last(contest), await one.contests()]).toEqual([{ size: 2, root: 'b' }, [contest]]);
});
