import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { EventBus, Violation } from '../src/index.ts';
import { busAudit, discardDeadLetters, listDeadLetters, newId, toMessage } from '../src/index.ts';
import { MemoryBus } from '../src/testing/memory-bus.ts';

const TYPE = 'veche.test.Happened';

const message = (topic: string, key: string, sequence: number, id = newId()) =>
  toMessage({ id, type: TYPE, topic, key, data: '{}', time: new Date(0), sequence }, 'test');

async function audit(bus: EventBus, topic: string): Promise<string[]> {
  const found: Violation[] = [];
  const options = { bus, group: 'test', consumes: [topic], produces: [topic], normalMs: 30 };
  const look = { now: new Date(), contests: [], stopping: new AbortController().signal, tell: () => undefined };
  for await (const one of busAudit(options).look(look)) found.push(one);
  return found.map(({ invariant, fault, at }) => `${invariant} ${fault} ${at}`);
}

describe('what the event log proves', () => {
  let bus: MemoryBus;
  beforeAll(() => {
    bus = new MemoryBus({ attempts: 1 });
  });
  afterAll(() => bus.close());

  async function consumed(handle: () => Promise<void>) {
    const topic = `veche.test.${randomUUID()}.v1`;
    await bus.ensureTopics([topic]);
    const subscription = await bus.subscribe({ group: 'test', consumers: [{ type: TYPE, topic, handle }] });
    return { topic, subscription };
  }

  test('everything taken, nothing parked: nothing is wrong; a repetition is nothing either', async () => {
    const { topic } = await consumed(async () => undefined);
    const twice = message(topic, 'a', 1);
    await bus.publish([twice, twice, message(topic, 'a', 2), message(topic, 'b', 1)]);
    await bus.idle();
    expect(await audit(bus, topic)).toEqual([]);
  });

  test('a group that does not get on within the time is named by partition', async () => {
    const held = Promise.withResolvers<void>();
    const { topic } = await consumed(() => held.promise);
    await bus.publish([message(topic, 'a', 1)]);
    expect(await audit(bus, topic)).toEqual([expect.stringMatching(/^I10 NOT_CAUGHT_UP veche.*\/\d$/)]);
    held.resolve();
    await bus.idle();
    expect(await audit(bus, topic)).toEqual([]);
  });

  test('a parked message waits for a person until it is settled', async () => {
    const { topic } = await consumed(() => Promise.reject(new Error('no')));
    await bus.publish([message(topic, 'a', 1)]);
    await bus.idle();
    const [letter] = await listDeadLetters(bus, topic);
    expect(await audit(bus, topic)).toEqual([`I10 DEAD_LETTER_OPEN ${topic} ${letter!.id}`]);
    await discardDeadLetters(bus, topic, [letter!.id]);
    expect(await audit(bus, topic)).toEqual([]);
  });

  test('two events of an object under one number', async () => {
    const { topic } = await consumed(async () => undefined);
    await bus.publish([message(topic, 'a', 1), message(topic, 'a', 1)]);
    await bus.idle();
    expect(await audit(bus, topic)).toEqual([`I6 SEQUENCE_USED_TWICE ${topic} a 1`]);
  });

  test('a log that does not answer is a finding and not the end of the audit', async () => {
    const away = { positions: () => Promise.reject(new Error('away')) } as unknown as EventBus;
    expect(await audit(away, 'veche.test')).toEqual(['I10 EVENT_LOG_UNREACHABLE test']);
  });
});
