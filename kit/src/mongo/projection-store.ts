import mongoose from 'mongoose';
import type { Connection, ConnectionArgs } from '../graphql/connection.ts';
import type { IndexSpec } from './aggregate-document.ts';
import { withoutUndefined } from './aggregate-document.ts';
import { isDuplicateKey } from './connection.ts';
import { readPage } from './page.ts';
import { registerStore } from './store-registry.ts';

/** What a service keeps of another service's aggregate, fed by its events. */
export interface ProjectionStore<T> {
  readonly collection: string;
  readonly model: mongoose.Model<any>;
  init(): Promise<void>;
  /**
   * Writes the whole projection if `sequence` is newer than what it holds; false when it is not. Replays and
   * reordered deliveries therefore change nothing.
   */
  upsertIfNewer(id: string, sequence: number, doc: T): Promise<boolean>;
  get(id: string): Promise<T | null>;
  /** Unordered; ids that do not exist are left out. */
  getMany(ids: readonly string[]): Promise<(T & { id: string })[]>;
  find(
    filter: Record<string, unknown>,
    options?: { sort?: Record<string, 1 | -1>; limit?: number; skip?: number },
  ): Promise<(T & { id: string })[]>;
  /** A page by keyset, as aggregates are listed. */
  page(
    filter: Record<string, unknown>,
    sort: Record<string, 1 | -1>,
    args: ConnectionArgs,
  ): Promise<Connection<T & { id: string }>>;
}

export interface ProjectionStoreOptions {
  collection: string;
  fields: mongoose.SchemaDefinition;
  indexes?: readonly IndexSpec[];
}

/** What a replacement asks for. */
const OF_REPLACEMENTS: IndexSpec = [{ _id: 1, sequence: 1 }];

/** A projection collection: documents { _id, sequence, ...fields }. */
export function projectionStore<T extends object>(
  connection: mongoose.Connection,
  options: ProjectionStoreOptions,
): ProjectionStore<T> {
  const { collection, fields, indexes = [] } = options;
  const schema = new mongoose.Schema(
    {
      ...fields,
      _id: { type: String, required: true },
      sequence: { type: Number, required: true },
    },
    { _id: false, id: false, versionKey: false, minimize: false, strict: 'throw', collection },
  );
  const model: mongoose.Model<any> = connection.model(collection, schema, collection);
  const names = Object.keys(fields);

  async function find(
    filter: Record<string, unknown>,
    { sort, limit, skip }: { sort?: Record<string, 1 | -1>; limit?: number; skip?: number } = {},
  ): Promise<(T & { id: string })[]> {
    const query = model.find(filter);
    if (sort) query.sort(sort);
    if (skip) query.skip(skip);
    if (limit) query.limit(limit);
    return (await query.lean()).map((document) => ({ ...bare<T>(document), id: document._id }));
  }

  const store: ProjectionStore<T> = {
    collection,
    model,
    find,
    async init() {
      await model.createCollection();
      for (const [spec, indexOptions] of [OF_REPLACEMENTS, ...indexes]) {
        await model.collection.createIndex(spec, indexOptions ?? {});
      }
    },
    upsertIfNewer: (id, sequence, doc) => replaceIfOlder(model, { id, sequence, doc, names }),
    async get(id) {
      const document = await model.findById(id).lean();
      return document ? bare<T>(document) : null;
    },
    async getMany(ids) {
      return ids.length === 0 ? [] : find({ _id: { $in: [...ids] } });
    },
    page: (filter, sort, args) =>
      readPage(
        {
          read: (where, order, limit) => find(where, { sort: order, limit }),
          count: async (where) => model.countDocuments(where),
          valueOf: (item, key) => (item as Record<string, unknown>)[key === '_id' ? 'id' : key],
        },
        { filter, sort },
        args,
      ),
  };
  registerStore(connection, store);
  return store;
}

interface Replacement {
  id: string;
  sequence: number;
  doc: object;
  /** Every field of the projection; one that the new document lacks is removed. */
  names: readonly string[];
}

async function replaceIfOlder(model: mongoose.Model<any>, { id, sequence, doc, names }: Replacement): Promise<boolean> {
  const next = withoutUndefined(doc) as Record<string, unknown>;
  const gone = names.filter((name) => !(name in next));
  const unset = gone.length > 0 ? { $unset: Object.fromEntries(gone.map((name) => [name, 1])) } : {};
  try {
    const older = { _id: id, sequence: { $lt: sequence } };
    const result = await model.updateOne(older, { $set: { ...next, sequence }, ...unset }, { upsert: true });
    return result.matchedCount + result.upsertedCount > 0;
  } catch (error) {
    // The guard matched nothing because a newer document exists, and the upsert met it. A violated index of the
    // service's own is another matter.
    if (!isDuplicateKey(error) || !(await model.exists({ _id: id, sequence: { $gte: sequence } }))) throw error;
    return false;
  }
}

function bare<T>(document: any): T {
  const { _id, sequence: _sequence, ...rest } = document;
  return rest as T;
}
