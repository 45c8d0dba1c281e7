import { aggregateStore, isDuplicateKey } from '@veche/kit';
import { accept } from '@veche/kit/domain/decision';
import mongoose from 'mongoose';

/** A number that was given out for an application. */
export interface Issue {
  number: number;
  applicationId: string;
  at: Date;
}

export interface Numbers {
  /** The next number of an application within its contest. */
  next(contestId: string): Promise<string>;
  /** Remembers for whom a number is, so that a gap in the register can be explained. */
  issue(contestId: string, number: string, applicationId: string, at: Date): Promise<void>;
  /** The lowest number that was given out for an application before; null: none. */
  issuedTo(contestId: string, applicationId: string): Promise<string | null>;
  /** What was given out of these numbers. */
  issued(contestId: string, numbers: readonly number[]): Promise<Issue[]>;
  /** The highest number that was asked for, 0 before the first. */
  last(contestId: string): Promise<number>;
}

export function makeNumbers(connection: mongoose.Connection): Numbers {
  const schema = new mongoose.Schema({ _id: String, last: Number }, { versionKey: false });
  const model = connection.model('numbers', schema, 'numbers');
  const issues = aggregateStore<Issue & { contestId: string }>(connection, {
    collection: 'issuedNumbers',
    fields: { contestId: String, number: Number, applicationId: String, at: Date },
    indexes: [[{ contestId: 1, applicationId: 1, number: 1 }]], // of an application
  });
  return {
    async next(contestId) {
      return String((await increment(contestId)) ?? (await begin(contestId)));
    },
    async issue(contestId, number, applicationId, at) {
      const state = { contestId, number: Number(number), applicationId, at };
      await issues.create<never, never>({
        id: `${contestId}:${number}`,
        events: () => [],
        decide: () => accept(state),
      });
    },
    async issuedTo(contestId, applicationId) {
      const [found] = await issues.find({ contestId, applicationId }, { sort: { number: 1 }, limit: 1 });
      return found ? String(found.state.number) : null;
    },
    async issued(contestId, numbers) {
      const found = await issues.loadMany(numbers.map((number) => `${contestId}:${number}`));
      return found.map(({ state }) => state);
    },
    async last(contestId) {
      return Number((await model.findById(contestId).lean())?.last ?? 0);
    },
  };
  async function increment(contestId: string): Promise<number | null> {
    const change = { $inc: { last: 1 } };
    const counter = await model.findOneAndUpdate({ _id: contestId }, change, { returnDocument: 'after' }).lean();
    return counter ? Number(counter.last) : null;
  }
  // Not an upsert: of two that begin a counter at once, servers let the loser fail or answer with nothing.
  async function begin(contestId: string): Promise<number> {
    try {
      await model.collection.insertOne({ _id: contestId as never, last: 1 });
      return 1;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return (await increment(contestId))!;
    }
  }
}
