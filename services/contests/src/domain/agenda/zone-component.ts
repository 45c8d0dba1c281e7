import { offsetOf } from '@veche/kit/domain/calendar';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** "2026-03-01T09:00:00" as 20260301T090000; what comes after the seconds is left out. */
export const compact = (time: string): string => time.slice(0, 19).replace(/[-:]/g, '');

/** A change of a zone's clocks. */
interface Change {
  at: Date;
  before: number;
  after: number;
}

/**
 * The VTIMEZONE of a zone (RFC 5545 section 3.6.5) for some instants: the offset that holds before the first of them, and every change of
 * the clocks until the last one, each as an observance of its own.
 */
export function zoneComponent(zone: string, instants: readonly Date[]): string[] {
  const times = instants.map((instant) => instant.getTime());
  // Wall times beside a change are read with the day around them.
  const [from, to] = [Math.min(...times) - DAY_MS, Math.max(...times) + DAY_MS];
  const first = offsetOf(new Date(from), zone);
  return [
    'BEGIN:VTIMEZONE',
    `TZID:${zone}`,
    ...observance({ at: new Date(from), before: first, after: first }, '19700101T000000'),
    ...changesOf(zone, from, to).flatMap((change) => observance(change)),
    'END:VTIMEZONE',
  ];
}

function observance({ at, before, after }: Change, since?: string): string[] {
  // The onset is written in the wall time that held until then.
  const onset = since ?? compact(new Date(at.getTime() + before * MINUTE_MS).toISOString());
  const name = after > before ? 'DAYLIGHT' : 'STANDARD';
  return [
    `BEGIN:${name}`,
    `DTSTART:${onset}`,
    `TZOFFSETFROM:${offsetText(before)}`,
    `TZOFFSETTO:${offsetText(after)}`,
    `END:${name}`,
  ];
}

/** Every change of the clocks between two instants, to the minute. */
function changesOf(zone: string, from: number, to: number): Change[] {
  const offset = (time: number): number => offsetOf(new Date(time), zone);
  const changes: Change[] = [];
  for (let time = from; time < to; time += DAY_MS) {
    const [before, after] = [offset(time), offset(time + DAY_MS)];
    if (before !== after) changes.push({ at: new Date(changeBetween(offset, time, time + DAY_MS)), before, after });
  }
  return changes;
}

/** The first minute of the new offset, by halving. */
function changeBetween(offset: (time: number) => number, early: number, late: number): number {
  let [low, high] = [Math.floor(early / MINUTE_MS), Math.ceil(late / MINUTE_MS)];
  const before = offset(early);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle * MINUTE_MS) === before) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
}

/** Minutes as +0500. */
function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}
