import { isZone, tryInstantOf } from '@veche/kit/domain/calendar';
import type { Rejection } from '@veche/kit/domain/decision';
import { STAGE_PLACES, type ContestCode, type Stage, type StageType } from './contest.ts';

/** A stage as the organiser writes it: wall time of the contest's zone. */
export interface StageDraft {
  type: StageType;
  opensLocal: string;
  closesLocal: string;
}

type Checked = { stages: Stage[]; rejection: null } | { stages: null; rejection: Rejection<ContestCode> };

const refuse = (code: ContestCode, index: number): Checked => ({
  stages: null,
  rejection: { code, path: ['stages', String(index)] },
});

/**
 * Turns wall time into instants and checks the plan: each stage once, in the order of the life cycle, none ending before it begins,
 * none beginning before the one before it ends. A local time that the change of clocks skips or repeats is refused.
 */
export function planStages(drafts: readonly StageDraft[], zone: string): Checked {
  if (!isZone(zone)) return { stages: null, rejection: { code: 'TIME_ZONE_UNKNOWN', path: ['timeZone'] } };
  const stages: Stage[] = [];
  for (const [index, draft] of drafts.entries()) {
    const opens = tryInstantOf(draft.opensLocal, zone);
    const closes = tryInstantOf(draft.closesLocal, zone);
    if (!opens.ok || !closes.ok) return refuse('LOCAL_TIME_INVALID', index);
    const stage: Stage = { ...draft, opensAt: opens.instant, closesAt: closes.instant };
    if (!follows(stages, stage)) return refuse('STAGES_INVALID', index);
    stages.push(stage);
  }
  return { stages, rejection: null };
}

function follows(before: readonly Stage[], stage: Stage): boolean {
  if (stage.closesAt <= stage.opensAt) return false;
  const previous = before.at(-1);
  if (!previous) return true;
  const inOrder = STAGE_PLACES[stage.type] >= STAGE_PLACES[previous.type];
  return inOrder && before.every(({ type }) => type !== stage.type) && stage.opensAt >= previous.closesAt;
}

/** "2026-02-29" has the shape of a date and is none. */
export function isIsoDate(text: string): boolean {
  const instant = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return instant !== null && !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text);
}
