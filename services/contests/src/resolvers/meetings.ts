import {
  forget,
  commandOf,
  forbidden,
  mapConnection,
  payload,
  type Aggregate,
  type Context,
  type Outcome,
} from '@veche/kit';
import { covers } from '@veche/kit/domain/oktmo';
import { reject, type Decision } from '@veche/kit/domain/decision';
import { scopesWithout } from '../block-off.ts';
import { meetingToOutbox as events } from '../community-events.ts';
import { communityMessages, type CommunityCode } from '../community-messages.ts';
import type { Contest } from '../domain/contest.ts';
import {
  announceMeeting,
  cancelMeeting,
  recordMeeting,
  register,
  type Meeting,
  type MeetingCode,
  type MeetingEvent,
} from '../domain/meetings/meeting.ts';
import type { AnnounceMeetingInput, MutationResolvers, QueryResolvers, RecordMeetingInput } from '../gen/graphql.ts';
import { loadMeeting } from '../loaders.ts';
import { meetingView } from '../meeting-views.ts';
import { isLead, mayOrganise } from '../policy.ts';
import { sceneOf } from '../scene.ts';
import { pageOfMeetings, registrationId } from '../store/meetings.ts';
import type { ViewParts } from '../views.ts';

export function meetingQueries(parts: ViewParts): Pick<QueryResolvers, 'meeting' | 'meetings'> {
  const { meetings } = parts;
  return {
    meeting: async (_source, { id }, context) => {
      const found = await loadMeeting(meetings, context, id);
      return found ? (meetingView(parts, context, found) as never) : null;
    },
    meetings: async (_source, { filter, ...args }, context) => {
      const off = await scopesWithout(parts, 'MEETINGS', filter?.contestId);
      const page = await pageOfMeetings(meetings, filter ?? {}, off, args);
      return mapConnection(page, (one) => meetingView(parts, context, one)) as never;
    },
  };
}

type MeetingMutations = Pick<
  MutationResolvers,
  'announceMeeting' | 'cancelMeeting' | 'registerForMeeting' | 'recordMeeting'
>;

export function meetingMutations(parts: ViewParts): MeetingMutations {
  const { clock } = parts;
  return {
    announceMeeting: (_source, { input }, context) => announce(parts, context, input),
    cancelMeeting: (_source, { input }, context) =>
      change(
        parts,
        context,
        'cancelMeeting',
        input,
        async () => (state) => cancelMeeting(state, input.reason, clock.now()),
      ),
    recordMeeting: (_source, { input }, context) =>
      change(parts, context, 'recordMeeting', input, async ({ applicationIds }) => {
        const uploaded = new Set((await parts.stores.uploads.of(applicationIds)).map(({ sha256 }) => sha256));
        const record = recordOf(input, context.requireCaller().personId, clock.now());
        return (state) => recordMeeting(state, record, uploaded);
      }),
    registerForMeeting: (_source, { input }, context) => come(parts, context, { ...input, comes: input.comes ?? true }),
  };
}

function answer(parts: ViewParts, context: Context, outcome: Outcome<Meeting, CommunityCode>) {
  forget(context);
  return payload(outcome, communityMessages, (one) => ({ meeting: meetingView(parts, context, one) })) as never;
}

const notFound = (path: string): Outcome<Meeting, CommunityCode> => ({
  aggregate: null,
  rejection: { code: 'NOT_FOUND', path: [path] },
});

async function announce(parts: ViewParts, context: Context, input: AnnounceMeetingInput) {
  const { stores, meetings, clock } = parts;
  const command = commandOf(context, 'announceMeeting', input);
  const { contestId, groupId = null, oktmo, kind, form, place, startsLocal } = input;
  const contest = (await stores.contests.load(contestId))?.state;
  if (!contest || contest.status === 'DRAFT') return answer(parts, context, notFound('contestId'));
  const caller = context.requireCaller();
  if (!(await mayCall(parts, context, contest, { contestId, groupId })))
    return answer(parts, context, notFound('groupId'));
  const agenda = input.agenda.map(({ text, applicationId = null }) => ({ text, applicationId }));
  const unknown = await foreignProject(parts, { contestId, groupId }, agenda);
  if (unknown !== null) return answer(parts, context, notFound(`agenda.${unknown}.applicationId`));
  const { rules } = await sceneOf(parts, { oktmo, contestId });
  const { timeZone, regionalHolidays } = contest;
  const announcement = {
    kind,
    form: form ?? ('ASSEMBLY' as const),
    contestId,
    groupId,
    oktmo,
    place,
    timeZone,
    startsLocal,
    agenda,
    authorId: caller.personId,
  };
  const rule = { noticeDays: rules.meetingNoticeDays, regionalHolidays };
  const decide = (): Decision<Meeting, MeetingEvent, MeetingCode> => {
    if (contest.status === 'DECIDED') return reject('CONTEST_NOT_PUBLISHED', ['contestId']);
    if (!covers(contest.oktmo, oktmo)) return reject('OUTSIDE_CONTEST', ['oktmo']);
    return announceMeeting(announcement, rule, clock.now());
  };
  return answer(parts, context, await meetings.meetings.create({ command, events, decide }));
}

