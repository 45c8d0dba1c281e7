import { newId } from '@veche/kit';
import mongoose from 'mongoose';
import type { StoredBallot, Stores } from '../store.ts';

/**
 * Note of ballots that were written together and have no place in the log yet. It stands before them in the same insert, so no ballot is there
 * without its note, and is deleted when all of them are sealed: sealing changes no ballot. A note may name ballots that were refused as duplicates, or
 * never written because the server died amid the insert.
 */
export interface IntakeBatch {
  /** `~` and a UUIDv7: no contest begins with it, and what came earlier sorts earlier. */
  _id: string;
  /** Contest. Only notes have this field, so its sparse index holds nothing else. */
  waits: string;
  /** Ids of the ballots, and the leaf of each at the same place. */
  ids: string[];
  leaves: string[];
}

/** In the collection of the ballots, for only there one command writes both. */
export function batchModel(connection: mongoose.Connection): mongoose.Model<IntakeBatch> {
  const fields = { _id: String, waits: String, ids: [String], leaves: [String] };
  const schema = new mongoose.Schema(fields as never, { versionKey: false, autoIndex: false });
  schema.index({ waits: 1 }, { sparse: true }); // what the sequencer has to do
  return connection.model('intake_batches', schema, 'ballots') as unknown as mongoose.Model<IntakeBatch>;
}

/** The notes of ballots that are about to be written, one for each contest. */
export const batchesOf = (ballots: readonly StoredBallot[]): IntakeBatch[] =>
  [...Map.groupBy(ballots, ({ contest }) => contest)].map(([waits, of]) => ({
    _id: `~${newId()}`,
    waits,
    ids: of.map(({ _id }) => _id),
    leaves: of.map(({ leaf }) => leaf),
  }));

/** By the clock of the process that wrote it, milliseconds: the first 48 bits of a UUIDv7 (RFC 9562, section 5.7). */
export const writtenAt = ({ _id }: IntakeBatch): number => parseInt(_id.slice(1, 9) + _id.slice(10, 14), 16);

/** Contests of which ballots wait for their place in the log. */
export const waitingContests = ({ batches }: Stores): Promise<string[]> =>
  batches.distinct('waits', { waits: { $gt: '' } }).exec();

/** Whether ballots of a contest may still wait for their place in the log. */
export const unsealedOf = ({ batches }: Stores, contest: string): Promise<boolean> =>
  batches.exists({ waits: contest }).then((found) => found !== null);

/** The leaf that begins so and waits for its place in the log; null where there is none. */
export async function waitingLeaf(
  { batches, ballots }: Stores,
  contest: string,
  prefix: string,
): Promise<string | null> {
  const within = { $gte: prefix, $lt: `${prefix}g` };
  // Two steps, for some servers look past the index where a filter asks for more than it holds.
  const notes = await batches.aggregate<IntakeBatch>([
    { $match: { waits: contest } },
    { $match: { leaves: { $elemMatch: within } } },
  ]);
  for (const { ids, leaves } of notes)
    for (const [n, leaf] of leaves.entries())
      if (leaf.startsWith(prefix) && (await ballots.exists({ _id: ids[n]!, leaf }))) return leaf;
  return null;
}

/** Which of these leaves wait for their place in the log. */
export async function waitingOf({ batches }: Stores, contest: string): Promise<Set<string>> {
  const notes = await batches.find({ waits: contest }, { leaves: 1 }).lean<Pick<IntakeBatch, 'leaves'>[]>();
  return new Set(notes.flatMap(({ leaves }) => leaves));
}
