import { createHash } from 'node:crypto';
import { refusedRoute } from '@veche/kit/files/http';
import type { Clock } from '@veche/kit';
import type { FastifyInstance } from 'fastify';
import { scopesWithout } from '../block-off.ts';
import { ENTRY_KINDS, type NamedEntry } from '../domain/agenda/entries.ts';
import { icalendar, type CalendarItem } from '../domain/agenda/icalendar.ts';
import { meetingItem, stageItem } from '../domain/agenda/words.ts';
import { agendaUntil, type AgendaFilter, type AgendaStore } from '../store/agenda.ts';
import type { CommunityStores } from '../store/community.ts';
import type { MeetingStores } from '../store/meetings.ts';
import type { Stores } from '../store.ts';

interface Parts {
  stores: Stores;
  community: CommunityStores;
  meetings: MeetingStores;
  agenda: AgendaStore;
  clock: Clock;
}

const DAY_MS = 86_400_000;
/** How far back and ahead the file reaches, days. */
const REACH = { back: 90, ahead: 550 };
const EVENTS_MAX = 2_000;
const MESSAGES = { PARAMETER_INVALID: 'Проверьте адрес календаря: параметр «{name}» указан неверно.' };

const WELL_FORMED: Record<string, RegExp> = {
  oktmo: /^(\d{8}|\d{11})$/,
  contest: /^[0-9a-f-]{36}$/,
  kind: new RegExp(`^(${ENTRY_KINDS.join('|')})$`),
};

/** The calendar for programs that subscribe to it, without signing in. */
export const calendarRoutes =
  (parts: Parts) =>
  (app: FastifyInstance): void => {
    app.get('/open/calendar.ics', async (request, reply) => {
      const filter = filterOf(request.query as Record<string, unknown>);
      const text = await calendarText(parts, filter);
      return reply
        .header('content-type', 'text/calendar; charset=utf-8; method=PUBLISH')
        .header('content-disposition', 'inline; filename="calendar.ics"')
        .header('cache-control', 'public, max-age=300')
        .header('etag', `"${createHash('sha256').update(text).digest('hex')}"`)
        .send(text);
    });
  };

/** Throws PARAMETER_INVALID for an unknown parameter, one given twice, and a malformed one. */
function filterOf(query: Record<string, unknown>): AgendaFilter {
  for (const [name, value] of Object.entries(query))
    if (typeof value !== 'string' || !WELL_FORMED[name]?.test(value))
      throw refusedRoute(400, 'PARAMETER_INVALID', MESSAGES, { name: name.slice(0, 50) });
  const { oktmo, contest, kind } = query as Record<string, string>;
  return { oktmo: oktmo ?? null, contestId: contest ?? null, kinds: kind ? [kind as NamedEntry['kind']] : null };
}

async function calendarText({ stores, community, meetings, agenda, clock }: Parts, filter: AgendaFilter) {
  const now = clock.now();
  const period = {
    from: new Date(now.getTime() - REACH.back * DAY_MS),
    to: new Date(now.getTime() + REACH.ahead * DAY_MS),
  };
  const off = await scopesWithout({ stores, community, clock }, 'MEETINGS', filter.contestId);
  const entries = await agendaUntil(agenda, { ...filter, ...period }, off, EVENTS_MAX);
  const named = entries.map(({ meetingId }) => meetingId).filter((id) => id !== null && id !== undefined);
  const [contests, held] = await Promise.all([
    stores.contests.loadMany([...new Set(entries.map(({ contestId }) => contestId))]),
    meetings.meetings.loadMany(named),
  ]);
  const contestOf = new Map(contests.map((one) => [one.id, one]));
  const meetingOf = new Map(held.map((one) => [one.id, one]));
  const items = entries.map(({ id, ...entry }): CalendarItem => {
    const { state, version, updatedAt } = contestOf.get(entry.contestId)!;
    const told = { title: state.title, timeZone: state.timeZone, version, changedAt: updatedAt };
    const meeting = entry.meetingId ? meetingOf.get(entry.meetingId)! : null;
    if (!meeting) return stageItem(id, entry, told);
    return meetingItem(id, entry, meeting.state, { ...told, version: meeting.version, changedAt: meeting.updatedAt });
  });
  return icalendar('Календарь инициативных проектов', items);
}
