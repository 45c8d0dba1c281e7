import {
  aggregateStore,
  outsideOf,
  within,
  type AggregateStore,
  type BlockScope,
  type ConnectionArgs,
} from '@veche/kit';
import mongoose from 'mongoose';
import type { ProblemOrder, ProblemPoll } from '../domain/problems/poll.ts';

const part = (fields: mongoose.SchemaDefinition) => new mongoose.Schema(fields, { _id: false, minimize: false });

export interface ProblemStores {
  polls: AggregateStore<ProblemPoll>;
  orders: AggregateStore<ProblemOrder>;
}

export const makeProblemStores = (connection: mongoose.Connection): ProblemStores => ({
  polls: aggregateStore<ProblemPoll>(connection, {
    collection: 'problem_polls',
    fields: {
      title: String,
      oktmo: String,
      contestId: String,
      authorId: String,
      source: String,
      rule: String,
      choices: Number,
      closesAt: Date,
      problems: [
        part({
          id: String,
          text: String,
          category: String,
          authorId: String,
          at: Date,
          status: String,
          reason: String,
        }),
      ],
      meetingId: String,
      result: {
        type: [
          part({
            problemId: String,
            place: Number,
            tied: Boolean,
            points: Number,
            firsts: Number,
            voters: Number,
            why: String,
          }),
        ],
        default: null,
      },
    },
    indexes: [
      [{ closesAt: -1, _id: -1, oktmo: 1 }], // of a territory or of all
      [{ contestId: 1, closesAt: -1, _id: -1, oktmo: 1 }],
    ],
  }),
  orders: aggregateStore<ProblemOrder>(connection, {
    collection: 'problem_orders',
    fields: { pollId: String, personId: String, order: [String] },
    indexes: [[{ pollId: 1 }]],
  }),
});

export const orderId = (pollId: string, personId: string): string => `${pollId}:${personId}`;

/** `off`: territories and contests that do without problems. */
export const pageOfPolls = (
  { polls }: ProblemStores,
  { oktmo, contestId }: { oktmo?: string | null; contestId?: string | null },
  off: readonly BlockScope[],
  args: ConnectionArgs,
) =>
  polls.page(
    {
      ...(contestId ? { contestId } : {}),
      ...(oktmo ? { oktmo: within(oktmo) } : {}),
      ...outsideOf(off, { oktmo, contestId }),
    },
    { closesAt: -1, _id: -1 },
    args,
  );

/** Every order that was given in a poll, one after the other. */
export async function ordersOf({ orders }: ProblemStores, pollId: string): Promise<string[][]> {
  const found: { order: string[] }[] = await orders.model.find({ pollId }, { _id: 0, order: 1 }).lean();
  return found.map(({ order }) => order);
}
