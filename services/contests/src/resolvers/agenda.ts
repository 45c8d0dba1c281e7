import { mapConnection, type Context } from '@veche/kit';
import { localTimeOf } from '@veche/kit/domain/calendar';
import { scopesWithout } from '../block-off.ts';
import type { NamedEntry } from '../domain/agenda/entries.ts';
import { titleOf } from '../domain/agenda/words.ts';
import type { QueryResolvers } from '../gen/graphql.ts';
import { loadContest, loadMeeting } from '../loaders.ts';
import { meetingView } from '../meeting-views.ts';
import { pageOfAgenda } from '../store/agenda.ts';
import { visibleContest, type ViewParts } from '../views.ts';

export function agendaQueries(parts: ViewParts): Pick<QueryResolvers, 'calendarEvents'> {
  const { agenda } = parts;
  return {
    calendarEvents: async (_source, { filter, ...args }, context) => {
      const off = await scopesWithout(parts, 'MEETINGS', filter?.contestId);
      const page = await pageOfAgenda(agenda, filter ?? {}, off, args);
      return mapConnection(page, (entry) => entryView(parts, context, entry)) as never;
    },
  };
}

function entryView(parts: ViewParts, context: Context, { id, ...entry }: NamedEntry) {
  const meeting = () => loadMeeting(parts.meetings, context, entry.meetingId);
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
