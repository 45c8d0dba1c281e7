import { localTimeOf } from '@veche/kit/domain/calendar';
import { compact, zoneComponent } from './zone-component.ts';

/** An event as calendar programs know it. */
export interface CalendarItem {
  /** Stays the same over all changes of the event. */
  uid: string;
  /** Grows with every change. */
  sequence: number;
  changedAt: Date;
  startsAt: Date;
  /** Null: a moment, as deadlines are. */
  endsAt: Date | null;
  /** IANA zone in which the time is shown. */
  timeZone: string;
  summary: string;
  description: string | null;
  location: string | null;
  categories: readonly string[];
  cancelled: boolean;
}

/** RFC 5545 section 3.1: no line is longer than 75 octets without its break. */
const LINE_OCTETS = 75;
const CRLF = '\r\n';

/** A calendar as text/calendar (RFC 5545), with every zone that it names; lines are folded and end with CRLF. */
export function icalendar(name: string, items: readonly CalendarItem[]): string {
  const zones = [...new Set(items.map(({ timeZone }) => timeZone))].toSorted();
  const times = (zone: string): Date[] =>
    items
      .filter(({ timeZone }) => timeZone === zone)
      .flatMap(({ startsAt, endsAt }) => (endsAt ? [startsAt, endsAt] : [startsAt]));
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Veche//Contests//RU',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    // RFC 7986; the older name is the one that most programs read.
    `NAME:${escaped(name)}`,
    `X-WR-CALNAME:${escaped(name)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    ...zones.flatMap((zone) => zoneComponent(zone, times(zone))),
    ...items.flatMap(eventLines),
    'END:VCALENDAR',
  ];
  return lines.map((line) => folded(line) + CRLF).join('');
}

function eventLines(item: CalendarItem): string[] {
  const { uid, sequence, changedAt, startsAt, endsAt, timeZone, cancelled, categories } = item;
  const stamp = utcOf(changedAt);
  const text = (property: string, value: string | null): string[] => (value ? [`${property}:${escaped(value)}`] : []);
  return [
    'BEGIN:VEVENT',
    `UID:${escaped(uid)}`,
    `DTSTAMP:${stamp}`,
    `LAST-MODIFIED:${stamp}`,
    `SEQUENCE:${sequence}`,
    `DTSTART;TZID=${timeZone}:${compact(localTimeOf(startsAt, timeZone))}`,
    ...(endsAt ? [`DTEND;TZID=${timeZone}:${compact(localTimeOf(endsAt, timeZone))}`] : []),
    `STATUS:${cancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    // Deadlines and meetings of others leave the reader's time free.
    'TRANSP:TRANSPARENT',
    ...text('SUMMARY', item.summary),
    ...text('DESCRIPTION', item.description),
    ...text('LOCATION', item.location),
    ...(categories.length > 0 ? [`CATEGORIES:${categories.map(escaped).join(',')}`] : []),
    'END:VEVENT',
  ];
}

/** An instant as 20260301T040000Z; seconds are the finest that the format knows. */
const utcOf = (instant: Date): string => `${compact(instant.toISOString())}Z`;

/** A TEXT value (section 3.3.11): backslash, semicolon and comma are escaped, breaks are written, other control characters left out. */
export const escaped = (text: string): string =>
  text
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n?|\n/g, '\\n')
    // eslint-disable-next-line no-control-regex -- exactly these are forbidden by section 3.1
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');

/** A content line in pieces of at most 75 octets, later ones behind a space; no character of UTF-8 is cut apart. */
export function folded(line: string): string {
  const pieces: string[] = [];
  let [piece, octets] = ['', 0];
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > LINE_OCTETS) {
      pieces.push(piece);
      // The space that begins a continuation counts.
      [piece, octets] = ['', 1];
    }
    piece += character;
    octets += size;
  }
  return [...pieces, piece].join(`${CRLF} `);
}
