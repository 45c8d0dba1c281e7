import {
  aggregateStore,
  outsideOf,
  within,
  type AggregateStore,
  type BlockScope,
  type ConnectionArgs,
} from '@veche/kit';
import mongoose from 'mongoose';
import type { Meeting, MeetingKind, Registration } from '../domain/meetings/meeting.ts';

const part = (fields: mongoose.SchemaDefinition) => new mongoose.Schema(fields, { _id: false, minimize: false });

export interface MeetingStores {
  meetings: AggregateStore<Meeting>;
  registrations: AggregateStore<Registration>;
}

const RECORD = {
  at: Date,
  authorId: String,
  number: String,
  startedAt: Date,
  endedAt: Date,
  present: Number,
  invited: Number,
  chairId: String,
  secretaryId: String,
  questions: [part({ item: Number, votesFor: Number, against: Number, abstained: Number, decision: String })],
  signatureSheets: [part({ signatures: Number, file: String })],
  photos: [String],
  attendanceList: String,
  minutes: String,
};

export const makeMeetingStores = (connection: mongoose.Connection): MeetingStores => ({
  meetings: aggregateStore<Meeting>(connection, {
    collection: 'meetings',
    fields: {
      kind: String,
      form: String,
      contestId: String,
      groupId: String,
      authorId: String,
      oktmo: String,
      place: String,
      timeZone: String,
      startsLocal: String,
      startsAt: Date,
      agenda: [part({ text: String, applicationId: String })],
      applicationIds: [String],
      announcedAt: Date,
      cancelled: part({ at: Date, reason: String }),
      records: [part(RECORD)],
    },
    indexes: [
      [{ startsAt: -1, _id: -1 }], // the public list
      [{ contestId: 1, startsAt: -1, _id: -1 }],
      [{ applicationIds: 1, startsAt: -1 }], // of a project
      [{ groupId: 1, startsAt: -1 }], // of a group
    ],
  }),
  registrations: aggregateStore<Registration>(connection, {
    collection: 'meeting_registrations',
    fields: { meetingId: String, personId: String, comes: Boolean },
    indexes: [[{ meetingId: 1, comes: 1 }]],
  }),
});

export const registrationId = (meetingId: string, personId: string): string => `${meetingId}:${personId}`;

export interface MeetingFilter {
  oktmo?: string | null;
  contestId?: string | null;
  kind?: MeetingKind | null;
}

/** `off`: territories and contests that do without meetings. */
const conditions = ({ oktmo, contestId, kind }: MeetingFilter, off: readonly BlockScope[]) => ({
  ...(oktmo ? { oktmo: within(oktmo) } : {}),
  ...(contestId ? { contestId } : {}),
  ...(kind ? { kind } : {}),
  ...outsideOf(off, { oktmo, contestId }),
});

export const pageOfMeetings = (
  { meetings }: MeetingStores,
  filter: MeetingFilter,
  off: readonly BlockScope[],
  args: ConnectionArgs,
) => meetings.page(conditions(filter, off), { startsAt: -1, _id: -1 }, args);

const OF_CONTEST = 500;

/** Meetings of a contest, the latest first, without those of territories that do without meetings. */
export const meetingsOfContest = ({ meetings }: MeetingStores, contestId: string, off: readonly BlockScope[]) =>
  meetings.find(conditions({ contestId }, off), { sort: { startsAt: -1, _id: -1 }, limit: OF_CONTEST });

/** The latest meetings that some groups called. */
export const meetingsOfGroups = ({ meetings }: MeetingStores, groupIds: readonly string[]) =>
  meetings.find({ groupId: { $in: [...groupIds] } }, { sort: { startsAt: -1 }, limit: SHOWN });

const SHOWN = 100;

/** Meetings with one of the projects on their agenda, the latest first. */
export const meetingsAbout = ({ meetings }: MeetingStores, applicationIds: readonly string[]) =>
  meetings.find(
    { applicationIds: { $in: [...applicationIds] } },
    { sort: { startsAt: -1 }, limit: SHOWN * applicationIds.length },
  );

/** How many come to each of the meetings. */
export async function registeredFor({ registrations }: MeetingStores, meetingIds: readonly string[]) {
  const rows: { _id: string; count: number | bigint }[] = await registrations.model.aggregate([
    { $match: { meetingId: { $in: [...meetingIds] }, comes: true } },
    { $group: { _id: '$meetingId', count: { $sum: 1 } } },
  ]);
  return new Map(rows.map(({ _id, count }) => [_id, Number(count)]));
}
