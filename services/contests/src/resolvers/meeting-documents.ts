import { commandOf, forbidden, rejectionOf, type Aggregate, type Context } from '@veche/kit';
import { documentsAbout, makeDated } from '@veche/kit/documents/answers';
import { meetingFields } from '@veche/kit/documents/letter-shapes';
import { documentView } from '@veche/kit/documents/views';
import type { Rejection } from '@veche/kit/domain/decision';
import { isOff } from '../block-off.ts';
import type { Meeting } from '../domain/meetings/meeting.ts';
import { communityMessages, type CommunityCode } from '../community-messages.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { loadContest, loadMeeting } from '../loaders.ts';
import { meetingMinutesData } from '../meeting-paper.ts';
import { knowsPeople } from '../meeting-views.ts';
import type { ViewParts } from '../views.ts';
import type { DocumentsParts } from './documents.ts';

export const MEETINGS_PATH = '/files/meetings';

const refuse = (rejection: Rejection<CommunityCode>) =>
  ({ document: null, rejection: rejectionOf(rejection, communityMessages) }) as never;

/**
 * A meeting whose minutes with the names in them are for the caller: of its group, staff of the place, or who led the meeting and signs
 * them. Null for anybody else, and for all where the place does without meetings.
 */
export async function meetingWithMinutes(
  parts: Pick<ViewParts, 'stores' | 'meetings' | 'community' | 'clock'>,
  context: Context,
  id: string,
): Promise<Aggregate<Meeting> | null> {
  const found = await loadMeeting(parts.meetings, context, id);
  if (!found || (await isOff(parts, context, 'MEETINGS', found.state))) return null;
  return hasLed(context, found.state) || (await knowsPeople(parts, context, found.state)) ? found : null;
}

const hasLed = ({ caller }: Context, { records }: Meeting): boolean =>
  caller !== null && records.some(({ chairId, secretaryId }) => [chairId, secretaryId].includes(caller.personId));

export function meetingDocumentMutation(parts: DocumentsParts): Pick<MutationResolvers, 'generateMeetingMinutes'> {
  return {
    generateMeetingMinutes: async (_source, { input }, context) => {
      const command = commandOf(context, 'generateMeetingMinutes', input);
      const meeting = await parts.meetings.meetings.load(input.meetingId);
      if (!meeting) return refuse({ code: 'NOT_FOUND', path: ['meetingId'] });
      if (!(await knowsPeople(parts, context, meeting.state))) throw forbidden();
      const { state } = meeting;
      const record = state.records.at(-1);
      if (!record) return refuse({ code: 'MINUTES_MISSING', path: ['meetingId'] });
      // A document that nobody may sign would wait for its signatures for ever.
      if (!record.chairId && !record.secretaryId) return refuse({ code: 'SIGNERS_MISSING', path: ['meetingId'] });
      const contest = await loadContest(parts.stores, context, state.contestId);
      const data = meetingMinutesData(state, record, contest?.state.title ?? '');
      const { aggregate, rejection } = await makeDated(parts.papers, {
        command,
        kind: 'meeting',
        subjectId: meeting.id,
        contestId: state.contestId,
        about: `Протокол № ${data.number} ${data.form} от ${data.date}`,
        data,
        fields: meetingFields(data),
        now: parts.clock.now(),
        timeZone: state.timeZone,
      });
      if (rejection) return refuse(rejection);
      return { document: documentView(parts.papers, MEETINGS_PATH, aggregate), rejection: null } as never;
    },
  };
}

/** Documents of a meeting. */
export const meetingDocuments = (parts: DocumentsParts) => ({
  documents: async ({ id }: { id: string }, _args: object, context: Context) =>
    (await meetingWithMinutes(parts, context, id)) ? documentsAbout(parts.papers, context, MEETINGS_PATH, id) : [],
});
