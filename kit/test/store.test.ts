import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Aggregate, AggregateStore } from '../src/index.ts';
import { aggregateStore, connectMongo, newId } from '../src/index.ts';
import { accept, reject } from '../src/domain/decision.ts';
import { TEST_MONGODB_URI } from '../src/testing/harness.ts';
import type { Counter } from './fixture/counters.ts';
import { add, counterStore, toOutbox } from './fixture/counters.ts';

let connection: Awaited<ReturnType<typeof connectMongo>>;
let store: AggregateStore<Counter>;

beforeAll(async () => {
  connection = await connectMongo(TEST_MONGODB_URI, `test_store_${newId().replaceAll('-', '').slice(-12)}`);
  store = counterStore(connection);
  await store.init();
});
afterAll(async () => {
  await connection.db!.dropDatabase();
  await connection.close();
});

const start = { decide: () => add({ value: 0, cost: 0n }, 1), events: toOutbox };
const created = async (): Promise<Aggregate<Counter>> => (await store.create(start)).aggregate!;
const raw = (id: string): Promise<any> => store.model.findById(id).lean();

describe('change', () => {
  test('is one write: state, version and events together', async () => {
    const { id } = await created();
    const outcome = await store.change({
      id,
      decide: (state) => add(state, 2, 5n),
      events: toOutbox,
    });
    expect(outcome.aggregate).toMatchObject({ id, version: 2, state: { value: 3, cost: 5n } });
    const document = await raw(id);
    expect(document.outbox.map((event: any) => [event.sequence, JSON.parse(event.data)])).toEqual([
      [1, { counterId: id, amount: 1 }],
      [2, { counterId: id, amount: 2 }],
    ]);
    expect(document.outboxSince).toBeInstanceOf(Date);
  });

  test('a rejected decision stores nothing', async () => {
    const { id } = await created();
    const before = await raw(id);
    const command = { caller: 'p', key: 'key-rejected', name: 'add', payload: { amount: 5000 } };
    const outcome = await store.change({
      id,
      command,
      fromEvent: 'e',
      decide: (state) => add(state, 5000),
      events: toOutbox,
    });
    expect(outcome.rejection).toEqual({
      code: 'TOO_MUCH',
      path: ['amount'],
      params: { max: 1000 },
    });
    expect(await raw(id)).toEqual(before);
  });

  test('no update is lost among 40 parallel writers, and every event has its own sequence', async () => {
    const { id } = await created();
    const writers = Array.from({ length: 40 }, async () => {
      for (;;) {
        const { rejection } = await store.change({
          id,
          decide: (state) => add(state, 1),
          events: toOutbox,
        });
        if (!rejection) return;
        expect(rejection.code).toBe('VERSION_CONFLICT');
      }
    });
    await Promise.all(writers);
    const document = await raw(id);
    expect(document).toMatchObject({ value: 41, version: 41 });
    expect(document.outbox.map(({ sequence }: any) => sequence)).toEqual(Array.from({ length: 41 }, (_, i) => i + 1));
  });

  test('a command is applied once, however often and however parallel it comes', async () => {
    const { id } = await created();
    const command = {
      caller: 'p',
      key: 'key-parallel',
      name: 'add',
      payload: { amount: 2n, at: new Date(0), part: 0.5 },
    };
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () =>
        store.change({ id, command, decide: (state) => add(state, 2), events: toOutbox }),
      ),
    );
    expect(outcomes.every(({ rejection }) => rejection === null)).toBe(true);
    expect(outcomes.filter((outcome) => !('repeated' in outcome))).toHaveLength(1);
    expect((await store.load(id))!.state.value).toBe(3);
    const other = { ...command, payload: { amount: 3n } };
    const misuse = await store.change({
      id,
      command: other,
      decide: (state) => add(state, 3),
      events: toOutbox,
    });
    expect(misuse.rejection!.code).toBe('IDEMPOTENCY_KEY_REUSED');
    const stranger = { ...command, caller: 'q' };
    await store.change({
      id,
      command: stranger,
      decide: (state) => add(state, 2),
      events: toOutbox,
    });
    expect((await store.load(id))!.state.value).toBe(5);
  });

  test('a key used for one aggregate is refused for another, and is free for another caller', async () => {
    const [first, second] = [await created(), await created()];
    const command = { caller: 'p', key: 'key-of-one', name: 'add', payload: { id: first.id } };
    const add1 = (id: string, caller = 'p') =>
      store.change({
        id,
        command: { ...command, caller, payload: { id } },
        decide: (state) => add(state, 1),
        events: toOutbox,
      });
    expect((await add1(first.id)).rejection).toBeNull();
    expect((await add1(second.id)).rejection).toEqual({ code: 'IDEMPOTENCY_KEY_REUSED' });
    expect((await add1(newId())).rejection).toEqual({ code: 'IDEMPOTENCY_KEY_REUSED' });
    expect((await store.create({ ...start, command: { ...command, name: 'create' } })).rejection).toEqual({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    expect((await store.load(second.id))!.state.value).toBe(1);
    expect((await add1(second.id, 'q')).rejection).toBeNull();
    expect(await add1(first.id)).toHaveProperty('repeated', true);
  });

  test('an event is applied once', async () => {
    const { id } = await created();
    const apply = () =>
      store.change({
        id,
        fromEvent: 'event-1',
        decide: (state) => add(state, 1),
        events: toOutbox,
      });
    expect(await apply()).not.toHaveProperty('repeated');
    expect(await apply()).toHaveProperty('repeated', true);
    expect((await store.load(id))!.state.value).toBe(2);
  });

  test('a member that the new state lacks is gone from the document', async () => {
    const { id } = await created();
    await store.change({
      id,
      decide: (state) => accept({ ...state, note: 'a' }),
      events: toOutbox,
    });
    expect((await raw(id)).note).toBe('a');
    await store.change({
      id,
      decide: (state) => accept({ ...state, note: undefined }),
      events: toOutbox,
    });
    expect(await raw(id)).not.toHaveProperty('note');
  });

  test('an unchanged state without events is no write', async () => {
    const { id, version } = await created();
    const outcome = await store.change({ id, decide: (state) => accept(state), events: toOutbox });
    expect(outcome.aggregate!.version).toBe(version);
  });
});

