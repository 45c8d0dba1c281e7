import { HOLIDAYS, PRODUCTION_YEARS } from './production-calendar.ts';

/** A length of time as regulations write it. */
export interface Term {
  amount: number;
  unit: 'WORKING_DAY' | 'CALENDAR_DAY';
}

/** A day off that an act of the region adds. */
export interface RegionalHoliday {
  /** ISO date. */
  date: string;
  title: string;
}

/** Thrown for a day of a year whose production calendar is not bundled: nobody can say whether it is worked. */
export class CalendarMissing extends RangeError {
  readonly year: number;
  constructor(year: number) {
    super(`no production calendar of ${year}`);
    this.name = 'CalendarMissing';
    this.year = year;
  }
}

interface Year {
  off: ReadonlySet<string>;
  worked: ReadonlySet<string>;
  provisional: boolean;
}

const years = new Map<number, Year>();

function yearOf(year: number): Year {
  const known = years.get(year);
  if (known) return known;
  const given = PRODUCTION_YEARS[year];
  if (!given) throw new CalendarMissing(year);
  const off = new Set([...HOLIDAYS, ...given.moved.map(([, to]) => to)]);
  const worked = new Set(given.moved.map(([from]) => from).filter((day) => !HOLIDAYS.includes(day)));
  const moved = new Set(given.moved.map(([from]) => from));
  // Article 112 part 2: the day off that falls on a holiday goes to the next working day, unless the decree moved it.
  for (const day of HOLIDAYS.slice(8).filter((holiday) => isWeekend(`${year}-${holiday}`) && !moved.has(holiday))) {
    let next = plus(`${year}-${day}`, 1);
    while (isWeekend(next) || off.has(next.slice(5))) next = plus(next, 1);
    off.add(next.slice(5));
  }
  const made = { off, worked, provisional: given.act === null };
  years.set(year, made);
  return made;
}

const DAY_MS = 86_400_000;
const plus = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
const isWeekend = (date: string): boolean => [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());

export const hasCalendar = (year: number): boolean => PRODUCTION_YEARS[year] !== undefined;

/** Whether the calendar of the year of an ISO date awaits its decree. Throws CalendarMissing. */
export const isProvisional = (date: string): boolean => yearOf(Number(date.slice(0, 4))).provisional;

/** Whether an ISO date is worked in a five-day week. Throws CalendarMissing. */
export function isWorkingDay(date: string, regional: readonly RegionalHoliday[] = []): boolean {
  const { off, worked } = yearOf(Number(date.slice(0, 4)));
  const day = date.slice(5);
  if (off.has(day) || regional.some((holiday) => holiday.date === date)) return false;
  return worked.has(day) || !isWeekend(date);
}

/**
 * The last day of a term that begins the day after `date` (Civil Code articles 191 and 193): a term of calendar days that ends on a day
 * off ends on the next working day. Throws CalendarMissing.
 */
export function lastDayOf({ amount, unit }: Term, date: string, regional: readonly RegionalHoliday[] = []): string {
  if (unit === 'CALENDAR_DAY') {
    let day = plus(date, amount);
    while (!isWorkingDay(day, regional)) day = plus(day, 1);
    return day;
  }
  let day = date;
  for (let left = amount; left > 0; left -= isWorkingDay(day, regional) ? 1 : 0) day = plus(day, 1);
  return day;
}

/** Working days from one ISO date to another, both included. Throws CalendarMissing. */
export function workingDaysBetween(from: string, to: string, regional: readonly RegionalHoliday[] = []): number {
  let days = 0;
  for (let day = from; day <= to; day = plus(day, 1)) days += isWorkingDay(day, regional) ? 1 : 0;
  return days;
}

/** The date after an ISO date. */
export const nextDay = (date: string): string => plus(date, 1);
