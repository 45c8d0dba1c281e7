import { projectionStore, RecentMap, type ProjectionStore } from '@veche/kit';
import type mongoose from 'mongoose';
import type { Kind } from '../domain/search/terms.ts';
import { unpack, type Bits } from '../domain/search/bits.ts';

/** A document of the index: its place in the posting lists and the terms that it stands under there. */
export interface Indexed {
  kind: Kind;
  ref: string;
  ordinal: number;
  terms: string[];
}

interface Chunk {
  term: string;
  chunk: number;
  /** How many documents of the chunk hold the term. */
  count: number;
  data: Uint8Array;
}

/** A part of a posting list as it was read. */
interface KnownPart {
  /** Of the chunk, when it was read. */
  version: string;
  /** Null: nothing of the chunk holds the term. */
  data: Uint8Array | null;
}

interface Waiting {
  kind: Kind;
  ref: string;
  /** Of the last mark, so that one that comes while its document is read is not lost. */
  mark: string;
}

/**
 * A full-text index in the database: posting lists by term in chunks of 32768 documents, so that a search reads some small records by an
 * index however many documents hold a word. Documents wait in a queue until the one replica that holds the lease has written them.
 */
export interface SearchStores {
  postings: ProjectionStore<Chunk>;
  /** Versions of the chunks, by number: another one after whatever was written to a list of it. */
  chunks: ProjectionStore<{ version: string }>;
  /** Parts of lists that this process has read, by the id of their record; of use while the chunk has the same version. */
  knownParts: RecentMap<KnownPart>;
  documents: ProjectionStore<Indexed>;
  /** What stands at a place never changes. */
  knownPlaces: RecentMap<Pick<Indexed, 'kind' | 'ref'>>;
  queue: ProjectionStore<Waiting>;
  /** Projects that were carried out, by id. */
  finished: ProjectionStore<{ acceptedOn: string }>;
}

const PARTS_BYTES = 32 * 2 ** 20;
/** Of a part that is kept: its key, its version and what the process spends on both. */
const PART_BYTES = 300;
const PLACES_KNOWN = 20_000;

export const makeSearchStores = (connection: mongoose.Connection): SearchStores => ({
  postings: projectionStore<Chunk>(connection, {
    collection: 'search_postings',
    fields: { term: String, chunk: Number, count: Number, data: Buffer },
    indexes: [[{ term: 1, chunk: 1 }, { unique: true }]],
  }),
  chunks: projectionStore<{ version: string }>(connection, {
    collection: 'search_chunks',
    fields: { version: String },
  }),
  knownParts: new RecentMap(PARTS_BYTES, ({ data }) => PART_BYTES + (data?.byteLength ?? 0)),
  knownPlaces: new RecentMap(PLACES_KNOWN),
  documents: projectionStore<Indexed>(connection, {
    collection: 'search_documents',
    fields: { kind: String, ref: String, ordinal: Number, terms: [String] },
    indexes: [[{ ordinal: 1 }, { unique: true }]],
  }),
  queue: projectionStore<Waiting>(connection, {
    collection: 'search_queue',
    fields: { kind: String, ref: String, mark: String },
    indexes: [[{ _id: 1, mark: 1 }]], // what was indexed and not marked again is forgotten
  }),
  finished: projectionStore<{ acceptedOn: string }>(connection, {
    collection: 'finished_projects',
    fields: { acceptedOn: String },
  }),
});

/** As many terms are asked for at once. */
const AT_ONCE = 1000;

/** How many documents hold each of the terms; terms that none holds are left out. */
export async function countsOf({ postings }: SearchStores, terms: readonly string[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let at = 0; at < terms.length; at += AT_ONCE) {
    const some = { term: { $in: terms.slice(at, at + AT_ONCE) } };
    const rows = await postings.model.collection.find(some, { projection: { _id: 0, term: 1, count: 1 } }).toArray();
    for (const { term, count } of rows) counts.set(term, (counts.get(term) ?? 0) + Number(count));
  }
  return new Map([...counts].filter(([, count]) => count > 0));
}

