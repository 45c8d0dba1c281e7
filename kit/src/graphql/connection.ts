import { badInput } from './errors.ts';

/** Arguments of every list field (Relay cursor connections); null and absent are the same. */
export interface ConnectionArgs {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
}

export interface PageInfo {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
}

export interface Connection<T> {
  edges: { node: T; cursor: string }[];
  nodes: T[];
  pageInfo: PageInfo;
  /** Asked for only when the query selects it. */
  totalCount: () => Promise<number>;
}

export const DEFAULT_PAGE = 20;
export const MAX_PAGE = 100;

export interface PageRequest {
  limit: number;
  backward: boolean;
  cursor: unknown[] | null;
}

/** Checks the arguments; throws BAD_USER_INPUT over the maximum, on mixed directions and on a foreign cursor. */
export function pageRequest(args: ConnectionArgs, keys: number): PageRequest {
  const forward = sideOf('first', args.first, args.after);
  const back = sideOf('last', args.last, args.before);
  if (forward.asked && back.asked) throw badInput('Use first/after or last/before, not both', ['last']);
  const { name, limit, cursor } = back.asked ? back : forward;
  if (limit < 0 || limit > MAX_PAGE) throw badInput(`A page holds 0 to ${MAX_PAGE} items`, [name]);
  return { limit, backward: back.asked, cursor: cursor === null ? null : decodeCursor(cursor, keys) };
}

/** One direction of a list: whether it is asked for, how many items, and from where. */
function sideOf(name: string, limit: number | null = null, cursor: string | null = null) {
  return { name, asked: limit !== null || cursor !== null, limit: limit ?? DEFAULT_PAGE, cursor };
}

/** The ends of a page, which are null when it is empty, and whether there is more. */
export function pageInfo(
  edges: readonly { cursor: string }[],
  more: Pick<PageInfo, 'hasNextPage' | 'hasPreviousPage'>,
): PageInfo {
  return { ...more, startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null };
}

/** The same connection with every node mapped, e.g. aggregates to GraphQL objects. */
export function mapConnection<A, B>(connection: Connection<A>, map: (node: A) => B): Connection<B> {
  const edges = connection.edges.map(({ node, cursor }) => ({ node: map(node), cursor }));
  return { ...connection, edges, nodes: edges.map((edge) => edge.node) };
}

/** A list that knows its length and gives a part of itself. */
type Sliced<T> = Pick<readonly T[], 'length' | 'slice'>;

/** A connection over a list that is already in memory and short, e.g. the criteria of a contest. */
export function connectionOf<T>(items: Sliced<T>, args: ConnectionArgs = {}): Connection<T> {
  const { limit, backward, cursor } = pageRequest(args, 1);
  const bound = cursor === null ? null : Number(cursor[0]);
  const [from, to] = backward ? before(bound ?? items.length, limit) : after(bound ?? -1, limit);
  const edges = items.slice(from, to).map((node, index) => ({ node, cursor: encodeCursor([from + index]) }));
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: pageInfo(edges, { hasNextPage: to < items.length, hasPreviousPage: from > 0 }),
    totalCount: () => Promise.resolve(items.length),
  };
}

/** The window of `limit` items on one side of an index, its end excluded. */
const before = (index: number, limit: number): [number, number] => [Math.max(0, index - limit), index];
const after = (index: number, limit: number): [number, number] => [index + 1, index + 1 + limit];

// Opaque to clients: base64url of the sort values; dates and 64-bit integers are tagged, JSON has neither.
export function encodeCursor(values: readonly unknown[]): string {
  const tagged = values.map((value) => {
    if (value instanceof Date) return { d: value.toISOString() };
    if (typeof value === 'bigint') return { n: value.toString() };
    return value ?? null;
  });
  return Buffer.from(JSON.stringify(tagged)).toString('base64url');
}

function decodeCursor(text: string, keys: number): unknown[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!Array.isArray(values) || values.length !== keys) throw new RangeError('foreign cursor');
    return values.map(untag);
  } catch {
    throw badInput('The cursor is not from this list', ['after']);
  }
}

function untag(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { d, n } = value as { d?: unknown; n?: unknown };
  if (typeof d === 'string' && !Number.isNaN(Date.parse(d))) return new Date(d);
  if (typeof n === 'string') return BigInt(n);
  throw new RangeError('foreign cursor');
}