/** Whether the caller leads the group, or is staff of the contest and names none; FORBIDDEN for who is neither. */
async function mayCall(
  { stores }: ViewParts,
  context: Context,
  contest: Contest,
  { contestId, groupId }: { contestId: string; groupId: string | null },
): Promise<boolean> {
  const caller = context.requireCaller();
  if (groupId === null) {
    if (!mayOrganise(caller, contest.oktmo)) throw forbidden();
    return true;
  }
  const group = await stores.groups.load(groupId);
  return group?.state.contestId === contestId && isLead(caller, group.state);
}

/** Index of the first item of an agenda that names no application of the contest, and of the group where one calls; null when there is none. */
async function foreignProject(
  { stores }: ViewParts,
  { contestId, groupId }: { contestId: string; groupId: string | null },
  agenda: readonly { applicationId: string | null }[],
): Promise<number | null> {
  const named = agenda.map(({ applicationId }) => applicationId).filter((id) => id !== null);
  const found = await stores.applications.loadMany([...new Set(named)]);
  const isOwn = ({ state }: (typeof found)[number]): boolean =>
    state.contestId === contestId && (groupId === null || state.groupId === groupId);
  const own = new Set(found.filter(isOwn).map(({ id }) => id));
  const foreign = agenda.findIndex(({ applicationId }) => applicationId !== null && !own.has(applicationId));
  return foreign < 0 ? null : foreign;
}

interface Existing {
  idempotencyKey: string;
  meetingId: string;
  expectedVersion?: number | null;
}

/** By whoever leads the group that called it, or staff of the territory. */
async function change(
  parts: ViewParts,
  context: Context,
  name: string,
  input: Existing,
  prepare: (meeting: Meeting) => Promise<(state: Meeting) => Decision<Meeting, MeetingEvent, MeetingCode>>,
) {
  const command = commandOf(context, name, input);
  const found: Aggregate<Meeting> | null = await parts.meetings.meetings.load(input.meetingId);
  if (!found) return answer(parts, context, notFound('meetingId'));
  const { groupId, oktmo } = found.state;
  const caller = context.requireCaller();
  const group = groupId ? await parts.stores.groups.load(groupId) : null;
  if (!mayOrganise(caller, oktmo) && !isLead(caller, group?.state ?? null)) throw forbidden();
  const outcome = await parts.meetings.meetings.change<MeetingEvent, MeetingCode>({
    id: found.id,
    command,
    expectedVersion: input.expectedVersion ?? undefined,
    events,
    decide: await prepare(found.state),
  });
  return answer(parts, context, outcome);
}

const recordOf = (input: RecordMeetingInput, authorId: string, at: Date) => ({
  at,
  authorId,
  number: input.number.trim(),
  startedAt: input.startedAt,
  endedAt: input.endedAt,
  present: input.present,
  invited: input.invited ?? 0,
  chairId: input.chairId ?? null,
  secretaryId: input.secretaryId ?? null,
  questions: input.questions.map((question) => ({ ...question, decision: question.decision.trim() })),
  signatureSheets: (input.signatureSheets ?? []).map(({ signatures, file = null }) => ({ signatures, file })),
  photos: input.photos ?? [],
  attendanceList: input.attendanceList ?? null,
  minutes: input.minutesFile ?? null,
});

async function come(
  parts: ViewParts,
  context: Context,
  input: { idempotencyKey: string; meetingId: string; comes: boolean },
) {
  const { meetings, clock } = parts;
  const command = commandOf(context, 'registerForMeeting', input);
  const { meetingId, comes } = input;
  const { personId, assurance } = context.requireCaller();
  const meeting = await meetings.meetings.load(meetingId);
  if (!meeting) return answer(parts, context, notFound('meetingId'));
  const outcome = await meetings.registrations.upsert<never, MeetingCode>({
    id: registrationId(meetingId, personId),
    command,
    events: () => [],
    initial: () => ({ meetingId, personId, comes: false }),
    decide: (state) => register(state, meeting.state, { comes, confirmed: assurance === 'confirmed' }, clock.now()),
  });
  const { rejection } = outcome;
  return answer(parts, context, rejection ? { aggregate: null, rejection } : { aggregate: meeting, rejection: null });
}
