import { newId } from '@veche/kit';
import { CHUNK, clearBit, countBits, noBits, pack, setBit, unpack, type Bits } from '../domain/search/bits.ts';
import type { Kind } from '../domain/search/terms.ts';
import { partId, versionsOf, type SearchStores } from './search.ts';

/** Thrown when another writer was at the lists, which the lease rules out but for the moment of its change of hands; the run is repeated. */
class ListsChanged extends Error {}

/** What an idea or an application is to stand under; null: nothing any more. */
export interface Wanted {
  kind: Kind;
  ref: string;
  terms: string[] | null;
}

interface Changes {
  chunk: number;
  set: Set<number>;
  clear: Set<number>;
}

const idOf = ({ kind, ref }: { kind: Kind; ref: string }): string => `${kind}:${ref}`;

/** Says that something changed and is to be indexed anew. */
export async function markForIndex({ queue }: SearchStores, kind: Kind, ref: string): Promise<void> {
  const set = { kind, ref, mark: newId(), sequence: 0 };
  await queue.model.collection.updateOne({ _id: idOf({ kind, ref }) as never }, { $set: set }, { upsert: true });
}

export const waiting = ({ queue }: SearchStores, limit: number) => queue.find({}, { sort: { _id: 1 }, limit });

/** Forgets what was indexed, except what was marked again meanwhile. */
export async function done({ queue }: SearchStores, read: readonly { id: string; mark: string }[]): Promise<void> {
  if (read.length === 0) return;
  const operations = read.map(({ id, mark }) => ({ deleteOne: { filter: { _id: id as never, mark } } }));
  await queue.model.collection.bulkWrite(operations as never[], { ordered: false });
}

/**
 * Brings the lists up to date. Safe to repeat after it broke off anywhere: what a document may stand under is written first, its lists
 * next, and what it stands under at the end, so nothing is left in a list that nobody would clear.
 */
export async function writeIndex(stores: SearchStores, wanted: readonly Wanted[]): Promise<void> {
  const known = new Map((await stores.documents.getMany(wanted.map(idOf))).map((one) => [one.id, one]));
  let next = await nextOrdinal(stores);
  const moves: Move[] = [];
  for (const { kind, ref, terms } of wanted) {
    const old = known.get(idOf({ kind, ref }));
    if (!old && !terms) continue;
    const ordinal = old?.ordinal ?? next++;
    moves.push({ kind, ref, ordinal, fresh: !old, had: old?.terms ?? [], has: terms ?? [] });
  }
  await writeDocuments(stores, moves, ({ had, has }) => [...new Set([...had, ...has])]);
  const changes = changesOf(moves);
  try {
    await writeLists(stores, changes);
  } finally {
    // Also where this breaks off amid the lists, or did so before and has nothing left to write to them.
    await renewVersions(stores, [...changes.values()], next);
  }
  const fewer = moves.filter(({ had, has }) => new Set([...had, ...has]).size > has.length);
  await writeDocuments(
    stores,
    fewer.map((move) => ({ ...move, fresh: false })),
    ({ has }) => has,
  );
}

/** What a document stood under and is to stand under. */
interface Move {
  kind: Kind;
  ref: string;
  ordinal: number;
  fresh: boolean;
  had: readonly string[];
  has: readonly string[];
}

function changesOf(moves: readonly Move[]): Map<string, Changes> {
  const changes = new Map<string, Changes>();
  for (const { ordinal, had, has } of moves) {
    const kept = new Set(has);
    for (const term of has) changeOf(changes, term, ordinal).set.add(ordinal);
    for (const term of had.filter((one) => !kept.has(one))) changeOf(changes, term, ordinal).clear.add(ordinal);
  }
  return changes;
}

async function nextOrdinal({ documents }: SearchStores): Promise<number> {
  const [last] = await documents.find({}, { sort: { ordinal: -1 }, limit: 1 });
  return last ? last.ordinal + 1 : 0;
}

/** Tells readers that what they know of these chunks is old. Every chunk has a version, so that one without is not looked for in vain. */
async function renewVersions(stores: SearchStores, changes: readonly Changes[], end: number): Promise<void> {
  const changed = new Set(changes.map(({ chunk }) => chunk));
  const known = await versionsOf(stores);
  const chunks = Array.from({ length: Math.ceil(end / CHUNK) }, (_, chunk) => chunk);
  const operations = chunks
    .filter((chunk) => changed.has(chunk) || !known.has(chunk))
    .map((chunk) => ({
      updateOne: { filter: { _id: String(chunk) }, update: { $set: { version: newId(), sequence: 0 } }, upsert: true },
    }));
  if (operations.length > 0) await stores.chunks.model.collection.bulkWrite(operations as never[], { ordered: false });
}

function changeOf(changes: Map<string, Changes>, term: string, ordinal: number): Changes {
  const chunk = Math.floor(ordinal / CHUNK);
  const key = partId(term, chunk);
  const change = changes.get(key) ?? { chunk, set: new Set<number>(), clear: new Set<number>() };
  changes.set(key, change);
  return change;
}

async function writeDocuments(
  { documents }: SearchStores,
  moves: readonly Move[],
  termsOf: (move: Move) => readonly string[],
): Promise<void> {
  if (moves.length === 0) return;
  const operations = moves.map((move) => {
    const { kind, ref, ordinal, fresh } = move;
    const _id = idOf(move) as never;
    const document = { kind, ref, ordinal, terms: termsOf(move), sequence: 0 };
    return fresh
      ? { insertOne: { document: { _id, ...document } } }
      : { updateOne: { filter: { _id }, update: { $set: document } } };
  });
  await documents.model.collection.bulkWrite(operations as never[], { ordered: false });
}

const KEYS_AT_ONCE = 1000;

async function writeLists(stores: SearchStores, changes: Map<string, Changes>): Promise<void> {
  const keys = [...changes.keys()];
  for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
    const some = keys.slice(at, at + KEYS_AT_ONCE);
    await writeSome(stores, some, changes);
  }
}

async function writeSome({ postings }: SearchStores, keys: readonly string[], changes: Map<string, Changes>) {
  const lists = postings.model.collection;
  const rows = await lists.find({ _id: { $in: keys as never[] } }, { promoteBuffers: true }).toArray();
  const known = new Map(rows.map((row) => [String(row._id), row]));
  const operations = keys.flatMap((key): object[] => {
    const row = known.get(key);
    const bits = applied(row ? unpack(row['data']) : noBits(), changes.get(key)!);
    const [chunk, term] = [Number(key.slice(0, key.indexOf(':'))), key.slice(key.indexOf(':') + 1)];
    const sequence = row ? Number(row['sequence']) : 0;
    const data = Buffer.from(pack(bits));
    // A document that is indexed again stays in most of its lists.
    if (row && data.equals(row['data'])) return [];
    const fields = { term, chunk, count: countBits(bits), data, sequence: sequence + 1 };
    return row
      ? [{ updateOne: { filter: { _id: key as never, sequence }, update: { $set: fields } } }]
      : [{ insertOne: { document: { _id: key as never, ...fields } } }];
  });
  if (operations.length === 0) return;
  const { matchedCount, insertedCount } = await lists.bulkWrite(operations as never[], { ordered: false });
  if (matchedCount + insertedCount < operations.length)
    throw new ListsChanged('the lists of the search were changed meanwhile');
}

function applied(bits: Bits, { set, clear }: Changes): Bits {
  for (const ordinal of clear) clearBit(bits, ordinal % CHUNK);
  for (const ordinal of set) setBit(bits, ordinal % CHUNK);
  return bits;
}
