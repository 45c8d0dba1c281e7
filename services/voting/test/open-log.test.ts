import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectMongo, newId } from '@veche/kit';
import type mongoose from 'mongoose';
import { nodeHash } from '../src/crypto.ts';
import { append, EMPTY, inclusionPath, type Frontier } from '../src/domain/merkle.ts';
import { frontierAt, hashesOfRanges, mark } from '../src/log/log.ts';
import { leafId, makeStores, tileId, type Stores } from '../src/store.ts';
import { isAuthentic } from '../witness/head.ts';
import { EMPTY_ROOT, includes, isConsistent, type Consistency, type Inclusion } from '../witness/proof.ts';
import { cast, close, open, startVoting, tell, type VotingService } from './setup.ts';
import { publicLog, rootOver, sealed, type SignedHead } from './setup-log.ts';

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

const { ask, get, codeOf, headOf, headsOf, leavesOf } = publicLog(() => t);

describe('signed heads', () => {
  test('a log begins with a head of nothing and gets one for each size that it reaches, each consistent with all before', async () => {
    const { contestId, projects } = await open(t);
    await t.runBackground('sequencer');
    expect(await headOf(contestId)).toMatchObject({ size: 0, root: EMPTY_ROOT, witnesses: [] });
    for (const ballots of [1, 2, 4, 1]) {
      await Promise.all(Array.from({ length: ballots }, () => cast(t, contestId, [projects[0]!])));
      await t.runBackground('sequencer');
      await t.runBackground('sequencer');
    }
    const heads = await headsOf(contestId);
    const leaves = await leavesOf(contestId);
    const { log } = await get<{ log: string }>('keys');
    expect(heads.map(({ size }) => size)).toEqual([1, 3, 7, 8]);
    for (const head of heads) {
      expect(isAuthentic(head, log)).toBe(true);
      expect(isAuthentic({ ...head, size: head.size + 1 }, log)).toBe(false);
      expect(head.root).toBe(rootOver(leaves.slice(0, head.size)));
    }
    for (const [older, newer] of heads.flatMap((head, n) => heads.slice(n).map((later) => [head, later] as const))) {
      const proof = await get<Consistency>(
        `contests/${contestId}/consistency?first=${older.size}&second=${newer.size}`,
      );
      expect(isConsistent(proof, older.root, newer.root)).toBe(true);
    }
    expect(await get(`contests/${contestId}/heads?since=3&limit=1`)).toMatchObject({ heads: [{ size: 7 }] });
  });

  test('the graph shows the same head', async () => {
    const { contestId } = await sealed(t, 2);
    const { data } = await t.gql(
      'query ($id: ID!) { voting(contestId: $id) { head { size root time signed witnesses { id sig } } } }',
      { id: contestId },
    );
    const { witnesses, ...head } = await headOf(contestId);
    expect(data.voting.head).toMatchObject({ size: 2, root: head.root, witnesses });
    expect(JSON.parse(data.voting.head.signed)).toEqual(head);
    expect(data.voting.head.time).toBe(new Date(head.time * 1000).toISOString());
  });

  test('the count waits for the head of the whole log', async () => {
    const { contestId, projects } = await open(t);
    await cast(t, contestId, [projects[0]!]);
    await close(t);
    const { data } = await t.gql('query ($id: ID!) { voting(contestId: $id) { state head { size } } }', {
      id: contestId,
    });
    expect(data.voting).toEqual({ state: 'COUNTED', head: { size: 1 } });
  });
});

