import {
  aggregateStore,
  projectionStore,
  within,
  type AggregateStore,
  type Caller,
  type ProjectionStore,
} from '@veche/kit';
import type mongoose from 'mongoose';
import type { Inbox } from './domain/inbox.ts';
import { audience, type Notice, type NoticeKind } from './domain/notice.ts';

interface Reading {
  personId: string;
  noticeId: string;
  audience: string;
  kind: NoticeKind;
  /** When the notice came. */
  at: Date;
}

export interface NoticeStores {
  notices: ProjectionStore<Notice>;
  readings: ProjectionStore<Reading>;
  inboxes: AggregateStore<Inbox>;
  /** Initiative groups, for whom notices about their applications are. */
  groups: ProjectionStore<{ contestId: string; memberIds: readonly string[] }>;
  /** `ideaId`: of the idea that it was made of, or empty; absent in cards of earlier releases. */
  applications: ProjectionStore<{ groupId: string; contestId: string; title: string; number: string; ideaId?: string }>;
  /** Who sits in the commission of a contest; the id is the contest. */
  commissions: ProjectionStore<{ memberIds: readonly string[] }>;
  contests: ProjectionStore<{ title: string; oktmo: string; timeZone: string }>;
  /** Ideas, for whose authors notices about them are. */
  ideas: ProjectionStore<{ authorId: string }>;
}

export const makeNoticeStores = (connection: mongoose.Connection): NoticeStores => ({
  notices: projectionStore<Notice>(connection, {
    collection: 'notices',
    fields: {
      audience: String,
      kind: String,
      at: Date,
      happenedAt: Date,
      contestId: String,
      applicationId: String,
      meetingId: String,
      ideaId: String,
      until: Date,
      ground: String,
      outcome: String,
      score: String,
      place: Number,
      upheld: Boolean,
      reason: String,
    },
    indexes: [[{ audience: 1, at: -1, _id: -1, kind: 1 }]],
  }),
  readings: projectionStore<Reading>(connection, {
    collection: 'notice_readings',
    fields: { personId: String, noticeId: String, audience: String, kind: String, at: Date },
    indexes: [[{ personId: 1, at: -1, audience: 1, kind: 1 }]],
  }),
  inboxes: aggregateStore<Inbox>(connection, {
    collection: 'inboxes',
    fields: { readUntil: Date, hidden: [String], marks: Number },
  }),
  groups: projectionStore(connection, {
    collection: 'group_cards',
    fields: { contestId: String, memberIds: [String] },
    indexes: [[{ memberIds: 1 }]],
  }),
  applications: projectionStore(connection, {
    collection: 'application_cards',
    fields: { groupId: String, contestId: String, title: String, number: String, ideaId: String },
    indexes: [[{ groupId: 1 }]],
  }),
  commissions: projectionStore(connection, {
    collection: 'commission_cards',
    fields: { memberIds: [String] },
    indexes: [[{ memberIds: 1, _id: -1 }]],
  }),
  contests: projectionStore(connection, {
    collection: 'contest_cards',
    fields: { title: String, oktmo: String, timeZone: String },
    indexes: [[{ oktmo: 1, _id: -1 }]],
  }),
  ideas: projectionStore(connection, {
    collection: 'idea_cards',
    fields: { authorId: String },
    indexes: [[{ authorId: 1, _id: -1 }]],
  }),
});

const MOST_OF_A_KIND = 500;
const NOBODY = '-';
/** The newest ids are the newest contests. */
const NEWEST = { sort: { _id: -1 }, limit: MOST_OF_A_KIND } as const;

/**
 * For whom notices are that a caller reads: himself, his ideas, his groups and their applications, the commissions that he sits in, and for staff the
 * contests of its territories.
 */
export async function audiencesOf(stores: NoticeStores, caller: Caller): Promise<string[]> {
  const { personId } = caller;
  const others = await Promise.all([
    ofIdeas(stores, personId),
    ofGroups(stores, personId),
    ofSeats(stores, caller),
    ofStaff(stores, caller),
  ]);
  return [audience.person(personId), ...new Set(others.flat())];
}

async function ofIdeas({ ideas }: NoticeStores, personId: string): Promise<string[]> {
  const mine = await ideas.find({ authorId: personId }, NEWEST);
  return mine.map(({ id }) => audience.idea(id));
}

async function ofGroups({ groups, applications }: NoticeStores, personId: string): Promise<string[]> {
  const mine = await groups.find({ memberIds: personId }, { limit: MOST_OF_A_KIND });
  if (mine.length === 0) return [];
  const ids = mine.map(({ id }) => id);
  const filed = await applications.find({ groupId: { $in: ids } }, { limit: MOST_OF_A_KIND });
  return [
    ...mine.map(({ contestId }) => audience.contest(contestId)),
    ...filed.map(({ id }) => audience.application(id)),
  ];
}

/** A seat is good for as long as the role is. */
async function ofSeats({ commissions }: NoticeStores, { personId, roles }: Caller): Promise<string[]> {
  if (!roles.has('commission')) return [];
  const seats = await commissions.find({ memberIds: personId }, NEWEST);
  return seats.map(({ id }) => audience.commission(id));
}

async function ofStaff({ contests }: NoticeStores, { roles, territories }: Caller): Promise<string[]> {
  if (!roles.has('organiser')) return [];
  const ruled = await Promise.all(territories.map((scope) => contests.find({ oktmo: within(scope) }, NEWEST)));
  return ruled.flat().map(({ id }) => audience.officials(id));
}

export interface Shown {
  audiences: readonly string[];
  kinds: readonly NoticeKind[];
}

/** What a person has in the inbox. */
export const inInbox = ({ audiences, kinds }: Shown) => ({
  audience: { $in: [...audiences] },
  kind: { $in: kinds.length > 0 ? [...kinds] : [NOBODY] },
});

/** How many of the shown notices are neither read one by one nor as a whole. */
export async function unreadCount(
  { notices, readings }: NoticeStores,
  personId: string,
  shown: Shown,
  readUntil: Date | null,
): Promise<number> {
  const late = readUntil ? { at: { $gt: readUntil } } : {};
  const [all, read] = await Promise.all([
    notices.model.countDocuments({ ...inInbox(shown), ...late }),
    readings.model.countDocuments({ personId, ...inInbox(shown), ...late }),
  ]);
  return Number(all) - Number(read);
}

const readingId = (noticeId: string, personId: string): string => `${noticeId}/${personId}`;

export async function keepReadings(
  { readings }: NoticeStores,
  personId: string,
  read: readonly (Notice & { id: string })[],
): Promise<void> {
  for (const { id, audience: whose, kind, at } of read)
    await readings.upsertIfNewer(readingId(id, personId), 1, { personId, noticeId: id, audience: whose, kind, at });
}

/** Which of the notices a person read one by one. */
export async function readAmong({ readings }: NoticeStores, personId: string, noticeIds: readonly string[]) {
  const found = await readings.getMany(noticeIds.map((id) => readingId(id, personId)));
  return new Set(found.map(({ noticeId }) => noticeId));
}

/** Whatever the inbox keeps of a person; what was told to a group stays the group's. */
export async function forgetInbox(
  { notices, readings, inboxes, ideas }: NoticeStores,
  personId: string,
): Promise<void> {
  await notices.model.deleteMany({ audience: audience.person(personId) });
  await readings.model.deleteMany({ personId });
  await inboxes.model.deleteOne({ _id: personId });
  await ideas.model.deleteMany({ authorId: personId });
}
