import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AggregateStore, ProjectionStore } from '../src/index.ts';
import { aggregateStore, connectMongo, isDuplicateKey, newId, projectionStore } from '../src/index.ts';
import { accept } from '../src/domain/decision.ts';
import { TEST_MONGODB_URI } from '../src/testing/harness.ts';

let connection: Awaited<ReturnType<typeof connectMongo>>;

beforeAll(async () => {
  connection = await connectMongo(TEST_MONGODB_URI, `test_lists_${newId().replaceAll('-', '').slice(-12)}`);
});
afterAll(async () => {
  await connection.db!.dropDatabase();
  await connection.close();
});

describe('pages', () => {
  let paged: AggregateStore<{ group?: number | null; name: string }>;
  beforeAll(async () => {
    paged = aggregateStore(connection, {
      collection: 'paged',
      fields: { group: Number, name: String },
    });
    await paged.init();
    for (const [index, name] of [...'abcdefghij'].entries()) {
      const group = index % 4 === 0 ? undefined : index % 3;
      await paged.create({ decide: () => accept({ group, name }), events: () => [] });
    }
  });

  test.each([[{ group: 1 }], [{ group: -1 }], [{ group: 1, name: -1 }], [{ createdAt: -1 }]] as const)(
    'sorted by %j: forwards and backwards nothing is missed or shown twice',
    async (sort) => {
      const whole = (await paged.page({}, { ...sort }, { first: 100 })).nodes.map(({ state }) => state.name);
      expect([...whole].sort().join('')).toBe('abcdefghij');
      const forwards: string[] = [];
      for (let after: string | null = null; ;) {
        const page = await paged.page({}, { ...sort }, { first: 3, after });
        forwards.push(...page.nodes.map(({ state }) => state.name));
        after = page.pageInfo.endCursor;
        if (!page.pageInfo.hasNextPage) break;
      }
      expect(forwards).toEqual(whole);
      const backwards: string[] = [];
      for (let before: string | null = null; ;) {
        const page = await paged.page({}, { ...sort }, { last: 3, before });
        backwards.unshift(...page.nodes.map(({ state }) => state.name));
        before = page.pageInfo.startCursor;
        if (!page.pageInfo.hasPreviousPage) break;
      }
      expect(backwards).toEqual(whole);
    },
  );

  test.each([
    [{ group: { $gt: 0 } }, { group: 1 }, 'bcfh'],
    [{ group: { $gte: 0, $lt: 2 } }, { group: -1 }, 'bdghj'],
    [{ group: 1 }, { group: 1, name: -1 }, 'bh'],
    [{ group: null }, { group: -1 }, 'aei'],
  ] as const)('of %j sorted by %j: what the filter leaves out stays out', async (filter, sort, names) => {
    const found: string[] = [];
    for (let after: string | null = null; ;) {
      const page = await paged.page(filter, { ...sort }, { first: 1, after });
      found.push(...page.nodes.map(({ state }) => state.name));
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) break;
    }
    const whole = (await paged.page(filter, { ...sort }, { first: 100 })).nodes.map(({ state }) => state.name);
    expect(found).toEqual(whole);
    expect(found.toSorted().join('')).toBe(names);
  });

  test.each([1, -1] as const)('read in steps a page is the same, way %i', async (way) => {
    const steps = [{ $lt: 1 }, { $gt: 0, $lt: 2 }, { $gt: 1 }];
    const filter = { group: { $gt: -1 } };
    const whole = await paged.page(filter, { group: way }, { first: 100 });
    expect(whole.nodes).toHaveLength(7);
    for (const args of [{ first: 100 }, { first: 3 }, { last: 3 }, { first: 100, after: whole.edges[3]!.cursor }]) {
      const names = async (cut: typeof steps) =>
        (await paged.page(filter, { group: way }, args, cut)).nodes.map(({ state }) => state.name);
      expect(await names(steps)).toEqual(await names([]));
    }
  });

  test('a range that moved on since the cursor was given, and a cursor from outside of it', async () => {
    const { edges } = await paged.page({}, { group: 1 }, { first: 100 });
    const ofGroup = (group: number) => edges.find(({ node }) => node.state.group === group)!.cursor;
    const later = await paged.page({ group: { $gt: 1 } }, { group: 1 }, { after: ofGroup(0) });
    expect(later.nodes.map(({ state }) => state.group)).toEqual([2, 2]);
    const none = await paged.page({ group: { $lt: 1 } }, { group: 1 }, { after: ofGroup(2) });
    expect(none.nodes).toEqual([]);
  });

  test('a cursor of another list is refused', async () => {
    const { edges } = await paged.page({}, { name: 1 }, { first: 1 });
    await expect(paged.page({}, { group: 1, name: 1 }, { after: edges[0]!.cursor })).rejects.toThrow(/cursor/);
    await expect(paged.page({}, { name: 1 }, { after: 'eyJhIjoxfQ' })).rejects.toThrow(/cursor/);
  });
});

describe('a projection', () => {
  let projection: ProjectionStore<{ name: string; note?: string }>;
  beforeAll(async () => {
    projection = projectionStore(connection, {
      collection: 'projection',
      fields: { name: String, note: String },
      indexes: [[{ name: 1 }, { unique: true }]],
    });
    await projection.init();
  });

  test('keeps the newest, whatever comes again or out of order', async () => {
    expect(await projection.upsertIfNewer('1', 2, { name: 'b', note: 'x' })).toBe(true);
    expect(await projection.upsertIfNewer('1', 1, { name: 'a' })).toBe(false);
    expect(await projection.upsertIfNewer('1', 2, { name: 'other' })).toBe(false);
    expect(await projection.get('1')).toEqual({ name: 'b', note: 'x' });
    expect(await projection.upsertIfNewer('1', 3, { name: 'c' })).toBe(true);
    expect(await projection.get('1')).toEqual({ name: 'c' });
    expect(await projection.getMany(['1', '2'])).toEqual([{ id: '1', name: 'c' }]);
  });

  test('does not take a violated unique index for an old event', async () => {
    await expect(projection.upsertIfNewer('2', 1, { name: 'c' })).rejects.toHaveProperty('code', 11000);
  });

  test('many at once: the newest wins', async () => {
    await Promise.all(
      [3, 1, 5, 2, 4].map((n) =>
        projection.upsertIfNewer('3', n, { name: `n${n}` }).catch((error: unknown) => {
          if (!isDuplicateKey(error)) throw error;
        }),
      ),
    );
    await projection.upsertIfNewer('3', 5, { name: 'n5' });
    expect(await projection.get('3')).toEqual({ name: 'n5' });
  });
});
