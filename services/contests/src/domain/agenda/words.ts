import { STAGE_NAMES } from '../passport-words.ts';
import type { StageType } from '../contest.ts';
import type { Meeting, MeetingForm, MeetingKind } from '../meetings/meeting.ts';
import type { CalendarItem } from './icalendar.ts';
import type { Entry } from './entries.ts';

const FORMS: Record<MeetingForm, string> = {
  ASSEMBLY: 'Собрание жителей',
  GATHERING: 'Сход граждан',
  CONFERENCE: 'Конференция жителей',
};
const KINDS: Record<MeetingKind, string> = { PRELIMINARY: 'предварительное обсуждение', FINAL: 'выбор проекта' };

/** What an entry says, in Russian. */
export function titleOf({ kind, stage }: Pick<Entry, 'kind' | 'stage'>, meeting: Meeting | null): string {
  if (meeting) return `${FORMS[meeting.form]}: ${KINDS[meeting.kind]}`;
  return `${stageName(stage)}: ${kind === 'STAGE_OPENS' ? 'начало' : 'окончание'}`;
}

export const stageName = (stage: StageType | null): string => STAGE_NAMES[stage ?? ''] ?? '';

interface Told {
  title: string;
  timeZone: string;
  version: number;
  changedAt: Date;
}

/** A boundary of a stage for calendar programs. */
export const stageItem = (id: string, entry: Entry, { title, timeZone, version, changedAt }: Told): CalendarItem => ({
  uid: `${id}@veche`,
  sequence: version,
  changedAt,
  startsAt: entry.at,
  endsAt: null,
  timeZone,
  summary: `${titleOf(entry, null)} — ${title}`,
  description: null,
  location: null,
  categories: [entry.kind === 'STAGE_CLOSES' ? 'Сроки' : 'Этапы'],
  cancelled: false,
});

/** A meeting for calendar programs, with its agenda; its end is known from the minutes. */
export function meetingItem(id: string, entry: Entry, meeting: Meeting, told: Told): CalendarItem {
  const { place, agenda, cancelled, records, timeZone } = meeting;
  const lines = agenda.map(({ text }, index) => `${index + 1}. ${text}`);
  const called = cancelled ? [`Отменено: ${cancelled.reason}`] : [];
  const endsAt = records.at(-1)?.endedAt ?? null;
  return {
    uid: `${id}@veche`,
    sequence: told.version,
    changedAt: told.changedAt,
    startsAt: entry.at,
    endsAt,
    timeZone,
    summary: `${titleOf(entry, meeting)} — ${told.title}`,
    description: [...called, 'Повестка:', ...lines].join('\n'),
    location: place,
    categories: ['Собрания'],
    cancelled: cancelled !== null && cancelled !== undefined,
  };
}
