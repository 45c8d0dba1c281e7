import { aggregateStore, type Aggregate, type AggregateStore } from '@veche/kit';
import type mongoose from 'mongoose';
import type { Appeal } from '../domain/appeal.ts';

export const appealStore = (connection: mongoose.Connection): AggregateStore<Appeal> =>
  aggregateStore<Appeal>(connection, {
    collection: 'appeals',
    fields: {
      contestId: String,
      applicationId: String,
      session: Number,
      by: String,
      text: String,
      filedAt: Date,
      state: String,
      answer: String,
      decidedBy: String,
      decidedAt: Date,
    },
    indexes: [
      [{ applicationId: 1, session: 1 }, { unique: true }], // one against a decision
      [{ contestId: 1, filedAt: 1 }], // of a contest
      [{ by: 1, filedAt: -1 }], // of a person
    ],
  });

interface Appeals {
  appeals: AggregateStore<Appeal>;
}

const PAGE = 1000;

export const appealsOf = ({ appeals }: Appeals, contestId: string): Promise<Aggregate<Appeal>[]> =>
  appeals.find({ contestId }, { sort: { filedAt: 1 }, limit: PAGE });

export const appealsBy = ({ appeals }: Appeals, by: string): Promise<Aggregate<Appeal>[]> =>
  appeals.find({ by }, { sort: { filedAt: -1 }, limit: PAGE });

/** Appeals that were upheld, by application: the last session that they are against. */
export async function upheldOf({ appeals }: Appeals, applicationIds: readonly string[]): Promise<Map<string, number>> {
  const found = await appeals.find({ applicationId: { $in: [...applicationIds] }, state: 'UPHELD' });
  const sessions = new Map<string, number>();
  for (const { state } of found)
    sessions.set(state.applicationId, Math.max(state.session, sessions.get(state.applicationId) ?? 0));
  return sessions;
}
