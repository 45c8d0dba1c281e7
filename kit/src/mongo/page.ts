import type { Connection, ConnectionArgs } from '../graphql/connection.ts';
import { encodeCursor, pageInfo, pageRequest } from '../graphql/connection.ts';
import type { Filter } from './aggregate.ts';

type Sort = Record<string, 1 | -1>;

interface Source<T> {
  read(filter: Filter, sort: Sort, limit: number): Promise<T[]>;
  count(filter: Filter): Promise<number>;
  valueOf(item: T, key: string): unknown;
}

/** Keyset pagination: stable while documents come and go, and as cheap on page 1000 as on page 1. */
export async function readPage<T>(
  source: Source<T>,
  filter: Filter,
  sort: Sort,
  args: ConnectionArgs,
): Promise<Connection<T>> {
  const complete: Sort = '_id' in sort ? sort : { ...sort, _id: 1 };
  const keys = Object.keys(complete);
  const { limit, backward, cursor } = pageRequest(args, keys.length);
  const direction = backward ? reversed(complete) : complete;
  const where = cursor ? { $and: [filter, beyond(direction, cursor)] } : filter;
  const found = limit === 0 ? [] : await source.read(where, direction, limit + 1);
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

/** Strictly after the cursor in the order of `sort`: (a > x) or (a = x and b > y) or ... */
function beyond(sort: Sort, cursor: unknown[]): Filter {
  const keys = Object.entries(sort);
  const branches = keys.map(([key, way], index) => ({
    ...Object.fromEntries(keys.slice(0, index).map(([same], i) => [same, { $eq: cursor[i] }])),
    [key]: after(cursor[index], way),
  }));
  return { $or: branches };
}

// An absent value sorts before all others, and a comparison with null would match nothing.
function after(value: unknown, way: 1 | -1): Filter {
  if (way === 1) return value === null ? { $ne: null } : { $gt: value };
  return value === null ? { $in: [] } : { $not: { $gte: value } };
}
