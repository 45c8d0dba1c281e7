import { localDateOf, localTimeOf } from '@veche/kit/domain/calendar';
import { CalendarMissing, isProvisional, workingDaysBetween } from '@veche/kit/domain/working-calendar';
import type { CalendarRules } from './calendar.ts';
import type { Stage, StageType } from './contest.ts';

/** A change of state that the clock makes by itself. */
export interface Transition {
  stage: StageType;
  kind: 'OPENS' | 'CLOSES';
  at: Date;
  local: string;
  /** Whether it lies before the instant of asking. */
  passed: boolean;
  /** Whether the date is not worked in the region; null where no production calendar says so. */
  dayOff: boolean | null;
  /** Whether the production calendar of the year awaits its decree, so that counted dates may still move. */
  provisional: boolean;
  /** At the end of a stage: the working days in it; null where no production calendar says so, and at a start. */
  workingDays: number | null;
}

/** Every transition of a plan in the order in which the clock makes them. */
export function transitionsOf(stages: readonly Stage[], rules: CalendarRules, now: Date): Transition[] {
  return stages.flatMap((stage) => [
    boundary(stage, 'OPENS', stage.opensAt, rules, now),
    boundary(stage, 'CLOSES', stage.closesAt, rules, now),
  ]);
}

function boundary(stage: Stage, kind: Transition['kind'], at: Date, rules: CalendarRules, now: Date): Transition {
  const { timeZone, regionalHolidays = [] } = rules;
  // A stage that ends at midnight ends with the day before.
  const date = localDateOf(kind === 'OPENS' ? at : new Date(at.getTime() - 1), timeZone);
  const first = localDateOf(stage.opensAt, timeZone);
  return {
    stage: stage.type,
    kind,
    at,
    local: localTimeOf(at, timeZone),
    passed: at <= now,
    dayOff: known(() => workingDaysBetween(date, date, regionalHolidays) === 0),
    provisional: known(() => isProvisional(date)) ?? true,
    workingDays: kind === 'CLOSES' ? known(() => workingDaysBetween(first, date, regionalHolidays)) : null,
  };
}

function known<T>(answer: () => T): T | null {
  try {
    return answer();
  } catch (error) {
    if (error instanceof CalendarMissing) return null;
    throw error;
  }
}
