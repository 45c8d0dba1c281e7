import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectMongo } from '@veche/kit';
import type mongoose from 'mongoose';
import { fileKeys, type KeyPort } from '../src/box/keys.ts';
import { headId, leafId, makeStores, type Stores } from '../src/store.ts';
import { verifyLog } from '../src/log/verify-log.ts';
import { cast, startVoting, type VotingService } from './setup.ts';
import { rootOver, sealed } from './setup-log.ts';

let t: VotingService;
let connection: mongoose.Connection;
let stores: Stores;
let keys: KeyPort;
beforeAll(async () => {
  t = await startVoting();
  connection = await connectMongo(t.deps.config.mongodbUri, t.deps.config.mongodbDatabase);
  stores = makeStores(connection);
  keys = fileKeys(t.deps.config.keysDir);
});
afterAll(async () => {
  await connection.close();
  await t.stop();
});

describe('the audit of a whole log', () => {
  test('finds nothing in a good one, ballots that wait included', async () => {
    const { contestId, projects } = await sealed(t, 5);
    await cast(t, contestId, [projects[0]!]);
    expect((await verifyLog(stores, contestId, keys.logKey)).findings).toEqual([]);
  });

  const one = async (contest: string, at: number) => (await stores.leaves.findById(leafId(contest, at)).lean())!.leaf;
  test.each<[string, (id: string) => Promise<unknown>, string]>([
    [
      'a ballot deleted',
      async (id) => stores.ballots.deleteOne({ contest: id, leaf: await one(id, 2) }),
      'ENTRY_WITHOUT_BALLOT',
    ],
    [
      'a ballot changed',
      async (id) => {
        const ballot = (await stores.ballots.findOne({ contest: id, leaf: await one(id, 2) }).lean())!;
        const record = ballot.record.replace(/"nonce":"./, '"nonce":"x');
        await stores.ballots.updateOne({ _id: ballot._id }, { $set: { record } });
      },
      'BALLOT_CHANGED',
    ],
  ])('%s after sealing: named with its leaf', async (_name, tamper, fault) => {
    const { contestId } = await sealed(t, 5);
    const leaf = await one(contestId, 2);
    await tamper(contestId);
    expect((await verifyLog(stores, contestId, keys.logKey)).findings).toEqual([{ fault, at: 2, leaf }]);
  });

  test('as a command: one line a finding, exit code 1; without findings 0', async () => {
    const [good, bad] = [await sealed(t, 2), await sealed(t, 2)];
    const leaf = await one(bad.contestId, 1);
    await stores.ballots.deleteOne({ contest: bad.contestId, leaf });
    const { mongodbUri, mongodbDatabase, keysDir } = t.deps.config;
    const env = { MONGODB_URI: mongodbUri, MONGODB_DATABASE: mongodbDatabase, VOTING_KEYS_DIR: keysDir };
    const run = (contest: string) =>
      spawnSync(process.execPath, [join(import.meta.dirname, '../src/cli/verify-log.ts'), contest], {
        env,
        encoding: 'utf8',
      });
    expect(run(good.contestId)).toMatchObject({
      status: 0,
      stdout: `${JSON.stringify({ contest: good.contestId, findings: 0 })}\n`,
    });
    const { status, stdout } = run(bad.contestId);
    expect(status).toBe(1);
    expect(JSON.parse(stdout.split('\n')[0]!)).toEqual({
      contest: bad.contestId,
      fault: 'ENTRY_WITHOUT_BALLOT',
      at: 1,
      leaf,
    });
  });

  test('a ballot inserted, an entry deleted, a head forged', async () => {
    const { contestId } = await sealed(t, 5);
    const ballot = (await stores.ballots.findOne({ contest: contestId }).lean())!;
    const stranger = { ...ballot, _id: `${contestId}:${'0'.repeat(32)}:000001`, record: '{}' };
    const leaf = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
    await stores.ballots.collection.insertOne({ ...stranger, leaf } as never);
    const { findings } = await verifyLog(stores, contestId, keys.logKey);
    expect(findings).toEqual([{ fault: 'BALLOT_CHANGED', at: null, leaf }]);
    await stores.ballots.deleteOne({ _id: stranger._id });
    await stores.heads.updateOne({ _id: headId(contestId, 5) }, { $set: { root: rootOver([]) } });
    expect((await verifyLog(stores, contestId, keys.logKey)).findings.map(({ fault, at }) => [fault, at])).toEqual([
      ['HEAD_SIGNATURE_INVALID', 5],
      ['HEAD_ROOT_DIFFERS', 5],
    ]);
    await stores.leaves.deleteOne({ _id: leafId(contestId, 4) });
    const faults = (await verifyLog(stores, contestId, keys.logKey)).findings.map(({ fault, at }) => [fault, at]);
    expect(faults).toEqual(
      expect.arrayContaining([
        ['ENTRY_MISSING', 4],
        ['HEAD_AHEAD', 5],
        ['BALLOT_NOT_IN_LOG', null],
      ]),
    );
  });
});
