import { instantOf, localDateOf } from '@veche/kit/domain/calendar';
import { CalendarMissing, lastDayOf, nextDay } from '@veche/kit/domain/working-calendar';

/**
 * The first moment after the term of an appeal: midnight after the last of `days` working days, counted from the day after the decision; null
 * where there is no appeal. Where the term reaches into a year whose production calendar is not known, every day of the week from Monday to
 * Friday counts.
 */
export function appealEnd(decidedAt: Date, days: number, timeZone: string): Date | null {
  if (days === 0) return null;
  const from = localDateOf(decidedAt, timeZone);
  return instantOf(`${nextDay(lastWorkingDay(from, days))}T00:00:00`, timeZone);
}

function lastWorkingDay(from: string, amount: number): string {
  try {
    return lastDayOf({ amount, unit: 'WORKING_DAY' }, from);
  } catch (error) {
    if (!(error instanceof CalendarMissing)) throw error;
    return weekdayAfter(from, amount);
  }
}

function weekdayAfter(from: string, days: number): string {
  let day = from;
  for (let left = days; left > 0;) {
    day = nextDay(day);
    if (![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())) left -= 1;
  }
  return day;
}
