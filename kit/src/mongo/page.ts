import type { Connection, ConnectionArgs } from '../graphql/connection.ts';
import { encodeCursor, pageInfo, pageRequest } from '../graphql/connection.ts';
import type { Filter, Step } from './aggregate.ts';

type Sort = Record<string, 1 | -1>;

interface Source<T> {
  read(filter: Filter, sort: Sort, limit: number): Promise<T[]>;
  count(filter: Filter): Promise<number>;
  valueOf(item: T, key: string): unknown;
}

/** Keyset pagination: stable while documents come and go, and as cheap on page 1000 as on page 1. */
export async function readPage<T>(
  source: Source<T>,
  { filter, sort, steps = [] }: { filter: Filter; sort: Sort; steps?: readonly Step[] },
  args: ConnectionArgs,
): Promise<Connection<T>> {
  const complete: Sort = '_id' in sort ? sort : { ...sort, _id: 1 };
  const keys = Object.keys(complete);
  const { limit, backward, cursor } = pageRequest(args, keys.length);
  const direction = backward ? reversed(complete) : complete;
  const parts = inSteps(cursor ? beyond(filter, direction, cursor) : [filter], direction, steps);
  const found = limit === 0 ? [] : await readParts(source, parts, direction, limit + 1);
  const more = found.length > limit;
  const beyondCursor = cursor !== null;
  const items = found.slice(0, limit);
  if (backward) items.reverse();
  const edges = items.map((node) => ({
    node,
    cursor: encodeCursor(keys.map((key) => source.valueOf(node, key))),
  }));
  return {
    edges,
    nodes: items,
    pageInfo: pageInfo(
      edges,
      backward
        ? { hasNextPage: beyondCursor, hasPreviousPage: more }
        : { hasNextPage: more, hasPreviousPage: beyondCursor },
    ),
    totalCount: () => source.count(filter),
  };
}

function reversed(sort: Sort): Sort {
  return Object.fromEntries(Object.entries(sort).map(([key, way]) => [key, way === 1 ? -1 : 1] as [string, 1 | -1]));
}

async function readParts<T>(source: Source<T>, parts: readonly Filter[], sort: Sort, limit: number): Promise<T[]> {
  const found: T[] = [];
  for (const part of parts) {
    if (found.length === limit) break;
    found.push(...(await source.read(part, sort, limit - found.length)));
  }
  return found;
}

/** Parts that ask for a range of the first sort key are cut into steps, in the order of the page. */
function inSteps(parts: readonly Filter[], sort: Sort, steps: readonly Step[]): readonly Filter[] {
  if (steps.length === 0) return parts;
  const [key, way] = Object.entries(sort)[0]!;
  const ordered = way === 1 ? steps : steps.toReversed();
  const cut = (part: Filter, step: Step): Filter =>
    Object.entries(step).reduce((rest, [name, bound]) => narrowed(rest, [key, { [name]: bound }])!, part);
  return parts.flatMap((part) =>
    isRange(part[key]) ? ordered.map((step) => cut(part, step)).filter((one) => !isEmpty(one[key])) : [part],
  );
}

const isEmpty = (range: any): boolean => range.$gt !== undefined && range.$lt !== undefined && range.$gt >= range.$lt;

/**
 * What lies strictly after the cursor, in parts that follow each other: the same first keys and more of the last one, and so on to more of the
 * first key. One after another and not by $or, so that each is answered by the index of the order on any server.
 */
function beyond(filter: Filter, sort: Sort, cursor: readonly unknown[]): Filter[] {
  const keys = Object.entries(sort);
  return keys
    .flatMap(([key, way], index) => {
      const same = keys.slice(0, index).map(([name], at) => [name, cursor[at] ?? null] as const);
      return after(cursor[index] ?? null, way).map((more) => [...same, [key, more] as const]);
    })
    .map((conditions) => conditions.reduce<Filter | null>(narrowed, filter))
    .filter((part) => part !== null)
    .toReversed();
}

/** Conditions for what comes after a value, the last first. An absent value sorts before all others, and no comparison finds it. */
function after(value: unknown, way: 1 | -1): unknown[] {
  if (way === 1) return [value === null ? { $ne: null } : { $gt: value }];
  return value === null ? [] : [null, { $lt: value }];
}

type Test = (value: any, bound: any) => boolean;
const TESTS: Readonly<Record<string, Test>> = {
  $gt: (value, bound) => value > bound,
  $gte: (value, bound) => value >= bound,
  $lt: (value, bound) => value < bound,
  $lte: (value, bound) => value <= bound,
};
const isRange = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).length > 0 &&
  Object.keys(value).every((name) => name in TESTS);

/** A filter with one more condition, which makes a range that it has for the key narrower; null: nothing is in both. */
function narrowed(filter: Filter | null, [key, more]: readonly [string, unknown]): Filter | null {
  if (!filter || !(key in filter)) return filter && { ...filter, [key]: more };
  const range = filter[key];
  if (!isRange(range)) return { $and: [filter, { [key]: more }] };
  if (isRange(more)) return { ...filter, [key]: narrower(range, more) };
  const inside = more !== null && Object.entries(range).every(([name, bound]) => TESTS[name]!(more, bound));
  return inside ? { ...filter, [key]: more } : null;
}

/** A range with a bound of the cursor, where its own has not moved on beyond that. */
function narrower(range: Record<string, unknown>, more: Record<string, unknown>): Record<string, unknown> {
  const [name, bound] = Object.entries(more)[0]!;
  const own = Object.entries(range).find(([one]) => one.startsWith(name));
  if (!own) return { ...range, ...more };
  if (!TESTS[name]!(bound, own[1])) return range;
  return { ...Object.fromEntries(Object.entries(range).filter(([one]) => one !== own[0])), ...more };
}
