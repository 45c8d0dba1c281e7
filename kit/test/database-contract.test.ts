import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectMongo, newId } from '../src/index.ts';
import { TEST_MONGODB_URI } from '../src/testing/harness.ts';

// What services rely on, asked of the server that is there: the same list must hold on every server they run on.
// Durability after a kill is asked elsewhere, because it needs to end the server.

let connection: Awaited<ReturnType<typeof connectMongo>>;
// Updates are written as the server takes them; the driver's types do not know these documents.
const collection = (name: string): any => connection.db!.collection(name);

function capability(name: string, check: () => Promise<void>): void {
  test(name, async () => {
    const startedAt = performance.now();
    let word = 'FAILED';
    try {
      await check();
      word = 'ok';
    } finally {
      process.stdout.write(`${word}  ${name} (${Math.round(performance.now() - startedAt)} ms)\n`);
    }
  });
}

beforeAll(async () => {
  connection = await connectMongo(TEST_MONGODB_URI, `test_database_${newId().replaceAll('-', '').slice(-12)}`);
});
afterAll(async () => {
  await connection.db!.dropDatabase();
  await connection.close();
});

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'accepted',
    (error: { code?: unknown }) => error.code,
  );

capability('unique index: the second is refused with code 11000', async () => {
  const unique = collection('unique');
  await unique.createIndex({ a: 1, b: 1 }, { unique: true });
  await unique.insertOne({ a: 1, b: 1 });
  await unique.insertOne({ a: 1, b: 2 });
  expect(await codeOf(unique.insertOne({ a: 1, b: 1 }))).toBe(11000);
  expect(await codeOf(unique.updateOne({ b: 2 }, { $set: { b: 1 } }))).toBe(11000);
});

capability('unique sparse index: documents without the field do not collide', async () => {
  const sparse = collection('sparse');
  await sparse.createIndex({ creation: 1 }, { unique: true, sparse: true });
  await sparse.insertMany([{ n: 1 }, { n: 2 }, { creation: 'a' }]);
  expect(await codeOf(sparse.insertOne({ creation: 'a' }))).toBe(11000);
});

capability('unique partial index: only what the filter names is unique', async () => {
  const partial = collection('partial');
  await partial.createIndex({ owner: 1 }, { unique: true, partialFilterExpression: { active: true } });
  await partial.insertMany([
    { owner: 1, active: true },
    { owner: 1, active: false },
    { owner: 1, active: false },
  ]);
  expect(await codeOf(partial.insertOne({ owner: 1, active: true }))).toBe(11000);
});

capability('200 parallel writers with a guarded version: one wins each round, none is lost', async () => {
  const guarded = collection('guarded');
  await guarded.insertOne({ _id: 'x', version: 0, log: [] });
  const write = async (writer: number): Promise<void> => {
    for (;;) {
      const { version } = await guarded.findOne({ _id: 'x' });
      const won = await guarded.findOneAndUpdate(
        { _id: 'x', version },
        { $inc: { version: 1 }, $push: { log: writer } },
      );
      if (won) return;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
    }
  };
  await Promise.all(Array.from({ length: 200 }, (_, writer) => write(writer)));
  const { version, log } = await guarded.findOne({ _id: 'x' });
  expect(version).toBe(200);
  expect(new Set(log).size).toBe(200);
});

capability('upsert by 50 at once: one document', async () => {
  const upserts = collection('upserts');
  await Promise.all(
    Array.from({ length: 50 }, () =>
      upserts.updateOne({ _id: 'x' }, { $inc: { n: 1 } }, { upsert: true }).catch((error: { code: number }) => {
        if (error.code !== 11000) throw error;
        return upserts.updateOne({ _id: 'x' }, { $inc: { n: 1 } });
      }),
    ),
  );
  expect(await upserts.findOne({ _id: 'x' })).toEqual({ _id: 'x', n: 50 });
});

capability('change stream: sees inserts and updates, goes on from its token', async () => {
  const watched = collection('watched');
  await watched.insertOne({ _id: 'before' });
  const stream = connection.db!.watch([{ $match: { 'ns.coll': 'watched' } }]);
  const first = stream.next();
  // The stream begins when the server answered its first request; writes before that are not its business.
  const writing = setInterval(() => void watched.insertOne({ _id: newId() }), 50);
  const { _id: token } = await first;
  clearInterval(writing);
  await stream.close();
  await watched.updateOne({ _id: 'before' }, { $set: { a: 1 } });
  const resumed = connection.db!.watch([{ $match: { 'ns.coll': 'watched' } }], {
    resumeAfter: token,
  });
  for (;;) {
    const change: any = await resumed.next();
    if (change.operationType !== 'update') continue;
    expect(change.documentKey).toEqual({ _id: 'before' });
    expect(change.updateDescription.updatedFields).toEqual({ a: 1 });
    break;
  }
  await resumed.close();
});

