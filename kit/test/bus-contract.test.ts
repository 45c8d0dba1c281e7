import { afterAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BusMessage, Consumer, EventBus, EventLog, Position } from '../src/index.ts';
import {
  KafkaBus,
  LeftUndone,
  Undeliverable,
  discardDeadLetters,
  listDeadLetters,
  makeLog,
  newId,
  replayDeadLetters,
  toMessage,
} from '../src/index.ts';
import { MemoryBus } from '../src/testing/memory-bus.ts';

type Bus = EventBus & EventLog;

const TYPE = 'veche.test.Happened';

function message(topic: string, key: string, number: number): BusMessage {
  const data = JSON.stringify({ number });
  return toMessage(
    {
      id: newId(),
      type: TYPE,
      topic,
      key,
      data,
      time: new Date('2026-03-01T04:00:00Z'),
      sequence: number,
    },
    'test',
  );
}

async function until(condition: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('did not happen in time');
    await sleep(20);
  }
}

function contract(name: string, makeBus: () => Bus): void {
  describe(`event bus contract: ${name}`, () => {
    const bus = makeBus();
    afterAll(() => bus.close());
    // Topics and groups of their own, so that tests do not see each other's messages.
    const fresh = async () => {
      const topic = `veche.test.${randomUUID()}.v1`;
      await bus.ensureTopics([topic]);
      return { topic, group: `group-${randomUUID()}` };
    };
    const consumer = (topic: string, handle: Consumer['handle']): Consumer => ({
      type: TYPE,
      topic,
      handle,
    });

    test('a group gets everything from the beginning, in order by key', async () => {
      const { topic, group } = await fresh();
      const seen: string[] = [];
      const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
      await bus.publish(numbers.flatMap((n) => ['a', 'b', 'c'].map((key) => message(topic, key, n))));
      const handle: Consumer['handle'] = async (event) => void seen.push(`${event.subject}${event.sequence}`);
      const subscription = await bus.subscribe({ group, consumers: [consumer(topic, handle)] });
      await until(() => seen.length >= 30);
      for (const key of ['a', 'b', 'c']) {
        expect(seen.filter((one) => one.startsWith(key))).toEqual(numbers.map((n) => `${key}${n}`));
      }
      await subscription.stop();
    });

    test('the event arrives whole', async () => {
      const { topic, group } = await fresh();
      const events: unknown[] = [];
      const sent = message(topic, 'a', 7);
      const handle: Consumer['handle'] = async (event) => void events.push(event);
      const subscription = await bus.subscribe({ group, consumers: [consumer(topic, handle)] });
      await bus.publish([sent]);
      await until(() => events.length > 0);
      expect(events).toEqual([
        {
          id: sent.headers['ce_id'],
          type: TYPE,
          source: '/veche/test',
          subject: 'a',
          time: new Date('2026-03-01T04:00:00Z'),
          sequence: 7,
          data: { number: 7 },
          topic,
        },
      ]);
      await subscription.stop();
    });

    test('types without a handler are passed over', async () => {
      const { topic, group } = await fresh();
      const seen: number[] = [];
      const other = message(topic, 'a', 1);
      other.headers['ce_type'] = 'veche.test.Other';
      await bus.publish([other, message(topic, 'a', 2)]);
      const handle: Consumer['handle'] = async (event) => void seen.push(event.sequence);
      const subscription = await bus.subscribe({ group, consumers: [consumer(topic, handle)] });
      await until(() => seen.length > 0);
      expect(seen).toEqual([2]);
      await subscription.stop();
    });

    test('what a handler leaves when its replica ends is given to another one, and is not parked', async () => {
      const { topic, group } = await fresh();
      const [left, seen]: [number[], number[]] = [[], []];
      const leave: Consumer['handle'] = async (event) => {
        left.push(event.sequence);
        throw new LeftUndone();
      };
      const ending = await bus.subscribe({ group, consumers: [consumer(topic, leave)] });
      await bus.publish([1, 2].map((n) => message(topic, 'a', n)));
      await until(() => left.length > 0);
      await ending.stop();
      expect(new Set(left)).toEqual(new Set([1]));
      const handle: Consumer['handle'] = async (event) => void seen.push(event.sequence);
      const subscription = await bus.subscribe({ group, consumers: [consumer(topic, handle)] });
      await until(() => seen.length >= 2);
      expect(seen).toEqual([1, 2]);
      expect(await bus.readAll(`${topic}.dlq`)).toEqual([]);
      await subscription.stop();
    });

    test('a handler that throws is called again, before later messages of the key', async () => {
      const { topic, group } = await fresh();
      const seen: number[] = [];
      let failures = 2;
      const handle: Consumer['handle'] = async (event) => {
        if (event.sequence === 1 && failures-- > 0) throw new Error('not yet');
        seen.push(event.sequence);
      };
      const subscription = await bus.subscribe({ group, consumers: [consumer(topic, handle)] });
      await bus.publish([1, 2, 3].map((n) => message(topic, 'a', n)));
      await until(() => seen.length >= 3);
      expect(seen).toEqual([1, 2, 3]);
      await subscription.stop();
    });

    test('a message that keeps failing is parked and the partition goes on; it can be replayed and discarded', async () => {
      const { topic, group } = await fresh();
      const seen: number[] = [];
      const attempts: Record<number, number> = {};
      let broken = true;
      const handle: Consumer['handle'] = async (event) => {
        attempts[event.sequence] = (attempts[event.sequence] ?? 0) + 1;
        if (event.sequence === 1 && broken) throw new TypeError('Иванов Иван, 112-233-445 95');
        if (event.sequence === 2) throw new Undeliverable('UNKNOWN_CONTEST');
        seen.push(event.sequence);
      };
      const subscription = await bus.subscribe({ group, consumers: [consumer(topic, handle)] });
      const bystander: number[] = [];
      const watching = await bus.subscribe({
        group: `${group}-other`,
        consumers: [consumer(topic, async (event) => void bystander.push(event.sequence))],
      });
      const malformed = { ...message(topic, 'a', 3), value: '{' };
      await bus.publish([message(topic, 'a', 1), message(topic, 'a', 2), malformed, message(topic, 'a', 4)]);
      await until(() => seen.includes(4) && bystander.includes(4));
      expect(attempts).toEqual({ 1: 5, 2: 1, 4: 1 });
      await until(async () => (await listDeadLetters(bus, topic)).length === 4);
      const letters = await listDeadLetters(bus, topic);
      const own = letters.filter((letter) => letter.group === group);
      expect(own.map(({ reason, attempts: count }) => [reason, count])).toEqual([
        ['TypeError', 5],
        ['UNKNOWN_CONTEST', 1],
        ['MALFORMED', 1],
      ]);
      expect(JSON.stringify(letters)).not.toContain('Иванов');

      broken = false;
      expect(await replayDeadLetters(bus, topic, [own[0]!.id])).toBe(1);
      await until(() => seen.includes(1));
      const rest = letters.map(({ id }) => id).filter((id) => id !== own[0]!.id);
      expect(await discardDeadLetters(bus, topic, rest)).toBe(3);
      expect(await listDeadLetters(bus, topic)).toEqual([]);
      expect(await replayDeadLetters(bus, topic)).toBe(0);
      expect(seen).toEqual([4, 1]);
      expect(bystander).toEqual([1, 2, 4]);
      await subscription.stop();
      await watching.stop();
    });

    test('it tells how far a group has come; a group that took nothing stands at the beginning', async () => {
      const { topic, group } = await fresh();
      const subscription = await bus.subscribe({ group, consumers: [consumer(topic, async () => undefined)] });
      await bus.publish(['a', 'b', 'c', 'd'].map((key) => message(topic, key, 1)));
      const sum = (positions: Position[], of: 'end' | 'taken') =>
        positions.reduce((total, position) => total + Number(position[of] - position.first), 0);
      await until(async () => sum(await bus.positions(group, [topic]), 'taken') === 4);
      const positions = await bus.positions(group, [topic, topic]);
      expect(positions.map(({ partition }) => partition).sort()).toEqual([0, 1, 2]);
      expect([sum(positions, 'end'), sum(positions, 'taken')]).toEqual([4, 4]);
      const other = await bus.positions(`${group}-other`, [topic]);
      expect([sum(other, 'end'), sum(other, 'taken')]).toEqual([4, 0]);
      await subscription.stop();
    });

    test('replicas of a group share the work, and what one leaves another takes', async () => {
      const { topic, group } = await fresh();
      const seen: string[] = [];
      const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
      const handle = (who: string) => async (event: { subject: string }) => void seen.push(`${who}${event.subject}`);
      const first = await bus.subscribe({ group, consumers: [consumer(topic, handle('1'))] });
      const second = await bus.subscribe({ group, consumers: [consumer(topic, handle('2'))] });
      await bus.publish(keys.map((key) => message(topic, key, 1)));
      await until(() => new Set(seen.map((one) => one.slice(1))).size === keys.length);
      await first.stop();
      await bus.publish(keys.map((key) => message(topic, `${key}${key}`, 1)));
      await until(() => keys.every((key) => seen.includes(`2${key}${key}`)));
      await second.stop();
    });

    test('topics are created once, also by several at once', async () => {
      const topic = `veche.test.${randomUUID()}.v1`;
      await Promise.all([bus.ensureTopics([topic]), bus.ensureTopics([topic])]);
      await bus.ensureTopics([topic]);
      await bus.publish([message(topic, 'a', 1)]);
      expect(await bus.readAll(topic)).toHaveLength(1);
      expect(await bus.readAll(`${topic}.dlq`)).toHaveLength(0);
    });
  });
}

contract('in memory', () => new MemoryBus());

const brokers = process.env['KAFKA_BROKERS'];
if (brokers) {
  const onFatal = (error: Error): never => {
    throw error;
  };
  contract(
    'Kafka',
    () =>
      new KafkaBus({
        brokers: brokers.split(','),
        clientId: 'contract',
        log: makeLog('contract', process.env['TEST_LOG_LEVEL'] ?? 'silent'),
        backoffMs: 10,
        onFatal,
      }),
  );
}
