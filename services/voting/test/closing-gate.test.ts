import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { discardDeadLetters, listDeadLetters, newId } from '@veche/kit';
import { ClosingGate } from '../src/closing-gate.ts';
import { CLOSES, open, OPENS, rescheduled, startVoting, type VotingService } from './setup.ts';

let t: VotingService;
beforeAll(async () => void (t = await startVoting()));
afterAll(() => t.stop());

const VOTING = 'query ($id: ID!) { voting(contestId: $id) { state } }';
const state = async (id: string) => (await t.gql(VOTING, { id })).data.voting.state as string;

test('a parked message of a contest blocks its close, and no other, until a person has settled it', async () => {
  const [one, other] = [await open(t), await open(t)];
  const event = rescheduled(one, new Date(CLOSES.getTime() + 1));
  const headers = { ce_id: newId(), ce_type: event.type, ce_source: '/veche/contests', ce_time: OPENS.toISOString() };
  await t.bus.publish([{ topic: event.topic, key: one.contestId, value: '{"stages":[', headers }]);
  await t.bus.idle();
  t.clock.set(CLOSES);
  await t.runBackground('clock');
  expect([await state(one.contestId), await state(other.contestId)]).toEqual(['OPEN', 'CLOSED']);

  const letters = await listDeadLetters(t.bus, event.topic);
  expect(letters.map(({ group, reason }) => [group, reason])).toEqual([['voting', 'MALFORMED']]);
  await discardDeadLetters(t.bus, event.topic, [letters[0]!.id]);
  await sleep(1_100);
  await t.runBackground('clock');
  expect(await state(one.contestId)).toBe('CLOSED');
});

test('an event log that does not answer is waited for two seconds, and closes nothing', async () => {
  const never = new Promise<never>(() => undefined);
  const gate = new ClosingGate({ readAll: () => never, publish: () => never });
  const begun = performance.now();
  expect(await gate.parked('c')).toBe('unknown');
  expect(performance.now() - begun).toBeLessThan(30_000);
  const away = new ClosingGate({ readAll: () => Promise.reject(new Error('away')), publish: () => never });
  expect(await away.parked('c')).toBe('unknown');
});
