import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { BackgroundRunner } from '../src/background.ts';
import type { AggregateStore, BusMessage, Fence } from '../src/index.ts';
import { Lease, LeaseLost, connectMongo, makeLog, newId } from '../src/index.ts';
import { Relay } from '../src/mongo/relay.ts';
import { TEST_MONGODB_URI } from '../src/testing/harness.ts';
import { MemoryBus } from '../src/testing/memory-bus.ts';
import type { Counter } from './fixture/counters.ts';
import { add, counterStore, toOutbox } from './fixture/counters.ts';

const log = makeLog('relay-test', 'silent');
let connection: Awaited<ReturnType<typeof connectMongo>>;
let store: AggregateStore<Counter>;
let bus: MemoryBus;
let service: string;

beforeAll(async () => {
  connection = await connectMongo(TEST_MONGODB_URI, `test_relay_${newId().replaceAll('-', '').slice(-12)}`);
  store = counterStore(connection);
  await store.init();
});
afterAll(async () => {
  await connection.db!.dropDatabase();
  await connection.close();
});
beforeEach(async () => {
  await store.model.deleteMany({});
  bus = new MemoryBus();
  service = `relay-${newId()}`;
});

const relayOf = (options: { leaseTtlMs?: number; pollMs?: number } = {}) =>
  new Relay({ service, connection, stores: [store], bus, log, ...options });
const create = async () =>
  (await store.create({ decide: () => add({ value: 0, cost: 0n }, 1), events: toOutbox })).aggregate!.id;
const increase = (id: string) => store.change({ id, decide: (state) => add(state, 1), events: toOutbox });
const until = async (condition: () => boolean | Promise<boolean>, limitMs = 8_000): Promise<void> => {
  for (const deadline = Date.now() + limitMs; !(await condition()); await sleep(10)) {
    if (Date.now() > deadline) throw new Error('did not happen in time');
  }
};

describe('the relay', () => {
  test('publishes in order, empties the outbox and tells the backlog', async () => {
    const id = await create();
    for (let i = 0; i < 5; i += 1) await increase(id);
    const relay = relayOf();
    expect(await relay.backlog()).toEqual({ depth: 1, since: expect.any(Date) });
    expect(await relay.drain()).toBe(6);
    expect(bus.published().map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await store.model.findById(id).lean()).toMatchObject({ outbox: [], version: 6 });
    expect(await relay.backlog()).toEqual({ depth: 0, since: null });
    expect(await relay.drain()).toBe(0);
    await relay.stop();
  });

  test('loses nothing while the log is away: the same event ids come when it is back', async () => {
    const relay = relayOf({ pollMs: 20 });
    bus.failNextPublishes(3);
    const id = await create();
    const [{ id: eventId }] = (await store.model.findById(id).lean()).outbox;
    relay.start();
    await until(() => bus.published().length > 0);
    expect(bus.published().map((event) => event.id)).toEqual([eventId]);
    await relay.stop();
  });

  test('repeats what the log took but nobody removed: a crash between publishing and acknowledging', async () => {
    const id = await create();
    const publish = bus.publish.bind(bus);
    bus.publish = async (messages: readonly BusMessage[]) => {
      await publish(messages);
      throw new Error('the answer was lost');
    };
    const relay = relayOf();
    await expect(relay.drain()).rejects.toThrow('the answer was lost');
    bus.publish = publish;
    await relay.drain();
    const [first, second] = bus.published();
    expect(second!.id).toBe(first!.id);
    expect(bus.published()).toHaveLength(2);
    expect((await store.model.findById(id).lean()).outbox).toEqual([]);
    await relay.stop();
  });

  test('keeps events that were added while it was publishing', async () => {
    const id = await create();
    const publish = bus.publish.bind(bus);
    bus.publish = async (messages: readonly BusMessage[]) => {
      bus.publish = publish;
      await increase(id);
      await publish(messages);
    };
    const relay = relayOf();
    await relay.drain();
    expect((await relay.backlog()).depth).toBe(1);
    await relay.drain();
    expect(bus.published().map(({ sequence }) => sequence)).toEqual([1, 2]);
    await relay.stop();
  });

  test('one of two replicas works; the other takes over after the lease and nothing is missing', async () => {
    const first = relayOf({ leaseTtlMs: 300 });
    const second = relayOf({ leaseTtlMs: 300 });
    await create();
    expect(await first.drain()).toBe(1);
    await create();
    expect(await second.drain()).toBe(0);
    // The first is gone without a word; the second watches the lease for its whole life.
    await until(async () => (await second.drain()) === 1, 3_000);
    expect(bus.published()).toHaveLength(2);
    await second.stop();
    await first.stop();
  });

  test("hears of another replica's write by the change stream, long before it would poll", async () => {
    const relay = relayOf({ pollMs: 60_000 });
    relay.start();
    await sleep(300);
    const id = await create();
    await until(() => bus.published().length === 1, 5_000);
    // One that is there already changes.
    await increase(id);
    await until(() => bus.published().length === 2, 5_000);
    await relay.stop();
  });

  test('publishes what is left when it stops', async () => {
    const relay = relayOf({ pollMs: 60_000 });
    await create();
    await relay.stop();
    expect(bus.published()).toHaveLength(1);
  });
});

