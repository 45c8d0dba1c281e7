import type { ChildProcess } from 'node:child_process';
import { sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectMongo } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { freePort } from '@veche/kit/testing/free-port';
import type mongoose from 'mongoose';
import { fileKeys, type KeyPort } from '../src/box/keys.ts';
import { headId, leafId, makeStores, type Stores } from '../src/store.ts';
import { verifyLog } from '../src/log/verify-log.ts';
import { Follower } from '../witness/follow.ts';
import { isAuthentic, type Head } from '../witness/head.ts';
import { LogClient } from '../witness/log-client.ts';
import { Memory } from '../witness/memory.ts';
import { cast, startVoting, type VotingService } from './setup.ts';
import { publicLog, rootOver, sealed } from './setup-log.ts';
import { eventually, runWitness } from './setup-witness.ts';

let t: VotingService;
let connection: mongoose.Connection;
let stores: Stores;
let keys: KeyPort;
const directories = ['one', 'two'].map((name) => mkdtempSync(join(tmpdir(), `veche-witness-${name}-`)));
const programs: ChildProcess[] = [];
let ports: number[];
const { headOf, get } = publicLog(() => t);

beforeAll(async () => {
  ports = await Promise.all(directories.map(() => freePort()));
  const list = directories.map(
    (directory, n) => `w${n + 1}=http://127.0.0.1:${ports[n]}=${new Memory(directory).publicKey}`,
  );
  t = await startVoting({ VOTING_WITNESSES: list.join(',') });
  connection = await connectMongo(t.deps.config.mongodbUri, t.deps.config.mongodbDatabase);
  stores = makeStores(connection);
  keys = fileKeys(t.deps.config.keysDir);
});
afterAll(async () => {
  for (const program of programs) program.kill('SIGKILL');
  await connection.close();
  await t.stop();
});

const run = (n: number, ...more: string[]) =>
  runWitness(t.url, directories[n]!, [`--id=w${n + 1}`, `--port=${ports[n]}`, ...more]);

/** A witness of this process, with the program's own parts, for one contest. */
function watcher(directory = mkdtempSync(join(tmpdir(), 'veche-witness-'))) {
  const memory = new Memory(directory);
  const log = new LogClient(t.url);
  const logKey = memory.pin(keysOfLog());
  let now = new Date('2026-03-02T00:00:00Z');
  const follower = new Follower({ log, memory, logKey, now: () => now });
  return {
    memory,
    later: (ms: number) => void (now = new Date(now.getTime() + ms)),
    look: async (contest: string) => follower.look((await headOf(contest)) as unknown as Head),
  };
}
let keysOfLog = (): string => '';
beforeAll(async () => {
  const { log } = await get<{ log: string }>('keys');
  keysOfLog = () => log;
});

/** What the operator can do who holds the key of the log: replaces the head of a size, and lets the service forget what it signed. */
async function forgeHead(contest: string, size: number, root: string, time: number): Promise<void> {
  forget(contest);
  const body = { contest, root, size, time, type: 'head', v: 1 };
  const sig = sign(null, Buffer.from(canonicalJson(body)), keys.logKey).toString('hex');
  await stores.heads.updateOne({ _id: headId(contest, size) }, { $set: { root, time, sig } });
}
const forget = (contest: string): void => rmSync(join(t.deps.config.headsDir, `${contest}.json`), { force: true });
const leavesIn = async (contest: string): Promise<string[]> =>
  (await stores.leaves.find({ contest }).sort({ index: 1 }).lean()).map(({ leaf }) => leaf);

describe('two witnesses as programs of their own', () => {
  test('sign what is consistent; the service shows their signatures; one that was killed goes on', async () => {
    const { contestId, projects } = await sealed(t, 3);
    programs.push(...[0, 1].map((n) => run(n).child));
    const witnessed = () =>
      eventually(async () => {
        await t.runBackground('witnesses');
        const head = await get<Head>(`contests/${contestId}/head?witnesses=2`);
        return head.size === (await headOf(contestId)).size && head;
      });
    const head = await witnessed();
    const named = await get<{ witnesses: { id: string; key: string }[] }>('keys');
    for (const { id, key } of named.witnesses) {
      const { sig } = head.witnesses!.find((one) => one.id === id)!;
      expect(isAuthentic({ ...head, sig }, key)).toBe(true);
      expect(isAuthentic({ ...head, root: rootOver([]), sig }, key)).toBe(false);
    }
    programs[0]!.kill('SIGKILL');
    await cast(t, contestId, [projects[0]!]);
    await t.runBackground('sequencer');
    programs[0] = run(0).child;
    expect(await witnessed()).toMatchObject({
      size: 4,
      witnesses: expect.arrayContaining([{ id: 'w1', sig: expect.anything() }]),
    });
    const { data } = await t.gql('query ($id: ID!) { voting(contestId: $id) { head { witnesses { id } } } }', {
      id: contestId,
    });
    expect(data.voting.head.witnesses.map(({ id }: { id: string }) => id).sort()).toEqual(['w1', 'w2']);
  }, 90_000);

  test('on a fork they end in alarm: status 503, exit code 1, no signature more, and evidence', async () => {
    const { contestId, projects } = await sealed(t, 2);
    const signedSizes = async () =>
      (
        (await (await fetch(`http://127.0.0.1:${ports[1]}/cosignatures`)).json()) as {
          heads: { contest: string; size: number }[];
        }
      ).heads.find(({ contest }) => contest === contestId)?.size;
    await eventually(async () => (await signedSizes()) === 2);
    // The head first: a witness that looks between the two writes must not meet the changed entry alone.
    const forged = (await leavesIn(contestId)).with(1, 'c'.repeat(64));
    await forgeHead(contestId, 2, rootOver(forged), (await headOf(contestId)).time);
    await stores.leaves.updateOne({ _id: leafId(contestId, 1) }, { $set: { leaf: 'c'.repeat(64) } });
    const status = await eventually(async () => {
      const response = await fetch(`http://127.0.0.1:${ports[1]}/status`);
      return response.status === 503 && ((await response.json()) as { alarms: { code: string }[] });
    });
    expect(status.alarms).toMatchObject([{ code: 'FORK', contest: contestId }]);
    await cast(t, contestId, [projects[0]!]);
    await t.runBackground('sequencer');
    expect((await headOf(contestId)).size).toBe(3);
    programs[1]!.kill('SIGKILL');
    expect((await run(1, '--once').ended).code).toBe(1);
    expect(new Memory(directories[1]!).signed(contestId)!.head.size).toBe(2);
  }, 90_000);
});

