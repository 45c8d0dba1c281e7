import { aggregateStore, isDuplicateKey } from '@veche/kit';
import type { AggregateStore } from '@veche/kit';
import type mongoose from 'mongoose';
import type { CampaignState } from './domain/campaign.ts';
import type { PledgeState } from './domain/pledge.ts';

/** Campaigns by project id; everything is read by id. */
export function campaignStore(connection: mongoose.Connection): AggregateStore<CampaignState> {
  return aggregateStore<CampaignState>(connection, {
    collection: 'campaigns',
    fields: {
      contestId: String,
      oktmo: String,
      target: BigInt,
      openedAt: Date,
      open: Boolean,
      projectSequence: Number,
    },
  });
}

export type PledgeStore = AggregateStore<PledgeState>;

export function pledgeStore(connection: mongoose.Connection): PledgeStore {
  return aggregateStore<PledgeState>(connection, {
    collection: 'pledges',
    fields: {
      projectId: String,
      contestId: String,
      oktmo: String,
      payerId: String,
      amount: BigInt,
      status: String,
      reference: String,
      madeAt: Date,
      documentNumber: String,
      paidAt: Date,
      withdrawnAt: Date,
    },
    indexes: [
      [{ reference: 1 }, { unique: true }],
      [{ documentNumber: 1 }, { unique: true, sparse: true }], // one treasury document pays one pledge
      [{ payerId: 1, madeAt: -1, _id: -1 }], // of a person
      [{ projectId: 1, madeAt: -1, _id: -1 }], // for reconciliation
      [{ projectId: 1, status: 1, amount: 1 }], // the totals read this index alone
      [{ updatedAt: 1 }], // what the ledger has to look at
    ],
  });
}

/** Kopecks and number of pledges in force. */
export interface Totals {
  pledged: bigint;
  paid: bigint;
  count: number;
}

/** Totals of projects in the order of their ids; zeros where nothing was promised. */
export async function totalsOf({ model }: PledgeStore, projectIds: readonly string[]): Promise<Totals[]> {
  const rows: {
    _id: { projectId: string; status: string };
    sum: bigint | number;
    count: bigint | number;
  }[] = await model.aggregate([
    { $match: { projectId: { $in: [...projectIds] }, status: { $in: ['PROMISED', 'PAID'] } } },
    {
      $group: {
        _id: { projectId: '$projectId', status: '$status' },
        sum: { $sum: '$amount' },
        count: { $sum: 1 },
      },
    },
  ]);
  return projectIds.map((id) => {
    const totals: Totals = { pledged: 0n, paid: 0n, count: 0 };
    for (const { _id, sum, count } of rows.filter((row) => row._id.projectId === id)) {
      totals.pledged += BigInt(sum);
      totals.count += Number(count);
      if (_id.status === 'PAID') totals.paid += BigInt(sum);
    }
    return totals;
  });
}

/** Numbers of payment references, counted within a year. */
export interface Numbers {
  /** The next one, given to nobody else. A number that is not used leaves a gap, which harms nothing. */
  next(year: number): Promise<number>;
}

export function referenceNumbers(connection: mongoose.Connection): Numbers {
  const counters = connection.db!.collection<{ _id: string; last: number | bigint }>('reference_numbers');
  const increment = (year: number) =>
    counters.findOneAndUpdate({ _id: String(year) }, { $inc: { last: 1 } }, { upsert: true, returnDocument: 'after' });
  return {
    async next(year) {
      // Two of the first pledges of a year may both try to insert the counter; the loser gets an error, or nothing, and counts on.
      const first = await increment(year).catch((error: unknown) => {
        if (isDuplicateKey(error)) return null;
        throw error;
      });
      const counter = first ?? (await increment(year));
      return Number(counter!.last);
    },
  };
}
