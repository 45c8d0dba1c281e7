import { spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectMongo, sha256Hex } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type mongoose from 'mongoose';
import { auditContest, auditLogs } from '../src/audit/audit.ts';
import { determine, type Protocol } from '../src/count/counting.ts';
import { INVARIANTS } from '../src/domain/audit.ts';
import { leafOf } from '../src/crypto.ts';
import { fileKeys } from '../src/box/keys.ts';
import { ballotId, headId, leafId, makeStores, resultId, type Stores } from '../src/store.ts';
import { cast, close, CLOSES, open, OPENS, resident, startVoting, type Told, type VotingService } from './setup.ts';

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

async function audit(contest: string): Promise<string[]> {
  const voting = (await stores.votings.load(contest))!;
  const logKey = createPublicKey(fileKeys(t.deps.config.keysDir).logKey);
  const stopping = new AbortController().signal;
  const again = (...[id, state, version]: [string, typeof voting.state, number]) =>
    determine(stores, id, state, version);
  const found = await auditContest({ stores, logKey, now: t.clock.now(), stopping, determine: again }, voting);
  return found.map(({ invariant, fault }) => `${invariant} ${fault}`);
}

/** A contest with re-votes, sealed and counted live. */
async function voted(): Promise<Told> {
  const told = await open(t, { visibility: 'LIVE' });
  const anna = resident();
  for (const project of told.projects) await cast(t, told.contestId, [project], anna);
  await cast(t, told.contestId, [told.projects[0]!]);
  await t.runBackground('sequencer');
  await t.runBackground('tally');
  return told;
}

const ballotAt = async (contest: string, index: number) =>
  (await stores.leaves.findById(leafId(contest, index)).lean())!.ballot;
const revised = async (contest: string, rev: number) => (await stores.ballots.findOne({ contest, rev }).lean())!;

test('a good contest breaks nothing: open, with ballots that wait for their seal, closed and counted', async () => {
  const { contestId, projects } = await voted();
  expect(await audit(contestId)).toEqual([]);
  await cast(t, contestId, [projects[1]!]);
  expect(await audit(contestId)).toEqual([]);
  await close(t);
  await t.runBackground('tally');
  expect((await stores.votings.load(contestId))!.state.status).toBe('COUNTED');
  expect(await audit(contestId)).toEqual([]);
});