capability('64-bit integers: what goes in as bigint comes out as bigint, sums included', async () => {
  const big = collection('big');
  await big.insertOne({ _id: 'x', n: 9_223_372_036_854_775_806n, small: 1n });
  await big.updateOne({ _id: 'x' }, { $inc: { n: 1n, small: 1n } });
  expect(await big.findOne({ n: 9_223_372_036_854_775_807n })).toEqual({
    _id: 'x',
    n: 9_223_372_036_854_775_807n,
    small: 2n,
  });
  const [sum] = await big.aggregate([{ $group: { _id: null, total: { $sum: '$small' } } }]).toArray();
  expect(sum!['total']).toBe(2n);
});

capability('unordered bulk insert: the good ones are in, each duplicate is named with its code', async () => {
  const bulk = collection('bulk');
  await bulk.insertMany([{ _id: 3 }, { _id: 7 }]);
  const documents = Array.from({ length: 10 }, (_, _id) => ({ _id }));
  const error: any = await bulk.insertMany(documents, { ordered: false }).catch((caught: unknown) => caught);
  const writeErrors = [error.writeErrors].flat();
  expect(writeErrors.map((one: any) => [one.index, one.code])).toEqual([
    [3, 11000],
    [7, 11000],
  ]);
  expect(await bulk.countDocuments()).toBe(10);
});

capability('$pull takes exactly the named entries, while others are pushed', async () => {
  const queue = collection('queue');
  await queue.insertOne({
    _id: 'x',
    outbox: Array.from({ length: 50 }, (_, id) => ({ id: `old-${id}` })),
  });
  const pull = Array.from({ length: 50 }, (_, id) =>
    queue.updateOne({ _id: 'x' }, { $pull: { outbox: { id: { $in: [`old-${id}`] } } } }),
  );
  const push = Array.from({ length: 50 }, (_, id) =>
    queue.updateOne({ _id: 'x' }, { $push: { outbox: { $each: [{ id: `new-${id}` }] } } }),
  );
  await Promise.all([...pull, ...push]);
  const { outbox } = await queue.findOne({ _id: 'x' });
  expect(outbox).toHaveLength(50);
  expect(outbox.every(({ id }: { id: string }) => id.startsWith('new-'))).toBe(true);
  await queue.updateOne({ _id: 'x' }, { $push: { last: { $each: [1, 2, 3], $slice: -2 } }, $min: { since: 5 } });
  await queue.updateOne({ _id: 'x' }, { $min: { since: 9 } });
  expect(await queue.findOne({ _id: 'x' })).toMatchObject({ last: [2, 3], since: 5 });
  expect((await queue.updateOne({ _id: 'x', outbox: { $size: 0 } }, { $unset: { since: 1 } })).matchedCount).toBe(0);
});

capability('sorted pages by key: complete and stable while documents are added', async () => {
  const paged = collection('paged');
  await paged.createIndex({ group: 1, _id: 1 });
  const original = Array.from({ length: 100 }, (_, n) => ({
    _id: `p${String(n).padStart(3, '0')}`,
    group: n % 7,
  }));
  await paged.insertMany(original);
  const seen: string[] = [];
  let last: any = null;
  for (;;) {
    const after = last ? { $or: [{ group: { $gt: last.group } }, { group: last.group, _id: { $gt: last._id } }] } : {};
    const page = await paged.find(after).sort({ group: 1, _id: 1 }).limit(9).toArray();
    if (page.length === 0) break;
    seen.push(...page.map(({ _id }: { _id: string }) => _id));
    last = page.at(-1);
    await paged.insertOne({ _id: `a${seen.length}`, group: 0 });
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(original.every(({ _id }) => seen.includes(_id))).toBe(true);
});

capability('transactions: two documents change together or not at all', async () => {
  const accounts = collection('accounts');
  await accounts.insertMany([
    { _id: 'a', n: 10 },
    { _id: 'b', n: 0 },
  ]);
  const session = connection.getClient().startSession();
  await session.withTransaction(async () => {
    await accounts.updateOne({ _id: 'a' }, { $inc: { n: -4 } }, { session });
    await accounts.updateOne({ _id: 'b' }, { $inc: { n: 4 } }, { session });
  });
  const failing = session.withTransaction(async () => {
    await accounts.updateOne({ _id: 'a' }, { $inc: { n: -6 } }, { session });
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  await session.endSession();
  expect((await accounts.find().sort({ _id: 1 }).toArray()).map(({ n }: { n: number }) => n)).toEqual([6, 4]);
});
