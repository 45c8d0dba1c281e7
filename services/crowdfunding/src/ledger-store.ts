import type mongoose from 'mongoose';
import type { Account, Cause, Posting } from './domain/ledger.ts';

interface StoredPosting {
  /** `<pledge>:<cause>`: one posting a business event. */
  _id: string;
  projectId: string;
  entries: { account: Account; amount: bigint }[];
}

/** The double-entry ledger of residents' money; postings are added and never changed. */
export interface LedgerStore {
  /** Adds what is not there yet. */
  book(postings: readonly Posting[]): Promise<void>;
  of(projectId: string): Promise<Posting[]>;
  /** Projects with a posting. */
  projects(): Promise<string[]>;
  /** Everything that changed before this instant is booked. */
  mark(): Promise<Date>;
  advance(mark: Date): Promise<void>;
}

const MARK = 'pledges';

export function ledgerStore(connection: mongoose.Connection): LedgerStore {
  const database = connection.db!;
  // Sums are 64-bit integers, also the small ones.
  const options = { useBigInt64: true } as const;
  const postings = database.collection<StoredPosting>('postings');
  const marks = database.collection<{ _id: string; at: Date }>('ledger_marks');
  return {
    async book(due) {
      if (due.length === 0) return;
      await postings.bulkWrite(
        due.map(({ pledgeId, cause, projectId, entries }) => ({
          updateOne: {
            filter: { _id: `${pledgeId}:${cause}` },
            update: { $setOnInsert: { projectId, entries: [...entries] } },
            upsert: true,
          },
        })),
        { ordered: false },
      );
    },
    async of(projectId) {
      const found = await postings.find({ projectId }, options).toArray();
      return found.map(({ _id, entries }) => {
        const [pledgeId, cause] = _id.split(':') as [string, Cause];
        return { pledgeId, projectId, cause, entries: entries.map((one) => ({ ...one, amount: BigInt(one.amount) })) };
      });
    },
    projects: () => postings.distinct('projectId'),
    mark: async () => (await marks.findOne({ _id: MARK }))?.at ?? new Date(0),
    async advance(at) {
      await marks.updateOne({ _id: MARK }, { $max: { at } }, { upsert: true });
    },
  };
}

export const ledgerIndexes = (connection: mongoose.Connection): Promise<string> =>
  connection.db!.collection('postings').createIndex({ projectId: 1 });
