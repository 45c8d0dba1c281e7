import { expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { makeLog } from '../src/index.ts';
import type { Consumer, ReceivedEvent } from '../src/index.ts';
import { startForTest } from '../src/testing/harness.ts';
import { MemoryBus } from '../src/testing/memory-bus.ts';
import { TOPIC, add, counters, toOutbox } from './fixture/counters.ts';

const CREATE = 'mutation ($input: AddInput!) { createCounter(input: $input) { counter { id value } } }';
const READ = 'query ($id: ID!) { counter(id: $id) { value } }';
const citizen = { roles: ['citizen'] as const };

/** Mirrors every counter of another service under its own id, and tells no events of its own. */
const mirror = (store: any): Consumer[] => [
  {
    type: 'veche.test.Added',
    topic: TOPIC,
    async handle(event: ReceivedEvent) {
      const { amount } = event.data as { amount: number };
      await store.upsert({
        id: event.subject,
        fromEvent: event.id,
        initial: () => ({ value: 0, cost: 0n }),
        decide: (state: any) => {
          const decision = add(state, amount);
          return decision.ok ? { ...decision, events: [] } : decision;
        },
        events: toOutbox,
      });
    },
  },
];

test('two services on one bus: settle() waits for the whole chain, a replay changes nothing', async () => {
  const bus = new MemoryBus();
  const source = await startForTest(counters({ name: 'source' }), { bus });
  const copy = await startForTest(counters({ name: 'copy', consumers: mirror }), { bus });
  const { data } = await source.gql(CREATE, { input: { amount: 5 } }, citizen);
  const { id } = data.createCounter.counter;
  await source.settle();
  expect((await copy.gql(READ, { id })).data.counter).toEqual({ value: 5 });
  await bus.replay();
  await copy.settle();
  expect((await copy.gql(READ, { id })).data.counter).toEqual({ value: 5 });
  await bus.deliver({
    type: 'veche.test.Added',
    topic: TOPIC,
    key: 'foreign',
    data: { amount: 2 },
  });
  expect((await copy.gql(READ, { id: 'foreign' })).data.counter).toEqual({ value: 2 });
  await bus.deliver({ type: 'veche.test.Added', topic: TOPIC, key: 'broken', data: null });
  expect(bus.deadLetters()).toHaveLength(1);
  await source.stop();
  await copy.stop();
});

test('background tasks run when asked', async () => {
  const tokens: number[] = [];
  const tick = {
    name: 'tick',
    everyMs: 60_000,
    run: async ({ token }: { token: number }) => void tokens.push(token),
  };
  const service = await startForTest(counters({ background: [tick] }));
  await service.runBackground('tick');
  await service.runBackground('tick');
  expect(tokens).toEqual([1, 1]);
  await expect(service.runBackground('other')).rejects.toThrow('no background task');
  await service.stop();
});

test('the log cuts out what must not be in it', () => {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const log = makeLog('test', 'info', sink);
  log.info(
    {
      authorization: 'Bearer abc',
      headers: { authorization: 'Bearer abc', cookie: 'abc' },
      person: { snils: 'abc' },
    },
    'x',
  );
  const duplicate = Object.assign(new Error('dup key: { email: "abc" }'), {
    code: 11000,
    keyValue: { email: 'abc' },
  });
  log.error({ err: duplicate }, 'y');
  expect(lines).toHaveLength(2);
  expect(lines.join('')).not.toContain('abc');
});