/** Posting lists: which documents of each chunk hold a term. */
export type Lists = Map<string, Map<number, Bits>>;

/** Of the record of a part of a list. */
export const partId = (term: string, chunk: number): string => `${chunk}:${term}`;

export async function versionsOf({ chunks }: SearchStores): Promise<Map<number, string>> {
  const found = await chunks.model.collection.find({}, { projection: { version: 1 } }).toArray();
  return new Map(found.map(({ _id, version }) => [Number(_id), String(version)]));
}

/** A list that nothing is in is left out. Of terms that were asked for before, only chunks that were written to since are read. */
export async function listsOf(stores: SearchStores, terms: readonly string[]): Promise<Lists> {
  // Before the lists: what is written after this leaves another version.
  const versions = await versionsOf(stores);
  const lists: Lists = new Map();
  const put = (term: string, chunk: number, data: Uint8Array | null): void => {
    if (data) lists.set(term, (lists.get(term) ?? new Map<number, Bits>()).set(chunk, unpack(data)));
  };
  const keep = (term: string, chunk: number, data: Uint8Array | null): void => {
    const version = versions.get(chunk);
    if (version !== undefined) stores.knownParts.set(partId(term, chunk), { version, data });
    put(term, chunk, data);
  };
  const unread = new Map<string, { term: string; chunk: number }>();
  const unknown: string[] = [];
  for (const term of new Set(terms)) {
    const before = unread.size;
    for (const [chunk, version] of versions) {
      const known = stores.knownParts.get(partId(term, chunk));
      if (known?.version === version) put(term, chunk, known.data);
      else unread.set(partId(term, chunk), { term, chunk });
    }
    if (unread.size - before === versions.size) unknown.push(term);
  }
  for (const { term, chunk, count, data } of await partsOf(stores, unknown, unread)) {
    unread.delete(partId(term, chunk));
    keep(term, chunk, count === 0 ? null : data);
  }
  for (const { term, chunk } of unread.values()) keep(term, chunk, null);
  return lists;
}

/** Whole lists of terms of which nothing is known, and parts of others; each in the way that an index answers. */
async function partsOf(
  { postings }: SearchStores,
  terms: readonly string[],
  unread: ReadonlyMap<string, { term: string }>,
): Promise<Chunk[]> {
  const whole = new Set(terms);
  const ids = [...unread].filter(([, { term }]) => !whole.has(term)).map(([id]) => id);
  const projection = { _id: 0, term: 1, chunk: 1, count: 1, data: 1 };
  const read = (filter: object) =>
    postings.model.collection.find(filter, { projection, promoteBuffers: true }).toArray();
  const found = await Promise.all([
    terms.length > 0 ? read({ term: { $in: [...terms] } }) : [],
    ids.length > 0 ? read({ _id: { $in: ids } }) : [],
  ]);
  // Copies: all records of an answer lie in one buffer.
  return found.flat().map(({ term, chunk, count, data }) => ({
    term,
    chunk: Number(chunk),
    count: Number(count),
    data: new Uint8Array(data),
  }));
}

/** What stands at some places of the lists, in the order of the places; a place without document is left out. */
export async function documentsAt(
  { documents, knownPlaces }: SearchStores,
  ordinals: readonly number[],
): Promise<Pick<Indexed, 'kind' | 'ref'>[]> {
  const places = new Map(ordinals.map((ordinal) => [ordinal, knownPlaces.get(String(ordinal))]));
  const unknown = ordinals.filter((ordinal) => !places.get(ordinal));
  const projection = { _id: 0, kind: 1, ref: 1, ordinal: 1 };
  const found =
    unknown.length > 0
      ? await documents.model.collection.find({ ordinal: { $in: unknown } }, { projection }).toArray()
      : [];
  for (const { kind, ref, ordinal } of found) {
    places.set(Number(ordinal), { kind, ref });
    knownPlaces.set(String(ordinal), { kind, ref });
  }
  return [...places.values()].filter((one) => one !== undefined);
}
