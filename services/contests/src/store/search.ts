import { projectionStore, type ProjectionStore } from '@veche/kit';
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
  documents: ProjectionStore<Indexed>;
  queue: ProjectionStore<Waiting>;
  /** Projects that were carried out, by id. */
  finished: ProjectionStore<{ acceptedOn: string }>;
}

export const makeSearchStores = (connection: mongoose.Connection): SearchStores => ({
  postings: projectionStore<Chunk>(connection, {
    collection: 'search_postings',
    fields: { term: String, chunk: Number, count: Number, data: Buffer },
    indexes: [[{ term: 1, chunk: 1 }, { unique: true }]],
  }),
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

/** A list that nothing is in any more is left out; in code, since with another condition the terms are not looked up by their index. */
export async function listsOf({ postings }: SearchStores, terms: readonly string[]): Promise<Lists> {
  const lists: Lists = new Map();
  const projection = { _id: 0, term: 1, chunk: 1, count: 1, data: 1 };
  const rows = await postings.model.collection
    .find({ term: { $in: [...new Set(terms)] } }, { projection, promoteBuffers: true })
    .toArray();
  for (const { term, chunk, count, data } of rows) {
    if (Number(count) === 0) continue;
    const list = lists.get(term) ?? new Map<number, Bits>();
    lists.set(term, list.set(Number(chunk), unpack(data)));
  }
  return lists;
}

/** What stands at some places of the lists, in the order of the places; a place without document is left out. */
export async function documentsAt(
  { documents }: SearchStores,
  ordinals: readonly number[],
): Promise<Pick<Indexed, 'kind' | 'ref'>[]> {
  if (ordinals.length === 0) return [];
  const projection = { _id: 0, kind: 1, ref: 1, ordinal: 1 };
  const found = await documents.model.collection.find({ ordinal: { $in: [...ordinals] } }, { projection }).toArray();
  const byPlace = new Map(found.map(({ kind, ref, ordinal }) => [Number(ordinal), { kind, ref } as Indexed]));
  return ordinals.map((ordinal) => byPlace.get(ordinal)).filter((one) => one !== undefined);
}
