import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sha256Hex } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { Protocol } from '../src/count/counting.ts';
import { latestResult, makeStores } from '../src/store.ts';
import { cast, close, open, OPENS, RULE, startVoting, type VotingService } from './setup.ts';

let t: VotingService;
beforeAll(async () => void (t = await startVoting()));
afterAll(() => t.stop());

const protocolOf = async (contestId: string): Promise<Protocol | null> => {
  const stored = await latestResult(makeStores(t.deps.connection), contestId);
  return stored && (JSON.parse(stored.protocol) as Protocol);
};

test('a count in a thread of its own writes the result object with the protocol', async () => {
  const { contestId, projects } = await open(t, {
    rule: {
      ...RULE,
      order: 'equalShares',
      equalShares: { utility: 'cost', start: 'exact', increment: 1, stopWhenExhaustive: true, completion: 'none' },
    },
  });
  for (const ballot of [[0, 1], [0], [2]])
    await cast(
      t,
      contestId,
      ballot.map((index) => projects[index]!),
    );
  await close(t);
  const { result, ruleHash, counted } = (await protocolOf(contestId))!;
  expect(counted).toBe(3);
  expect(result).toMatchObject({ v: 1, rule: ruleHash, status: 'DETERMINED', n: 3, budget: '100', reserveUsed: '0' });
  expect(result.winners).toEqual([projects[0], projects[2]]);
  expect(result.projects!.map(({ price }) => price)).toEqual(['1/2', '1', undefined]);
});

test('a tie that asks for the commission keeps the result back', async () => {
  t.clock.set(OPENS);
  const { contestId, projects } = await open(t, {
    rule: { ...RULE, tieBreak: ['commissionDecision'] },
    costs: [60n, 60n, 60n],
  });
  await cast(t, contestId, [projects[0]!, projects[1]!]);
  await close(t);
  expect(await protocolOf(contestId)).toBeNull();
});

test('a contest whose ballots and log disagree has no result, another one has', async () => {
  t.clock.set(OPENS);
  const broken = await open(t);
  const sound = await open(t);
  for (const { contestId, projects } of [broken, sound]) await cast(t, contestId, [projects[0]!]);
  await t.runBackground('sequencer');
  await t.deps.connection.db!.collection('ballots').deleteOne({ contest: broken.contestId });
  await close(t);
  expect(await protocolOf(broken.contestId)).toBeNull();
  const { result } = (await protocolOf(sound.contestId))!;
  const stored = await latestResult(makeStores(t.deps.connection), sound.contestId);
  expect(stored!.protocolHash).toBe(sha256Hex(canonicalJson(JSON.parse(stored!.protocol))));
  expect(result.winners).toEqual([sound.projects[0]]);
});
