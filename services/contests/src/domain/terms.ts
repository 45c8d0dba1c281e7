import { instantOf, localDateOf } from '@veche/kit/domain/calendar';
import { CalendarMissing, lastDayOf, nextDay, type Term } from '@veche/kit/domain/working-calendar';
import type { Application } from './application.ts';
import { stageOf, type Contest } from './contest.ts';

/** Terms that the first filing starts; null where the rules of the contest know none. Each is the instant by which it is to be done. */
export interface Terms {
  publishBy: Date | null;
  decideBy: Date | null;
}

/** 131-ФЗ article 26.1: publication within three working days, comments for at least five, a decision within thirty days. */
const PUBLICATION: Term = { amount: 3, unit: 'WORKING_DAY' };
const COMMENTS: Term = { amount: 5, unit: 'WORKING_DAY' };
const DECISION: Term = { amount: 30, unit: 'CALENDAR_DAY' };

/** The terms of an application that is filed at an instant. Where the region's money sets the rules, the stage of the check is the term. */
export function termsOf(contest: Contest, filedAt: Date): Terms {
  if (contest.legalRegime === 'RU_REGIONAL')
    return { publishBy: null, decideBy: stageOf(contest, 'ADMISSION')?.closesAt ?? null };
  return { publishBy: endOf(PUBLICATION, filedAt, contest), decideBy: endOf(DECISION, filedAt, contest) };
}

/** How long residents may comment on what is published at an instant. */
export const commentsEnd = (contest: Contest, publishedAt: Date): Date | null => endOf(COMMENTS, publishedAt, contest);

/** The midnight that ends the last day of a term, in the zone of the contest; null in a year without production calendar. */
function endOf(term: Term, from: Date, { timeZone, regionalHolidays }: Contest): Date | null {
  try {
    const last = lastDayOf(term, localDateOf(from, timeZone), regionalHolidays ?? []);
    return instantOf(`${nextDay(last)}T00:00:00`, timeZone);
  } catch (error) {
    if (error instanceof CalendarMissing) return null;
    throw error;
  }
}

/** When the officials have to do something about an application next; null when nothing is expected of them. */
export function dueOf({ status, terms, publishedAt, answerBy }: Application): Date | null {
  const publishBy = publishedAt ? null : (terms?.publishBy ?? null);
  if (status === 'SUBMITTED') return earliest(publishBy, terms?.decideBy ?? null);
  // What the initiators have not answered in their term is for the officials to decide again.
  return status === 'RETURNED' ? earliest(publishBy, answerBy) : null;
}

const earliest = (...dates: (Date | null)[]): Date | null =>
  dates.filter((date) => date !== null).toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null;
