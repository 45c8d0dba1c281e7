import { instantOf, localDateOf } from '@veche/kit/domain/calendar';
import { hasCalendar, lastDayOf, nextDay } from '@veche/kit/domain/working-calendar';

/**
 * The first moment after the term of an appeal: midnight after the last of `days` working days, counted from the day after the decision; null
 * where there is no appeal. Where no production calendar of the year is known, every day of the week from Monday to Friday counts.
 */
export function appealEnd(decidedAt: Date, days: number, timeZone: string): Date | null {
  if (days === 0) return null;
  const from = localDateOf(decidedAt, timeZone);
  const year = Number(from.slice(0, 4));
  const known = hasCalendar(year) && hasCalendar(year + 1);
  const last = known ? lastDayOf({ amount: days, unit: 'WORKING_DAY' }, from) : weekdayAfter(from, days);
  return instantOf(`${nextDay(last)}T00:00:00`, timeZone);
}

function weekdayAfter(from: string, days: number): string {
  let day = from;
  for (let left = days; left > 0;) {
    day = nextDay(day);
    if (![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())) left -= 1;
  }
  return day;
}