describe('create and upsert', () => {
  test('a creation is repeated by its key, in parallel too', async () => {
    const command = { caller: 'p', key: 'key-create', name: 'create', payload: { a: 1 } };
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => store.create({ ...start, command })));
    expect(new Set(outcomes.map(({ aggregate }) => aggregate!.id)).size).toBe(1);
    const misuse = await store.create({ ...start, command: { ...command, payload: { a: 2 } } });
    expect(misuse.rejection!.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('an id is taken once; the event that took it is recognised', async () => {
    const id = newId();
    await store.create({ ...start, id, fromEvent: 'event-a' });
    expect(await store.create({ ...start, id, fromEvent: 'event-a' })).toHaveProperty('repeated', true);
    expect((await store.create({ ...start, id, fromEvent: 'event-b' })).rejection!.code).toBe('VERSION_CONFLICT');
  });

  test('upserts of a missing aggregate meet in one document', async () => {
    const id = newId();
    const upsert = (event: string) =>
      store.upsert({
        id,
        fromEvent: event,
        initial: () => ({ value: 0, cost: 0n }),
        decide: (state) => add(state, 1),
        events: toOutbox,
      });
    const events = ['1', '2', '3', '4', '5', '5'];
    await Promise.all(events.map(upsert));
    expect(await store.load(id)).toMatchObject({ version: 5, state: { value: 5, cost: 0n } });
  });

  test('a unique index of the service is a rejection if it says which, else an error', async () => {
    const unique = aggregateStore<{ name: string }>(connection, {
      collection: 'names',
      fields: { name: String },
      indexes: [[{ name: 1 }, { unique: true }]],
    });
    await unique.init();
    const make = (extra: object) => unique.create({ decide: () => accept({ name: 'a' }), events: () => [], ...extra });
    await make({});
    const refused = await make({ onDuplicate: () => reject('TAKEN').rejection });
    expect(refused.rejection).toEqual({ code: 'TAKEN' });
    await expect(make({})).rejects.toHaveProperty('code', 11000);
  });

  test('64-bit sums come back as they were', async () => {
    const cost = 9_007_199_254_740_993n;
    const { aggregate } = await store.create({
      ...start,
      decide: () => add({ value: 0, cost }, 0),
    });
    expect((await store.load(aggregate!.id))!.state.cost).toBe(cost);
    expect((await store.find({ cost })).map(({ id }) => id)).toEqual([aggregate!.id]);
  });

  test('a state field that the schema forgot is an error, not a loss', async () => {
    const { id } = await created();
    const decide = (state: Counter) => accept({ ...state, forgotten: 1 } as Counter);
    await expect(store.change({ id, decide, events: toOutbox })).rejects.toThrow(/forgotten/);
  });
});

test('what every write and the relay ask for is looked up by an index, however many documents there are', async () => {
  const many = Array.from({ length: 300 }, () => ({ _id: newId() as never, version: 1, commands: [], outbox: [] }));
  await store.model.collection.insertMany(many);
  const id = many[0]!._id;
  const told = { outboxSince: { $gt: new Date(0) } };
  const questions: [object, number][] = [
    [{ _id: id, version: 1 }, 1],
    [{ creation: 'nobody:key' }, 0],
    [{ 'commands.key': 'nobody:key' }, 0],
    [told, await store.count(told)],
  ];
  for (const [question, most] of questions) {
    const { executionStats } = (await store.model.collection.find(question).explain('executionStats')) as any;
    expect([question, Number(executionStats.totalDocsExamined) <= most]).toEqual([question, true]);
  }
});