describe('a rogue operator is refused', () => {
  const FORGERIES: [string, string, (id: string) => Promise<unknown>][] = [
    [
      'a sealed entry replaced and the log signed on over it',
      'INCONSISTENT',
      async (id) => {
        await stores.leaves.updateOne({ _id: leafId(id, 1) }, { $set: { leaf: 'd'.repeat(64) } });
        await forgeHead(id, 4, rootOver(await leavesIn(id)), 1_772_400_000);
      },
    ],
    [
      'an entry removed and the later ones moved up',
      'INCONSISTENT',
      async (id) => {
        const leaves = (await leavesIn(id)).toSpliced(1, 1);
        await stores.leaves.deleteMany({ contest: id });
        const documents = leaves.map((leaf, index) => ({
          _id: leafId(id, index),
          contest: id,
          index,
          leaf,
          superseded: 0,
        }));
        await stores.leaves.collection.insertMany(documents as never);
        await stores.heads.deleteOne({ _id: headId(id, 4) });
        await stores.logs.updateOne({ _id: id }, { $set: { size: 3 }, $unset: { head: '' } });
        forget(id);
      },
    ],
  ];

  test.each(FORGERIES)('%s: the next head is not signed', async (_name, code, forge) => {
    const { contestId, projects } = await sealed(t, 4);
    const watch = watcher();
    expect(await watch.look(contestId)).toBeNull();
    await forge(contestId);
    for (let n = 0; n < 2; n += 1) await cast(t, contestId, [projects[0]!]);
    await t.runBackground('sequencer');
    const head = await headOf(contestId);
    expect(head.size).toBeGreaterThan(4);
    const alarm = await watch.look(contestId);
    expect(alarm).toMatchObject({ code, evidence: { shownNow: { sig: head.sig } } });
    expect(watch.memory.signed(contestId)!.head.size).toBe(4);
    // For good, a new start included.
    await cast(t, contestId, [projects[0]!]);
    expect(await watch.look(contestId)).toEqual(alarm);
  });

  test('an entry replaced beneath a head that stays: named by its index, by the witness and by the audit', async () => {
    const { contestId } = await sealed(t, 5);
    const watch = watcher();
    expect(await watch.look(contestId)).toBeNull();
    const was = (await leavesIn(contestId))[3];
    await stores.leaves.updateOne({ _id: leafId(contestId, 3) }, { $set: { leaf: 'e'.repeat(64) } });
    expect(await watch.look(contestId)).toMatchObject({
      code: 'ENTRY_CHANGED',
      evidence: { index: 3, was, shownNow: 'e'.repeat(64) },
    });
    const { findings } = await verifyLog(stores, contestId, keys.logKey);
    expect(findings).toEqual(
      expect.arrayContaining([
        { fault: 'ENTRY_WITHOUT_BALLOT', at: 3, leaf: 'e'.repeat(64) },
        { fault: 'BALLOT_NOT_IN_LOG', at: null, leaf: was },
        { fault: 'HEAD_ROOT_DIFFERS', at: 5, leaf: null },
      ]),
    );
  });

  test('a head signed twice, a head of another key, a log that stays shorter', async () => {
    const twice = await sealed(t, 1);
    const head = await headOf(twice.contestId);
    const watch = watcher();
    await watch.look(twice.contestId);
    await forgeHead(twice.contestId, 1, head.root, head.time + 1);
    expect(await watch.look(twice.contestId)).toMatchObject({ code: 'SIGNED_TWICE' });

    const foreign = await sealed(t, 1);
    await stores.heads.updateOne({ _id: headId(foreign.contestId, 1) }, { $set: { sig: 'ab'.repeat(64) } });
    expect(await watch.look(foreign.contestId)).toMatchObject({ code: 'WRONG_KEY' });

    const shorter = await sealed(t, 2);
    await watch.look(shorter.contestId);
    await stores.logs.updateOne({ _id: shorter.contestId }, { $set: { head: 2 } });
    await cast(t, shorter.contestId, [shorter.projects[0]!]);
    await t.runBackground('sequencer');
    expect(await watch.look(shorter.contestId)).toBeNull();
    await stores.logs.updateOne({ _id: shorter.contestId }, { $set: { head: 2 } });
    expect(await watch.look(shorter.contestId)).toBeNull();
    watch.later(60_000);
    expect(await watch.look(shorter.contestId)).toMatchObject({ code: 'ROLLED_BACK' });
  });
});