describe('a lease', () => {
  const name = () => `lease-${newId()}`;

  test('has one holder, and a token that grows with each change', async () => {
    const lease = name();
    const a = new Lease(connection, { name: lease, ttlMs: 200 });
    const b = new Lease(connection, { name: lease, ttlMs: 200 });
    const first = await a.acquire();
    expect(first!.token).toBe(1);
    expect(await b.acquire()).toBeNull();
    expect((await a.acquire())!.token).toBe(1);
    await a.release();
    expect((await b.acquire())!.token).toBe(2);
    expect(await a.acquire()).toBeNull();
  });

  test('a holder that slept learns it before it does harm', async () => {
    const lease = name();
    const a = new Lease(connection, { name: lease, ttlMs: 100 });
    const b = new Lease(connection, { name: lease, ttlMs: 100 });
    const old = (await a.acquire())!;
    await until(async () => (await b.acquire()) !== null, 2_000);
    expect(a.held).toBe(false);
    await expect(old.check()).rejects.toThrow(LeaseLost);
    expect(old.signal.aborted).toBe(true);
    // Giving back what one does not have takes nothing from the holder.
    await a.release();
    expect(b.held || (await b.acquire()) !== null).toBe(true);
  });

  test('of many that grab at once, one gets it', async () => {
    const lease = name();
    const all = Array.from({ length: 12 }, () => new Lease(connection, { name: lease, ttlMs: 2_000 }));
    const fences = await Promise.all(all.map((one) => one.acquire()));
    expect(fences.filter(Boolean)).toHaveLength(1);
  });
});

describe('a background task', () => {
  const runner = (who: string, runs: string[], options: object = {}) =>
    new BackgroundRunner(
      {
        name: 'tick',
        everyMs: 30,
        run: async (fence: Fence) => {
          await fence.check();
          runs.push(`${who}${fence.token}`);
        },
      },
      { service, connection, log, leaseTtlMs: 300, ...options },
    );

  test('runs on one replica, and on the other when that one leaves', async () => {
    const runs: string[] = [];
    const a = runner('a', runs);
    a.start();
    await until(() => runs.length >= 2);
    const b = runner('b', runs);
    b.start();
    await until(() => runs.length >= 5);
    expect(new Set(runs)).toEqual(new Set(['a1']));
    await a.stop();
    // A right of 300 ms may end on a busy machine before it was used: what counts is who runs and that its token is a later one.
    await until(() => runs.some((run) => run.startsWith('b')));
    await b.stop();
    const first = runs.findIndex((run) => run.startsWith('b'));
    expect(Number(runs[first]!.slice(1))).toBeGreaterThan(1);
    expect(runs.lastIndexOf('a1')).toBeLessThan(first);
  });

  test('goes on after a failure', async () => {
    let calls = 0;
    const run = async () => {
      calls += 1;
      if (calls === 1) throw new Error('once');
    };
    const task = new BackgroundRunner({ name: 'fails', everyMs: 10, run }, { service, connection, log });
    task.start();
    await until(() => calls >= 3);
    await task.stop();
  });
});
