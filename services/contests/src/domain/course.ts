import { stageName, titleOf } from './agenda/words.ts';
import type { Contest, StageType } from './contest.ts';
import type { Meeting } from './meetings/meeting.ts';

export interface CourseEntry {
  at: Date;
  kind: 'PUBLISHED' | 'STAGE_OPENS' | 'STAGE_CLOSES' | 'MEETING' | 'CHANGED' | 'DECIDED';
  title: string;
  passed: boolean;
  stage: StageType | null;
  reason: string | null;
  meetingId: string | null;
}

/** The course of a published contest: what was and what is to come. `decided`: when the outcome reached the first of its applications. */
export function courseOf(
  { stages, publishedAt, amendments }: Contest,
  meetings: readonly { id: string; state: Meeting }[],
  decided: Date | null,
  now: Date,
): CourseEntry[] {
  const entry = (kind: CourseEntry['kind'], at: Date, title: string, more: Partial<CourseEntry> = {}): CourseEntry => ({
    at,
    kind,
    title,
    passed: at <= now,
    stage: null,
    reason: null,
    meetingId: null,
    ...more,
  });
  const entries = [
    ...(publishedAt ? [entry('PUBLISHED', publishedAt, 'Конкурс опубликован')] : []),
    ...stages.flatMap(({ type, opensAt, closesAt }) => [
      entry('STAGE_OPENS', opensAt, `${stageName(type)}: начало`, { stage: type }),
      entry('STAGE_CLOSES', closesAt, `${stageName(type)}: окончание`, { stage: type }),
    ]),
    ...amendments.map(({ at, reason }) => entry('CHANGED', at, 'Изменены правила или сроки', { reason })),
    ...meetings.map(({ id, state }) =>
      entry('MEETING', state.startsAt, titleOf({ kind: 'MEETING', stage: null }, state), {
        meetingId: id,
        reason: state.cancelled?.reason ?? null,
      }),
    ),
    ...(decided ? [entry('DECIDED', decided, 'Итоги отбора дошли до заявок')] : []),
  ];
  return entries.toSorted((one, other) => one.at.getTime() - other.at.getTime());
}
