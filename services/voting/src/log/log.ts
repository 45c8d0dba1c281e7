import { nodeHash } from '../crypto.ts';
import { complete, join, subtreesOf, type Frontier, type Range, type Subtree } from '../domain/merkle.ts';
import { headId, leafId, tileId, type Head, type Leaf, type LogMark, type Stores, type Tile } from '../store.ts';
import { waitingLeaf } from '../store/intake-batch.ts';

/** Levels of the tree between two stored rows: a tile covers 256 hashes of the row below it (ADR 12). */
export const TILE_LEVELS = 8;
const TILE = 2 ** TILE_LEVELS;

/** What is stored is not what was signed, or is not there. */
export class LogDamaged extends Error {
  /** Index of the entry at fault, where it is known. */
  readonly index: number | null;
  readonly contest: string;
  constructor(contest: string, index: number | null, what: string) {
    super(`log of contest ${contest}: ${what}`);
    this.name = 'LogDamaged';
    this.index = index;
    this.contest = contest;
  }
}

const indexes = ({ from, to }: Range): number[] => Array.from({ length: to - from }, (_, n) => from + n);

/** Entries `from` to before `to` as they are stored, in order; throws LogDamaged at the first that is missing. */
export async function entriesAt({ leaves }: Stores, contest: string, range: Range): Promise<Leaf[]> {
  const { from, to } = range;
  // By an index of its own: a range of `_id` is a scan on the server of the stand (ADR 3).
  const found = await leaves.collection.find<Leaf>({ contest, index: { $gte: from, $lt: to } }).toArray();
  const known = new Map(found.map((entry) => [Number(entry.index), entry]));
  return indexes(range).map((index) => {
    const entry = known.get(index);
    if (!entry) throw new LogDamaged(contest, index, `entry ${index} is missing`);
    return { ...entry, index, superseded: Number(entry.superseded) };
  });
}

export const entries = async (stores: Stores, contest: string, range: Range): Promise<string[]> =>
  (await entriesAt(stores, contest, range)).map(({ leaf }) => leaf);

/** Hashes `from` to before `to` of a stored row: row 0 are the entries, row n the roots of subtrees of 256^n of them. */
async function row(stores: Stores, contest: string, level: number, range: Range): Promise<string[]> {
  if (level === 0) return entries(stores, contest, range);
  const wanted = indexes(range).map((index) => tileId(contest, level, index));
  const found = await stores.tiles.collection.find<Tile>({ _id: { $in: wanted } as never }).toArray();
  const known = new Map(found.map(({ _id, hash }) => [_id, hash]));
  return wanted.map((id) => {
    const hash = known.get(id);
    if (hash === undefined) throw new LogDamaged(contest, null, `tile ${id} is missing`);
    return hash;
  });
}

/** Hashes of complete subtrees. Reads at most one tile of a row for each place on the way to the root, however long the log is. */
async function hashesOf(stores: Stores, contest: string, subtrees: readonly Subtree[]): Promise<string[]> {
  const wanted = subtrees.map(({ level, index }) => {
    const base = Math.floor(level / TILE_LEVELS);
    const span = 2 ** (level % TILE_LEVELS);
    return { base, from: index * span, to: (index + 1) * span };
  });
  const groups = Map.groupBy(wanted, ({ base, from }) => `${base}:${Math.floor(from / TILE)}`);
  const rows = new Map<string, { from: number; hashes: string[] }>();
  await Promise.all(
    [...groups].map(async ([name, group]) => {
      const from = Math.min(...group.map((one) => one.from));
      const to = Math.max(...group.map((one) => one.to));
      rows.set(name, { from, hashes: await row(stores, contest, group[0]!.base, { from, to }) });
    }),
  );
  return wanted.map(({ base, from, to }) => {
    const read = rows.get(`${base}:${Math.floor(from / TILE)}`)!;
    return complete(read.hashes.slice(from - read.from, to - read.from), nodeHash);
  });
}

/** Roots over ranges of leaves: the hashes of a proof. */
export async function hashesOfRanges(stores: Stores, contest: string, ranges: readonly Range[]): Promise<string[]> {
  const parts = ranges.map(subtreesOf);
  const hashes = await hashesOf(stores, contest, parts.flat());
  let at = 0;
  return parts.map(({ length }) => join(hashes.slice(at, (at += length)), nodeHash));
}

