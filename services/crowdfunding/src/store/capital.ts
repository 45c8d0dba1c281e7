import { aggregateStore, projectionStore, type AggregateStore, type ProjectionStore } from '@veche/kit';
import mongoose from 'mongoose';
import { ledgerMark, type LedgerMark } from '../bookkeeping.ts';
import type { CapitalCampaign, Support } from '../domain/capital-campaign.ts';
import type { CapitalPosting } from '../domain/capital-ledger.ts';
import { points } from '../domain/points.ts';
import type { VirtualAccount } from '../domain/virtual-account.ts';

const { Mixed } = mongoose.Schema.Types;

/** What contests told of an application. */
export interface ApplicationFacts {
  contestId: string;
  /** Asked from the budget, kopecks. */
  requested: bigint;
  memberIds: readonly string[];
  /** False once it was withdrawn or refused. */
  admitted: boolean;
  /** When that happened; null while it is admitted. */
  goneAt: Date | null;
}

export interface CapitalStores {
  capitals: AggregateStore<CapitalCampaign>;
  accounts: AggregateStore<VirtualAccount>;
  applications: ProjectionStore<ApplicationFacts>;
  capitalLedger: CapitalLedger;
}

export const capitalStores = (connection: mongoose.Connection): CapitalStores => ({
  capitals: aggregateStore<CapitalCampaign>(connection, {
    collection: 'capitals',
    fields: {
      rule: Mixed,
      ruleSequence: Number,
      window: Mixed,
      windowSequence: Number,
      dueAt: Date,
      counted: Mixed,
    },
    indexes: [[{ dueAt: 1, _id: 1 }]], // those that are not counted yet
  }),
  accounts: aggregateStore<VirtualAccount>(connection, {
    collection: 'virtual_accounts',
    fields: { contestId: String, personId: String, moves: Mixed },
    indexes: [
      [{ contestId: 1, _id: 1 }], // all of a contest
      [{ updatedAt: 1 }], // what the ledger has to look at
    ],
  }),
  applications: projectionStore<ApplicationFacts>(connection, {
    collection: 'application_facts',
    fields: { contestId: String, requested: BigInt, memberIds: [String], admitted: Boolean, goneAt: Date },
    indexes: [[{ contestId: 1, admitted: 1 }]], // those of a contest that take part, and those that went
  }),
  capitalLedger: capitalLedger(connection),
});

type Stored = Omit<CapitalPosting, 'id'> & { _id: string };

/** The double-entry ledger of virtual capital; postings are added and never changed. */
export interface CapitalLedger extends LedgerMark {
  init(): Promise<void>;
  /** Adds what is not there yet. */
  book(postings: readonly CapitalPosting[]): Promise<void>;
  ofAccounts(accountIds: readonly string[]): Promise<CapitalPosting[]>;
  /** Postings of a contest. */
  count(contestId: string): Promise<number>;
  /** Accounts from which an application has had points. */
  givers(applicationId: string): Promise<string[]>;
  /** What applications hold, in the order of their ids; zeros where nothing was given. */
  supportOf(applicationIds: readonly string[]): Promise<Support[]>;
}

function capitalLedger(connection: mongoose.Connection): CapitalLedger {
  const postings = connection.db!.collection<Stored>('capital_postings');
  return {
    ...ledgerMark(connection, 'virtual_accounts'),
    async init() {
      await postings.createIndex({ applicationId: 1, accountId: 1, points: 1 }); // sums read this index alone
      await postings.createIndex({ accountId: 1 });
      await postings.createIndex({ contestId: 1 });
    },
    async book(due) {
      if (due.length === 0) return;
      const writes = due.map(({ id, entries, ...posting }) => ({
        updateOne: {
          filter: { _id: id },
          update: { $setOnInsert: { ...posting, entries: [...entries] } },
          upsert: true,
        },
      }));
      await postings.bulkWrite(writes, { ordered: false });
    },
    async ofAccounts(accountIds) {
      const found = await postings.find({ accountId: { $in: [...accountIds] } }).toArray();
      return found.map(({ _id: id, ...posting }) => ({ id, ...posting }));
    },
    count: (contestId) => postings.countDocuments({ contestId }),
    givers: (applicationId) => postings.distinct('accountId', { applicationId }),
    supportOf: (applicationIds) => supportOf(postings, applicationIds),
  };
}

type Postings = mongoose.mongo.Collection<Stored>;

async function supportOf(postings: Postings, applicationIds: readonly string[]): Promise<Support[]> {
  if (applicationIds.length === 0) return [];
  const rows = await postings
    .aggregate<{ _id: { applicationId: string }; held: number }>([
      { $match: { applicationId: { $in: [...applicationIds] } } },
      { $group: { _id: { applicationId: '$applicationId', accountId: '$accountId' }, held: { $sum: '$points' } } },
    ])
    .toArray();
  const held = Map.groupBy(rows, ({ _id }) => _id.applicationId);
  return applicationIds.map((applicationId) => {
    const own = (held.get(applicationId) ?? []).map((row) => Number(row.held)).filter((one) => one !== 0);
    return { applicationId, points: points(own.reduce((sum, one) => sum + one, 0)), supporters: own.length };
  });
}
