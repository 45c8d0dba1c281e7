import { aggregateStore, type Aggregate, type AggregateStore, type Connection, type ConnectionArgs } from '@veche/kit';
import type mongoose from 'mongoose';
import type { Message, Reading, Side } from '../domain/talk.ts';

export interface Talk {
  messages: AggregateStore<Message>;
  readings: AggregateStore<Reading>;
}

export const makeTalk = (connection: mongoose.Connection): Talk => ({
  messages: aggregateStore<Message>(connection, {
    collection: 'messages',
    fields: { applicationId: String, audience: String, side: String, authorId: String, text: String, files: [String] },
    indexes: [[{ applicationId: 1, audience: 1, createdAt: 1, _id: 1 }]], // of an application, oldest first
  }),
  readings: aggregateStore<Reading>(connection, {
    collection: 'readings',
    fields: { applicationId: String, personId: String, side: String, until: Date },
    indexes: [[{ applicationId: 1, side: 1 }]],
  }),
});

export const readingId = (applicationId: string, personId: string): string => `${applicationId}:${personId}`;

/** A page of what was said, oldest first. */
export const pageOfMessages = (
  { messages }: Talk,
  applicationId: string,
  audience: Message['audience'],
  args: ConnectionArgs,
): Promise<Connection<Aggregate<Message>>> =>
  messages.page({ applicationId, audience }, { createdAt: 1, _id: 1 }, args);

const UNREAD = { sort: { createdAt: 1, _id: 1 }, limit: 1000 } as const;

/** Messages of others that a person has not marked as read. */
export async function unreadOf({ messages, readings }: Talk, applicationId: string, personId: string): Promise<number> {
  const mark = await readings.load(readingId(applicationId, personId));
  const since = mark?.state.until ?? new Date(0);
  const later = await messages.find({ applicationId, audience: 'ALL', createdAt: { $gt: since } }, UNREAD);
  return later.filter(({ state }) => state.authorId !== personId).length;
}

/** How far anybody of a side has read; null: nobody has. */
export async function readBy({ readings }: Talk, applicationId: string, side: Side): Promise<Date | null> {
  const marks = await readings.find({ applicationId, side });
  return marks.map(({ state }) => state.until).toSorted((one, other) => other.getTime() - one.getTime())[0] ?? null;
}
