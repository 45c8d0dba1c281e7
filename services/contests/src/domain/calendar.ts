import { isZone, localDateOf, tryInstantOf } from '@veche/kit/domain/calendar';
import type { Rejection } from '@veche/kit/domain/decision';
import {
  CalendarMissing,
  hasCalendar,
  lastDayOf,
  nextDay,
  type RegionalHoliday,
  type Term,
} from '@veche/kit/domain/working-calendar';
import { STAGE_PLACES, type ContestCode, type Stage, type StageType } from './contest.ts';

/**
 * A stage as the organiser writes it, in wall time of the contest's zone. Without a start it follows the stage before it; its end is a
 * time or a term.
 */
export interface StageDraft {
  type: StageType;
  opensLocal?: string | null;
  closesLocal?: string | null;
  term?: Term | null;
}

/** What dates are counted by. */
export interface CalendarRules {
  timeZone: string;
  regionalHolidays?: readonly RegionalHoliday[];
}

type Refused = { stages: null; rejection: Rejection<ContestCode> };
type Checked = { stages: Stage[]; rejection: null } | Refused;
type Params = Rejection<ContestCode>['params'];

const refuse = (code: ContestCode, path: readonly (string | number)[], params?: Params): Refused => ({
  stages: null,
  rejection: { code, path: path.map(String), ...(params ? { params } : {}) },
});

const TERM = { min: 1, max: 1000 };

/**
 * Turns wall time and terms into instants and checks the plan: each stage once, in the order of the life cycle, none ending before it begins,
 * none beginning before the one before it ends. A local time that the change of clocks skips or repeats is refused, and so is a term that
 * reaches into a year without production calendar.
 */
export function planStages(drafts: readonly StageDraft[], rules: CalendarRules): Checked {
  if (!isZone(rules.timeZone)) return refuse('TIME_ZONE_UNKNOWN', ['timeZone']);
  const holidays = holidayProblem(rules.regionalHolidays ?? []);
  if (holidays) return holidays;
  const stages: Stage[] = [];
  for (const [index, draft] of drafts.entries()) {
    if (stages.some(({ type }) => type === draft.type)) return refuse('STAGES_INVALID', ['stages', index]);
    const planned = planStage(draft, index, stages.at(-1), rules);
    if (planned.stages === null) return planned;
    const [stage] = planned.stages as [Stage];
    const misplaced = orderProblem(stage, index, stages);
    if (misplaced) return misplaced;
    stages.push(stage);
  }
  return { stages, rejection: null };
}

const HOLIDAYS_MAX = 100;

/** A holiday needs the calendar of its year: without it nobody can say which days around it are worked. */
function holidayProblem(holidays: readonly RegionalHoliday[]): Refused | null {
  if (holidays.length > HOLIDAYS_MAX) return refuse('HOLIDAY_INVALID', ['regionalHolidays'], { max: HOLIDAYS_MAX });
  for (const [index, { date, title }] of holidays.entries()) {
    const at = ['regionalHolidays', index];
    if (!isIsoDate(date)) return refuse('HOLIDAY_INVALID', [...at, 'date'], { max: HOLIDAYS_MAX });
    const titled = title.trim() !== '' && title.length <= 200;
    if (!titled) return refuse('HOLIDAY_INVALID', [...at, 'title'], { max: HOLIDAYS_MAX });
    const year = Number(date.slice(0, 4));
    if (!hasCalendar(year)) return refuse('CALENDAR_MISSING', [...at, 'date'], { year });
  }
  return null;
}

function planStage(draft: StageDraft, index: number, previous: Stage | undefined, rules: CalendarRules): Checked {
  const at = ['stages', index];
  const opensLocal = draft.opensLocal ?? previous?.closesLocal;
  if (!opensLocal) return refuse('STAGES_INVALID', [...at, 'opensLocal']);
  const opens = tryInstantOf(opensLocal, rules.timeZone);
  if (!opens.ok) return refuse('LOCAL_TIME_INVALID', [...at, 'opensLocal']);
  const end = endOf(draft, opens.instant, rules);
  if (typeof end !== 'string') return refuse(end.code, [...at, end.field], end.params);
  const closes = tryInstantOf(end, rules.timeZone);
  if (!closes.ok) return refuse('LOCAL_TIME_INVALID', [...at, 'closesLocal']);
  const times = { opensLocal, closesLocal: end, opensAt: opens.instant, closesAt: closes.instant };
  const stage: Stage = { type: draft.type, ...times, follows: !draft.opensLocal, term: draft.term ?? null };
  return { stages: [stage], rejection: null };
}

type EndProblem = { code: ContestCode; field: string; params?: Params };

function endOf({ closesLocal, term }: StageDraft, opensAt: Date, rules: CalendarRules): string | EndProblem {
  if (!term) return closesLocal ?? { code: 'STAGES_INVALID', field: 'closesLocal' };
  if (closesLocal) return { code: 'STAGES_INVALID', field: 'term' };
  return endOfTerm(term, opensAt, rules);
}

/** Midnight after the last day of a term (Civil Code article 194) that begins the day after an instant, in wall time. */
export function endOfTerm(term: Term, from: Date, rules: CalendarRules): string | EndProblem {
  const { amount } = term;
  if (!Number.isInteger(amount) || amount < TERM.min || amount > TERM.max)
    return { code: 'TERM_INVALID', field: 'term', params: TERM };
  try {
    const last = lastDayOf(term, localDateOf(from, rules.timeZone), rules.regionalHolidays);
    return `${nextDay(last)}T00:00:00`;
  } catch (error) {
    if (!(error instanceof CalendarMissing)) throw error;
    return { code: 'CALENDAR_MISSING', field: 'term', params: { year: error.year } };
  }
}

function orderProblem(stage: Stage, index: number, before: readonly Stage[]): Refused | null {
  const previous = before.at(-1);
  if (stage.closesAt <= stage.opensAt) return refuse('STAGES_INVALID', ['stages', index, 'closesLocal']);
  if (!previous) return null;
  const early =
    STAGE_PLACES[stage.type] < STAGE_PLACES[previous.type] ||
    (stage.type === 'PUBLIC_ASSESSMENT' && before.some(({ type }) => type === 'EXPERTISE'));
  if (early) return refuse('STAGE_BEFORE_PREDECESSOR', ['stages', index, 'type']);
  return stage.opensAt < previous.closesAt ? refuse('STAGE_BEFORE_PREDECESSOR', ['stages', index, 'opensLocal']) : null;
}

/** A planned stage as its organiser wrote it; what an instant has passed keeps the time that was announced. */
export const draftOf = (
  { type, opensLocal, closesLocal, opensAt, closesAt, ...rule }: Stage,
  now?: Date,
): StageDraft => {
  const follows = rule.follows === true && !(now && opensAt <= now);
  const term = now && closesAt <= now ? null : (rule.term ?? null);
  return { type, opensLocal: follows ? null : opensLocal, closesLocal: term ? null : closesLocal, term };
};

/** "2026-02-29" has the shape of a date and is none. */
export function isIsoDate(text: string): boolean {
  const instant = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return instant !== null && !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text);
}