describe('proofs', () => {
  test('of inclusion, by leaf and by tracking code, against any size that holds the entry', async () => {
    const { contestId, receipts } = await sealed(t, 9);
    const head = await headOf(contestId);
    const leaves = await leavesOf(contestId);
    for (const [index, leaf] of leaves.entries()) {
      const proof = await get<Inclusion>(`contests/${contestId}/inclusion?leaf=${leaf}`);
      expect(proof).toMatchObject({ index, leaf, size: 9 });
      expect(includes(proof, head.root)).toBe(true);
      const early = await get<Inclusion>(`contests/${contestId}/inclusion?leaf=${leaf}&size=${index + 1}`);
      expect(includes(early, rootOver(leaves.slice(0, index + 1)))).toBe(true);
    }
    const byCode = await get<Inclusion>(`contests/${contestId}/inclusion?code=${receipts[0]!.code.toLowerCase()}`);
    expect(leaves).toContain(byCode.leaf);
    expect(includes(byCode, head.root)).toBe(true);
  });

  /** Entries of a log as the sequencer writes them, with its mark. */
  async function write(contest: string, leaves: Map<number, string>): Promise<void> {
    const documents = [...leaves].map(([index, leaf]) => ({
      _id: leafId(contest, index),
      contest,
      index,
      leaf,
      superseded: 0,
    }));
    await stores.leaves.collection.insertMany(documents as never);
  }
  const hashOf = (contest: string, n: number): string => createHash('sha256').update(`${contest}${n}`).digest('hex');

  test('over tiles they agree with the tree hashed from its leaves, whatever the steps it grew by', async () => {
    const { contestId } = await open(t);
    const leaves = Array.from({ length: 1100 }, (_, n) => hashOf(contestId, n));
    for (const [from, to] of [
      [0, 3],
      [3, 255],
      [255, 256],
      [256, 800],
      [800, 1100],
    ] as const) {
      await write(contestId, new Map(leaves.slice(from, to).map((leaf, n) => [from + n, leaf])));
      await mark(stores, contestId, { size: to });
      await t.runBackground('sequencer');
      expect(await headOf(contestId)).toMatchObject({ size: to, root: rootOver(leaves.slice(0, to)) });
    }
    const { root } = await headOf(contestId);
    for (const index of [0, 255, 256, 511, 1023, 1024, 1099]) {
      const proof = await get<Inclusion>(`contests/${contestId}/inclusion?leaf=${leaves[index]}`);
      expect(proof.index).toBe(index);
      expect(includes(proof, root)).toBe(true);
    }
    for (const first of [1, 3, 255, 256, 257, 800, 1024, 1099]) {
      const proof = await get<Consistency>(`contests/${contestId}/consistency?first=${first}&second=1100`);
      expect(isConsistent(proof, rootOver(leaves.slice(0, first)), root)).toBe(true);
    }
    const page = await ask(`contests/${contestId}/entries?from=100&limit=900`);
    expect(page.body.leaves).toEqual(leaves.slice(100, 1000));
    expect(page.cache).toMatch(/immutable/);
  });

  test('over two rows of tiles only the blocks on the way are read', async () => {
    const contest = newId();
    const size = 65_536 + 300;
    let tree: Frontier = EMPTY;
    const tiles: { _id: string; hash: string }[] = [];
    const all = Array.from({ length: size }, (_, n) => hashOf(contest, n));
    for (const leaf of all)
      tree = append(tree, leaf, nodeHash, ({ level, index }, hash) => {
        if (level === 8 || level === 16) tiles.push({ _id: tileId(contest, level / 8, index), hash });
      });
    await stores.tiles.collection.insertMany(tiles as never);
    // The block of each entry in question, and the last; the rest of the log is not even there.
    const asked = [0, 300, 40_000, 65_535, 65_536, 65_835];
    const blocks = new Set(asked.map((index) => index - (index % 256)));
    const there = [...blocks].flatMap((from) =>
      all.slice(from, from + 256).map((leaf, n) => [from + n, leaf] as const),
    );
    await write(contest, new Map(there));
    expect(await frontierAt(stores, contest, size)).toEqual(tree);
    for (const index of asked) {
      const path = await hashesOfRanges(stores, contest, inclusionPath(index, size));
      expect(includes({ index, leaf: all[index]!, path, size }, rootOver(all))).toBe(true);
    }
    await expect(hashesOfRanges(stores, contest, inclusionPath(1000, size))).rejects.toThrow('entry 768 is missing');
  });
});

describe('what is refused, each with its own code', () => {
  test.each([
    ['inclusion?code=KWZR-C0NK-50E0-7YW0-8', 400, 'CODE_INVALID'],
    ['inclusion', 400, 'CODE_INVALID'],
    ['inclusion?leaf=xyz', 400, 'LEAF_INVALID'],
    [`inclusion?leaf=${'a'.repeat(64)}`, 404, 'LEAF_UNKNOWN'],
    ['inclusion?leaf=a&leaf=b', 400, 'PARAMETER_REPEATED'],
    ['entries', 400, 'NUMBER_INVALID'],
    ['entries?from=4', 400, 'NUMBER_INVALID'],
    ['entries?from=0&limit=4097', 400, 'NUMBER_INVALID'],
    ['entries?from=-1', 400, 'NUMBER_INVALID'],
    ['consistency?first=3&second=2', 400, 'NUMBER_INVALID'],
    ['consistency?first=1&second=4', 400, 'NUMBER_INVALID'],
    ['consistency?first=1.5&second=3', 400, 'NUMBER_INVALID'],
    ['heads?since=4', 400, 'NUMBER_INVALID'],
    ['head?witnesses=1', 400, 'NUMBER_INVALID'],
  ])('%s', async (path, status, code) => {
    three ??= sealed(t, 3);
    const { contestId } = await three;
    const answer = await ask(`contests/${contestId}/${path}`);
    expect([answer.status, answer.body.errors[0].extensions.code]).toEqual([status, code]);
    expect(answer.body.errors[0].extensions.userMessage).toMatch(/[а-я]/);
    expect(answer.cache).toBe('no-store');
  });
  let three: ReturnType<typeof sealed> | undefined;

  test('a contest that has no log, one that is none', async () => {
    const { contestId } = await tell(t);
    for (const id of [contestId, newId(), 'x', `${contestId}:1`])
      expect(await codeOf(`contests/${id}/head`)).toBe('LOG_UNKNOWN');
  });

  test('a ballot that is accepted and waits for its second', async () => {
    const { contestId, projects } = await sealed(t, 1);
    const { receipt } = await cast(t, contestId, [projects[0]!]);
    expect(await codeOf(`contests/${contestId}/inclusion?leaf=${receipt!.leaf}`)).toBe('LEAF_NOT_SEALED');
  });
});

test('contests are listed page by page with their latest heads', async () => {
  const some = [await sealed(t, 1), await sealed(t, 2)];
  const found = new Map<string, { head: SignedHead }>();
  for (let after = '', next: string | null = ''; next !== null; after = `&after=${next}`) {
    const page: { contests: { contest: string; head: SignedHead }[]; next: string | null } = await get(
      `contests?limit=2${after}`,
    );
    expect(page.contests.length).toBeLessThanOrEqual(2);
    for (const entry of page.contests) found.set(entry.contest, entry);
    next = page.next;
  }
  for (const { contestId } of some) expect(found.get(contestId)!.head).toEqual(await headOf(contestId));
});
