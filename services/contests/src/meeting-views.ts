import DataLoader from 'dataloader';
import { loaderOf, type Aggregate, type Context } from '@veche/kit';
import { isOff } from './block-off.ts';
import { isCarried, meetingState, type Meeting, type MeetingRecord } from './domain/meetings/meeting.ts';
import { loadGroup } from './loaders.ts';
import { isMember, mayOversee } from './policy.ts';
import { meetingsAbout, registeredFor, registrationId } from './store/meetings.ts';
import { visibleApplication, visibleContest, type ViewParts } from './views.ts';

const loadRegistered = ({ meetings }: ViewParts, context: Context, id: string): Promise<number> =>
  loaderOf(
    context,
    'registered',
    () =>
      new DataLoader(async (ids: readonly string[]) => {
        const counts = await registeredFor(meetings, ids);
        return ids.map((one) => counts.get(one) ?? 0);
      }),
  ).load(id);

const loadMine = ({ meetings }: ViewParts, context: Context, id: string): Promise<boolean> => {
  const { caller } = context;
  if (!caller) return Promise.resolve(false);
  const make = () =>
    new DataLoader(async (ids: readonly string[]) => {
      const mine = await meetings.registrations.loadMany(ids.map((one) => registrationId(one, caller.personId)));
      return ids.map((one) => mine.some(({ state }) => state.meetingId === one && state.comes));
    });
  return loaderOf(context, 'my-registrations', make).load(id);
};

/** Meetings of a project; one query for all projects of an answer. */
export async function meetingsOf(parts: ViewParts, context: Context, applicationId: string) {
  const make = () =>
    new DataLoader(async (ids: readonly string[]) => {
      const found = await meetingsAbout(parts.meetings, ids);
      return ids.map((id) => found.filter(({ state }) => state.applicationIds.includes(id)).slice(0, 100));
    });
  const found = await loaderOf(context, 'meetings-of-projects', make).load(applicationId);
  const shown = await Promise.all(found.map((one) => shownMeeting(parts, context, one)));
  return shown.filter((one) => one !== null);
}

/** A meeting that is reached through something else; null where the place does without meetings. */
export const shownMeeting = async (parts: ViewParts, context: Context, meeting: Aggregate<Meeting>) =>
  (await isOff(parts, context, 'MEETINGS', meeting.state)) ? null : meetingView(parts, context, meeting);

export function meetingView(parts: ViewParts, context: Context, { id, version, state }: Aggregate<Meeting>) {
  const { kind, form, oktmo, place, startsLocal, startsAt, announcedAt, agenda, records } = state;
  const minutes = (record: MeetingRecord) => minutesView(parts, context, state, record);
  return {
    id,
    version,
    kind,
    form,
    oktmo,
    place,
    startsLocal,
    startsAt,
    announcedAt,
    state: meetingState(state),
    agenda: agenda.map((item, index) => ({ ...item, number: index + 1 })),
    registered: () => loadRegistered(parts, context, id),
    registeredMe: () => loadMine(parts, context, id),
    cancelReason: state.cancelled?.reason ?? null,
    minutes: records.length > 0 ? minutes(records.at(-1)!) : null,
    minutesHistory: records.map(minutes),
    contest: () => visibleContest(parts, context, state.contestId),
    applications: async () => {
      const shown = await Promise.all(state.applicationIds.map((one) => visibleApplication(parts, context, one)));
      return shown.filter((one) => one !== null);
    },
  };
}

function minutesView(parts: ViewParts, context: Context, meeting: Meeting, record: MeetingRecord) {
  const { chairId, secretaryId, minutes, authorId: _author, ...rest } = record;
  const named = async (personId: string | null) =>
    personId !== null && (await knowsPeople(parts, context, meeting)) ? { id: personId } : null;
  return {
    ...rest,
    minutesFile: minutes,
    chair: () => named(chairId),
    secretary: () => named(secretaryId),
    signatures: rest.signatureSheets.reduce((sum, { signatures }) => sum + signatures, 0),
    questions: rest.questions.map((question) => ({
      ...question,
      notVoting: rest.present - question.votesFor - question.against - question.abstained,
      carried: isCarried(question, rest.present),
    })),
  };
}

/** Whether the people of a meeting are for the caller: of its group, or staff of the place. */
export async function knowsPeople(
  { stores }: Pick<ViewParts, 'stores'>,
  context: Context,
  { oktmo, groupId }: Meeting,
): Promise<boolean> {
  if (mayOversee(context.caller, oktmo)) return true;
  const group = await loadGroup(stores, context, groupId);
  return isMember(context.caller, group?.state ?? null);
}
