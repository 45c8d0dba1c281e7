import type mongoose from 'mongoose';
import { ledgerMark, type LedgerMark } from './bookkeeping.ts';
import type { Account, Cause, Posting } from './domain/ledger.ts';

interface StoredPosting {
  /** `<pledge>:<cause>`: one posting a business event. */
  _id: string;
  projectId: string;
  entries: { account: Account; amount: bigint }[];
}

/** The double-entry ledger of residents' money; postings are added and never changed. */
export interface LedgerStore extends LedgerMark {
  /** Adds what is not there yet. */
  book(postings: readonly Posting[]): Promise<void>;
  of(projectId: string): Promise<Posting[]>;
  /** Projects with a posting. */
  projects(): Promise<string[]>;
}

export function ledgerStore(connection: mongoose.Connection): LedgerStore {
  const database = connection.db!;
  // Sums are 64-bit integers, also the small ones.
  const options = { useBigInt64: true } as const;
  const postings = database.collection<StoredPosting>('postings');
  return {
    ...ledgerMark(connection, 'pledges'),
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
  };
}

export const ledgerIndexes = (connection: mongoose.Connection): Promise<string> =>
  connection.db!.collection('postings').createIndex({ projectId: 1 });
