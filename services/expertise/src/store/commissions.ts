import { aggregateStore, type Aggregate, type AggregateStore } from '@veche/kit';
import mongoose from 'mongoose';
import type { Commission } from '../domain/commission.ts';
import type { Session } from '../domain/session.ts';

const { Mixed } = mongoose.Schema.Types;

export const commissionStores = (
  connection: mongoose.Connection,
): { commissions: AggregateStore<Commission>; sessions: AggregateStore<Session> } => ({
  commissions: aggregateStore<Commission>(connection, {
    collection: 'commissions',
    fields: { title: String, act: String, members: Mixed, rules: Mixed },
    indexes: [[{ 'members.personId': 1, createdAt: -1 }]], // those of a person
  }),
  sessions: aggregateStore<Session>(connection, {
    collection: 'sessions',
    fields: {
      contestId: String,
      number: Number,
      form: String,
      place: String,
      openedAt: Date,
      votesUntil: Date,
      commission: Mixed,
      present: [String],
      questions: Mixed,
      state: String,
      closedAt: Date,
      ranking: Mixed,
      rankingEdition: Number,
      hash: String,
      signatures: Mixed,
      signedAt: Date,
    },
    indexes: [
      [{ contestId: 1, number: 1 }, { unique: true }], // the sessions of a contest in their order
      [{ contestId: 1, state: 1, number: 1 }], // those of a contest that are open, or signed
      [{ 'questions.proposals.applicationId': 1, state: 1 }], // what was decided of an application
    ],
  }),
});

const SEATS_MAX = 500;

/** Commissions in which a person sits, the newest first. */
export const commissionsOf = ({ commissions }: { commissions: AggregateStore<Commission> }, personId: string) =>
  commissions.find({ 'members.personId': personId }, { sort: { createdAt: -1 }, limit: SEATS_MAX });

interface Sessions {
  sessions: AggregateStore<Session>;
}

export const sessionsOf = ({ sessions }: Sessions, contestId: string): Promise<Aggregate<Session>[]> =>
  sessions.find({ contestId }, { sort: { number: 1 } });

export const signedSessionsOf = ({ sessions }: Sessions, contestId: string): Promise<Aggregate<Session>[]> =>
  sessions.find({ contestId, state: 'SIGNED' }, { sort: { number: 1 } });

/** How many sessions of a contest there have been. */
export const countSessions = ({ sessions }: Sessions, contestId: string): Promise<number> =>
  sessions.count({ contestId });

export const openSessionsOf = ({ sessions }: Sessions, contestId: string): Promise<number> =>
  sessions.count({ contestId, state: { $in: ['OPEN', 'COUNTED'] } });

/** Signed sessions that decided of any of the applications, later ones after earlier ones. */
export const decidingSessions = async (
  { sessions }: Sessions,
  applicationIds: readonly string[],
): Promise<Session[]> => {
  const asked = { 'questions.proposals.applicationId': { $in: [...applicationIds] }, state: 'SIGNED' };
  const found = await sessions.find(asked);
  return found.map(({ state }) => state).toSorted((a, b) => a.number - b.number);
};