/** The tree of the first `size` entries as it is stored. */
export const frontierAt = async (stores: Stores, contest: string, size: number): Promise<Frontier> => ({
  size,
  peaks: await hashesOf(stores, contest, subtreesOf({ from: 0, to: size })),
});

const leafAt = ({ leaves }: Stores, contest: string, index: number): Promise<Leaf | null> =>
  leaves.findById(leafId(contest, index)).lean<Leaf>().exec();

/**
 * The last entry of a contest's log; its index and superseded count are the turn-out. A few point reads, however long the log is: from the mark,
 * and beyond it by steps that double, for a crash may have left the mark behind. Throws LogDamaged when the marked entry is gone.
 */
export async function lastLeaf(stores: Stores, contest: string): Promise<Leaf | null> {
  let at = (await markOf(stores, contest)).size! - 1;
  let last = at < 0 ? null : await leafAt(stores, contest, at);
  if (at >= 0 && !last) throw new LogDamaged(contest, at, `entry ${at} is missing`);
  for (let step = 1, doubling = true; step >= 1;) {
    const found = await leafAt(stores, contest, at + step);
    if (found) {
      last = found;
      at += step;
    } else doubling = false;
    step = doubling ? step * 2 : Math.floor(step / 2);
  }
  return last;
}

/**
 * The entry whose leaf begins so: with no index while its ballot waits for its place, null when there is none.
 */
export async function entryOf(
  stores: Stores,
  contest: string,
  prefix: string,
): Promise<{ leaf: string; index: number | null } | null> {
  const inLog = () => stores.leaves.findOne({ contest, leaf: { $gte: prefix, $lt: `${prefix}g` } }).lean<Leaf>();
  const sealed = await inLog();
  if (sealed) return sealed;
  const leaf = await waitingLeaf(stores, contest, prefix);
  // It may have got its place between the two questions.
  return leaf === null ? inLog() : { leaf, index: null };
}

/** Marks of contests, zero where nothing is marked; `head` is null before the first. */
export async function marksOf({ logs }: Stores, contests: readonly string[]): Promise<Map<string, LogMark>> {
  const found = await logs.find({ _id: { $in: [...contests] } }).lean<LogMark[]>();
  const known = new Map(found.map((mark) => [mark._id, mark]));
  return new Map(contests.map((id) => [id, { size: 0, next: 0, ...known.get(id), _id: id }]));
}

export const markOf = async (stores: Stores, contest: string): Promise<LogMark> =>
  (await marksOf(stores, [contest])).get(contest)!;

/** Moves marks of a contest on; a mark never goes back. */
export const mark = async ({ logs }: Stores, contest: string, to: Record<string, number>): Promise<void> =>
  void (await logs.updateOne({ _id: contest }, { $max: to }, { upsert: true }));

/** The head of a size; it must be there. */
async function headAt({ heads }: Stores, contest: string, size: number): Promise<Head> {
  const found = await heads.findById(headId(contest, size)).lean<Head>();
  if (!found) throw new LogDamaged(contest, null, `its head of size ${size} is missing`);
  return found;
}

/** The latest signed head of a contest; null before the first. */
export async function lastHead(stores: Stores, contest: string): Promise<Head | null> {
  const { head } = await markOf(stores, contest);
  return head === undefined ? null : headAt(stores, contest, head);
}

/** Heads of more than `since` entries, the smallest first. */
export const headsSince = ({ heads }: Stores, contest: string, since: number, limit: number): Promise<Head[]> =>
  heads
    .find({ contest, size: { $gt: since } })
    .sort({ size: 1 })
    .limit(limit)
    .lean<Head[]>()
    .exec();

/** The latest head that at least `signers` witnesses signed; null when there is none. */
export async function witnessedHead(stores: Stores, contest: string, signers: number): Promise<Head | null> {
  const { cosigned = {} } = await markOf(stores, contest);
  const sizes = Object.entries(cosigned).flatMap(([count, size]) => (Number(count) >= signers ? [size] : []));
  return sizes.length === 0 ? null : headAt(stores, contest, Math.max(...sizes));
}

/** A head as it is published. */
export const published = ({ contest, root, size, time, sig, witnesses }: Head) => ({
  contest,
  root,
  sig,
  size,
  time,
  type: 'head',
  v: 1,
  witnesses: witnesses.map(({ id, sig: signature }) => ({ id, sig: signature })),
});