describe('a hand in the database is found and named', () => {
  const late = new Date(CLOSES.getTime() + 5_000);
  test.each<[string, (id: string) => Promise<unknown>, string[]]>([
    [
      'a ballot changed',
      async (id) => {
        const { _id, record } = await revised(id, 2);
        const changed = record.replace(/"nonce":"./, '"nonce":"x');
        return stores.ballots.updateOne({ _id }, { $set: { record: changed } });
      },
      ['I1 BALLOT_CHANGED'],
    ],
    [
      'a ballot that is no record any more',
      async (id) => stores.ballots.updateOne({ _id: await ballotAt(id, 0) }, { $set: { record: '{"choices":[]}' } }),
      ['I1 BALLOT_CHANGED', 'I2 COUNTER_DIFFERS', 'I2 RULE_DIFFERS', 'I3 RECORD_OF_ANOTHER'],
    ],
    [
      'the middle revision of a voter deleted',
      async (id) => stores.ballots.deleteOne({ _id: (await revised(id, 2))._id }),
      ['I1 ENTRY_WITHOUT_BALLOT', 'I2 ACCEPTED_DIFFERS', 'I2 SUPERSEDED_DIFFERS', 'I3 REVISION_MISSING'],
    ],
    [
      'a ballot inserted',
      async (id) => {
        const known = await revised(id, 3);
        const tag = '0'.repeat(32);
        const record = known.record.replace(/"rev":3/, '"rev":1').replace(/"tag":"[^"]*"/, `"tag":"${tag}"`);
        const more = { ...known, _id: ballotId(id, tag, 1), rev: 1, record, leaf: leafOf(record) };
        return stores.ballots.collection.insertOne(more as never);
      },
      ['I1 BALLOT_NOT_IN_LOG'],
    ],
    [
      'a ballot that waits for its seal longer than was promised',
      async (id) => {
        await cast(t, id, [(await stores.votings.load(id))!.state.ballot![0]!.applicationId]);
        t.clock.advance(61_000);
      },
      ['I1 NOT_SEALED_IN_TIME'],
    ],
    [
      'a counter changed',
      (id) => stores.tallies.updateOne({ _id: id }, { $inc: { 'shown.lines.0.score': 1 } }),
      ['I2 COUNTER_DIFFERS'],
    ],
    [
      'a ballot dated after the grace',
      async (id) => stores.ballots.updateOne({ _id: await ballotAt(id, 1) }, { $set: { acceptedAt: late } }),
      ['I4 OUTSIDE_OF_THE_WINDOW'],
    ],
    [
      'a ballot dated before the opening',
      async (id) =>
        stores.ballots.updateOne(
          { _id: await ballotAt(id, 1) },
          { $set: { acceptedAt: new Date(OPENS.getTime() - 1) } },
        ),
      ['I4 OUTSIDE_OF_THE_WINDOW'],
    ],
    [
      'a head with another root',
      (id) => stores.heads.updateOne({ _id: headId(id, 4) }, { $set: { root: 'f'.repeat(64) } }),
      ['I5 HEAD_ROOT_DIFFERS', 'I5 HEAD_SIGNATURE_INVALID'],
    ],
    [
      'one key for two ballots',
      async (id) => {
        const { _id } = await revised(id, 3);
        return stores.ballots.updateOne({ _id }, { $set: { key: (await revised(id, 2)).key } });
      },
      ['I9 KEY_USED_TWICE'],
    ],
  ])('%s', async (_name, tamper, expected) => {
    const { contestId } = await voted();
    await tamper(contestId);
    const found = new Set(await audit(contestId));
    expect([...found].sort()).toEqual(expected);
  });

  test('the last second of the grace still counts', async () => {
    const { contestId } = await voted();
    const acceptedAt = new Date(late.getTime() - 1);
    await stores.ballots.updateOne({ _id: await ballotAt(contestId, 1) }, { $set: { acceptedAt } });
    expect(await audit(contestId)).toEqual([]);
  });

  test('a result edited, and a ballot taken out after the count', async () => {
    const { contestId } = await voted();
    await close(t);
    const { protocol } = (await stores.results.findById(resultId(contestId, 1)).lean())!;
    await stores.results.updateOne({ _id: resultId(contestId, 1) }, { $set: { protocol: protocol.replace('1', '2') } });
    expect(await audit(contestId)).toEqual(['I2 RESULT_CHANGED']);
    await stores.results.updateOne({ _id: resultId(contestId, 1) }, { $set: { protocol } });
    expect(await audit(contestId)).toEqual([]);
    await stores.ballots.deleteOne({ _id: (await revised(contestId, 3))._id });
    expect(await audit(contestId)).toEqual(
      expect.arrayContaining(['I1 ENTRY_WITHOUT_BALLOT', 'I2 ACCEPTED_DIFFERS', 'I2 RESULT_DIFFERS']),
    );
  });
});

test('a result forged together with its hash: the ballots, the export and the money contradict it', async () => {
  const { contestId } = await voted();
  await close(t);
  const { protocol } = (await stores.results.findById(resultId(contestId, 1)).lean())!;
  const forge = async (change: (said: Protocol) => void) => {
    const said = JSON.parse(protocol) as Protocol;
    change(said);
    const text = canonicalJson(said as never);
    const forged = { protocol: text, protocolHash: sha256Hex(text) };
    await stores.results.updateOne({ _id: resultId(contestId, 1) }, { $set: forged });
    return audit(contestId);
  };
  expect(await forge(() => undefined)).toEqual([]);
  expect(await forge((said) => (said.budgetKopecks = '1'))).toEqual(['I7 OVER_BUDGET', 'I2 RESULT_DIFFERS']);
  expect(await forge((said) => (said.spentKopecks = '1'))).toEqual(['I7 SPENT_DIFFERS', 'I2 RESULT_DIFFERS']);
  expect(await forge((said) => (said.projects[0]!.score = '9'))).toEqual(['I2 RESULT_DIFFERS', 'I2 EXPORT_DIFFERS']);
});

test('I6: entries that did not leave the service within a minute', async () => {
  const { contestId } = await voted();
  const here = async () =>
    (await auditLogs({ stores, now: t.clock.now() })).filter(({ at }) => at.startsWith(contestId));
  expect(await here()).toEqual([]);
  await stores.logs.updateOne({ _id: contestId }, { $set: { next: 2 } });
  expect(await here()).toEqual([]);
  t.clock.advance(61_000);
  expect(await here()).toEqual([{ invariant: 'I6', fault: 'LOG_NOT_PUBLISHED', at: `${contestId} entry 2` }]);
  await stores.logs.updateOne({ _id: contestId }, { $set: { next: 4 } });
  expect(await here()).toEqual([]);
});

test('as a command: a line for each violation and invariant, exit code 1; without any 0', async () => {
  const [good, bad] = [await voted(), await voted()];
  await stores.ballots.deleteOne({ _id: await ballotAt(bad.contestId, 3) });
  const { mongodbUri, mongodbDatabase, keysDir } = t.deps.config;
  const env = { MONGODB_URI: mongodbUri, MONGODB_DATABASE: mongodbDatabase, VOTING_KEYS_DIR: keysDir };
  const run = (contest: string) => {
    const command = [join(import.meta.dirname, '../src/cli/audit.ts'), contest];
    const { status, stdout } = spawnSync(process.execPath, command, { env, encoding: 'utf8' });
    const lines = stdout.trim().split('\n');
    return { status, lines: lines.map((line) => JSON.parse(line) as { service: string; invariant: string }) };
  };
  const kept = run(good.contestId);
  expect(kept.status).toBe(0);
  const unchecked = { service: 'voting', figure: 'eligibility', unchecked: 'VOTING_VOTER_KEYS_URL is not set' };
  const summary = INVARIANTS.map((invariant) => ({ service: 'voting', invariant, violations: 0 }));
  expect(kept.lines[0]).toEqual(unchecked);
  expect(kept.lines.slice(1)).toEqual(expect.arrayContaining(summary));
  expect(kept.lines).toHaveLength(summary.length + 1);
  const { status, lines } = run(bad.contestId);
  expect(status).toBe(1);
  expect(lines[1]).toMatchObject({ service: 'voting', contest: bad.contestId, fault: 'ENTRY_WITHOUT_BALLOT' });
  expect(lines).toContainEqual({ service: 'voting', invariant: 'I1', violations: 1 });
  expect(lines).toContainEqual({ service: 'voting', invariant: 'I5', violations: 0 });
});

test('as a command it counts, and reads the export in again, in threads', async () => {
  const { contestId } = await voted();
  await close(t);
  const { mongodbUri, mongodbDatabase, keysDir } = t.deps.config;
  const env = { MONGODB_URI: mongodbUri, MONGODB_DATABASE: mongodbDatabase, VOTING_KEYS_DIR: keysDir };
  const faults = () => {
    const command = [join(import.meta.dirname, '../src/cli/audit.ts'), contestId];
    const { stdout } = spawnSync(process.execPath, command, { env, encoding: 'utf8' });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { fault?: string });
    return lines.flatMap(({ fault }) => fault ?? []);
  };
  expect(faults()).toEqual([]);
  const { protocol } = (await stores.results.findById(resultId(contestId, 1)).lean())!;
  const said = JSON.parse(protocol) as Protocol;
  said.projects[0]!.score = '9';
  const text = canonicalJson(said as never);
  const forged = { protocol: text, protocolHash: sha256Hex(text) };
  await stores.results.updateOne({ _id: resultId(contestId, 1) }, { $set: forged });
  expect(faults()).toEqual(['RESULT_DIFFERS', 'EXPORT_DIFFERS']);
}, 240_000);

test('nightly: the metric tells what the last audit found, once a day from its hour on', async () => {
  const u = await startVoting();
  const more = await connectMongo(u.deps.config.mongodbUri, u.deps.config.mongodbDatabase);
  try {
    const told = await open(u);
    await cast(u, told.contestId, [told.projects[0]!]);
    await u.runBackground('sequencer');
    const metric = async () => {
      await u.runBackground('audit');
      return /veche_audit_violations\{invariant="I1"[^}]*\} (\d+)/.exec(
        await (await fetch(`${u.url}/metrics`)).text(),
      )?.[1];
    };
    expect(await metric()).toBeUndefined();
    u.clock.set(new Date('2026-03-02T21:00:00Z'));
    expect(await metric()).toBe('0');
    await makeStores(more).ballots.deleteMany({ contest: told.contestId });
    expect(await metric()).toBe('0');
    u.clock.set(new Date('2026-03-03T21:00:00Z'));
    expect(await metric()).toBe('1');
  } finally {
    await more.close();
    await u.stop();
  }
});
