import { loaderOf, mapConnection, type Aggregate, type Context } from '@veche/kit';
import { localTimeOf } from '@veche/kit/domain/calendar';
import DataLoader from 'dataloader';
import type { NamedEntry } from '../domain/agenda/entries.ts';
import { titleOf } from '../domain/agenda/words.ts';
import type { Meeting } from '../domain/meetings/meeting.ts';
import type { QueryResolvers } from '../gen/graphql.ts';
import { loadContest } from '../loaders.ts';
import { meetingView } from '../meeting-views.ts';
import { pageOfAgenda } from '../store/agenda.ts';
import { scopesWithout } from '../store/community.ts';
import { visibleContest, type ViewParts } from '../views.ts';

export function agendaQueries(parts: ViewParts): Pick<QueryResolvers, 'calendarEvents'> {
  const { agenda, community, clock } = parts;
  return {
    calendarEvents: async (_source, { filter, ...args }, context) => {
      const off = await scopesWithout(community, 'MEETINGS', clock.now());
      const page = await pageOfAgenda(agenda, filter ?? {}, off, args);
      return mapConnection(page, (entry) => entryView(parts, context, entry)) as never;
    },
  };
}

const loadMeeting = ({ meetings }: ViewParts, context: Context, id: string | null) =>
  id === null
    ? Promise.resolve(null)
    : loaderOf(
        context,
        'meetings',
        () =>
          new DataLoader<string, Aggregate<Meeting> | null>(async (ids) => {
            const found = new Map((await meetings.meetings.loadMany(ids)).map((one) => [one.id, one]));
            return ids.map((one) => found.get(one) ?? null);
          }),
      ).load(id);

function entryView(parts: ViewParts, context: Context, { id, ...entry }: NamedEntry) {
  const meeting = () => loadMeeting(parts, context, entry.meetingId ?? null);
  const zone = async () => (await loadContest(parts.stores, context, entry.contestId))!.state.timeZone;
  return {
    ...entry,
    id,
    stage: entry.stage ?? null,
    title: async () => titleOf(entry, (await meeting())?.state ?? null),
    timeZone: zone,
    local: async () => localTimeOf(entry.at, await zone()),
    cancelled: async () => Boolean((await meeting())?.state.cancelled),
    contest: () => visibleContest(parts, context, entry.contestId),
    meeting: async () => {
      const found = await meeting();
      return found && meetingView(parts, context, found);
    },
  };
}
