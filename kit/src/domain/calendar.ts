import { DateTime, IANAZone } from 'luxon';

/**
 * Contest calendars are written in local wall time of an IANA zone and compared as UTC instants. A local time that a
 * clock change skips or repeats is refused, never guessed: a deadline must mean one instant.
 */
export type LocalTimeProblem = 'UNKNOWN_ZONE' | 'LOCAL_TIME_MALFORMED' | 'LOCAL_TIME_SKIPPED' | 'LOCAL_TIME_AMBIGUOUS';

export class LocalTimeError extends RangeError {
  readonly code: LocalTimeProblem;
  constructor(code: LocalTimeProblem) {
    super(code);
    this.name = 'LocalTimeError';
    this.code = code;
  }
}

const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/;

/** The platform looks a zone up slowly, and a vote asks for the day in its zone each time. */
const zones = new Map<string, boolean>();
const ZONES_KEPT = 1_000;

export function isZone(zone: string): boolean {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  const valid = IANAZone.isValidZone(zone);
  // Whoever asks for ever new names must not fill the memory.
  if (zones.size < ZONES_KEPT) zones.set(zone, valid);
  return valid;
}

/** The instant of a local time, or why there is not exactly one. "2026-03-01T09:00" and with seconds. */
export function tryInstantOf(
  local: string,
  zone: string,
): { ok: true; instant: Date } | { ok: false; code: LocalTimeProblem } {
  if (!isZone(zone)) return { ok: false, code: 'UNKNOWN_ZONE' };
  const parsed = LOCAL.test(local) ? DateTime.fromISO(local, { zone }) : null;
  if (!parsed?.isValid) return { ok: false, code: 'LOCAL_TIME_MALFORMED' };
  if (parsed.toFormat("yyyy-MM-dd'T'HH:mm:ss") !== (local.length === 16 ? `${local}:00` : local)) {
    return { ok: false, code: 'LOCAL_TIME_SKIPPED' };
  }
  if (parsed.getPossibleOffsets().length > 1) return { ok: false, code: 'LOCAL_TIME_AMBIGUOUS' };
  return { ok: true, instant: parsed.toJSDate() };
}

/** The instant of a local time; throws LocalTimeError when there is not exactly one. */
export function instantOf(local: string, zone: string): Date {
  const result = tryInstantOf(local, zone);
  if (!result.ok) throw new LocalTimeError(result.code);
  return result.instant;
}

/** The wall time of an instant in a zone, "2026-03-01T09:00:00". */
export function localTimeOf(instant: Date, zone: string): string {
  return zoned(instant, zone).toFormat("yyyy-MM-dd'T'HH:mm:ss");
}

/** The calendar date of an instant in a zone, "2026-03-01". */
export function localDateOf(instant: Date, zone: string): string {
  const minute = Math.floor(instant.getTime() / 60_000);
  const known = dates.get(zone);
  if (known?.minute === minute) return known.date;
  const date = zoned(instant, zone).toFormat('yyyy-MM-dd');
  if (dates.size < ZONES_KEPT) dates.set(zone, { minute, date });
  return date;
}

/** No zone of today changes its date within a minute, and on the last evening each vote asks for the same one. */
const dates = new Map<string, { minute: number; date: string }>();

/** How far the wall time of a zone is ahead of UTC at an instant, minutes. */
export const offsetOf = (instant: Date, zone: string): number => zoned(instant, zone).offset;

/** For people, in Russian: "1 марта 2026 г., 09:00". */
export function formatInstant(instant: Date, zone: string): string {
  return zoned(instant, zone).setLocale('ru').toFormat("d MMMM yyyy 'г.', HH:mm");
}

/** A date as papers write it: "2026-03-01" as "01.03.2026". */
export const shortDate = (date: string): string => date.split('-').toReversed().join('.');

/** Full years on a local date, both as "2008-02-29"; the birthday itself already counts. */
export function ageOn(birthdate: string, date: string): number {
  const [by, bm, bd] = birthdate.split('-').map(Number) as [number, number, number];
  const [y, m, d] = date.split('-').map(Number) as [number, number, number];
  return y - by - (m < bm || (m === bm && d < bd) ? 1 : 0);
}

/** Midnight-to-midnight days added in the zone, so a day with a clock change stays one day. */
export function plusDays(instant: Date, days: number, zone: string): Date {
  return zoned(instant, zone).plus({ days }).toJSDate();
}

function zoned(instant: Date, zone: string): DateTime {
  if (!isZone(zone)) throw new LocalTimeError('UNKNOWN_ZONE');
  return DateTime.fromJSDate(instant, { zone });
}
