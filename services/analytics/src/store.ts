import { aggregateStore, isDuplicateKey, type AggregateStore } from '@veche/kit';
import mongoose from 'mongoose';

/** Facts of one kind of thing, one document each; `contest` is the contest they belong to. */
export type FactModel = mongoose.Model<Record<string, unknown> & { _id: string; contest: string }>;

export interface Summary {
  contestId: string;
  edition: number;
  indicators: readonly { code: string; value: string }[];
}

export interface Stores {
  contests: FactModel;
  stages: FactModel;
  applications: FactModel;
  groups: FactModel;
  sheets: FactModel;
  ballots: FactModel;
  projects: FactModel;
  pledges: FactModel;
  summaries: AggregateStore<Summary>;
  init(): Promise<void>;
}

const NAMES = ['contests', 'stages', 'applications', 'groups', 'sheets', 'ballots', 'projects', 'pledges'] as const;

export function makeStores(connection: mongoose.Connection): Stores {
  const models = Object.fromEntries(NAMES.map((name) => [name, factModel(connection, name)])) as Record<
    (typeof NAMES)[number],
    FactModel
  >;
  const summaries = aggregateStore<Summary>(connection, {
    collection: 'summaries',
    fields: {
      contestId: String,
      edition: Number,
      indicators: [new mongoose.Schema({ code: String, value: String }, { _id: false })],
    },
  });
  const init = async (): Promise<void> => {
    await Promise.all(
      Object.values(models).map((model) =>
        model.createCollection().then(() => model.collection.createIndex({ contest: 1 })),
      ),
    );
    await models.contests.collection.createIndex({ oktmo: 1 }); // contests of a territory: a range of codes
  };
  return { ...models, summaries, init };
}

/** Facts have no schema of their own: the contract of their events is their schema, checked when an event is read. */
function factModel(connection: mongoose.Connection, name: string): FactModel {
  const schema = new mongoose.Schema(
    { _id: String, contest: String },
    { strict: false, versionKey: false, autoIndex: false },
  );
  return connection.model(name, schema, name) as unknown as FactModel;
}

/** What one event says of one thing. */
export interface Fact {
  contest: string;
  /** True for ever once said. */
  flags?: Readonly<Record<string, true>>;
  /** Values that a later event replaces, in groups that are replaced as a whole. */
  values?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Numbers that only grow. */
  most?: Readonly<Record<string, number | Date>>;
  sequence: number;
}

/** Takes a fact over. A repetition changes nothing; an older value does not replace a newer one, in whatever order they arrive. */
export async function learn(
  model: FactModel,
  id: string,
  { contest, flags = {}, values = {}, most = {}, sequence }: Fact,
): Promise<void> {
  await upsert(
    model,
    { _id: id },
    { $set: { contest, ...flags }, ...(Object.keys(most).length > 0 ? { $max: most } : {}) },
  );
  for (const [group, value] of Object.entries(values)) {
    const mark = `${group}Sequence`;
    await model.collection.updateOne(
      { _id: id, $or: [{ [mark]: { $exists: false } }, { [mark]: { $lt: sequence } }] } as never,
      { $set: { [group]: value, [mark]: sequence } },
    );
  }
}

async function upsert(model: FactModel, filter: object, update: object): Promise<void> {
  const write = (options: object) => model.collection.updateOne(filter as never, update as never, options);
  const written = await write({ upsert: true }).catch((error: unknown) => {
    if (!isDuplicateKey(error)) throw error;
    return null;
  });
  // Of two consumers that make a document at once the loser gets an error, or nothing was written; now the document is there.
  if (!written || written.matchedCount + written.upsertedCount === 0) await write({});
}

/** All facts of a contest. */
export const factsOf = <T>(model: FactModel, contest: string): Promise<T[]> =>
  model.collection.find({ contest } as never).toArray() as unknown as Promise<T[]>;

export const factOf = async <T>(model: FactModel, id: string): Promise<T | null> =>
  (await model.collection.findOne({ _id: id } as never)) as T | null;

/** How many facts of a contest have a flag. */
export const countOf = (model: FactModel, contest: string, flag: Record<string, unknown>): Promise<number> =>
  model.collection.countDocuments({ contest, ...flag } as never);

/** Sum of a value over facts of a contest, kopecks. */
export async function sumOf(
  model: FactModel,
  contest: string,
  field: string,
  where: Record<string, unknown> = {},
): Promise<bigint> {
  const [row] = await model.collection
    .aggregate([{ $match: { contest, ...where } }, { $group: { _id: null, sum: { $sum: `$${field}` } } }])
    .toArray();
  return BigInt((row as { sum?: bigint | number } | undefined)?.sum ?? 0);
}
