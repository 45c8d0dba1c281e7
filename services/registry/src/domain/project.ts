import { sumBySource } from './source.ts';
import type { Source, SourceAmount } from './source.ts';

/** CANDIDATE: an application that may still win; it is not in the register and nobody sees it. */
export type ProjectStatus = 'CANDIDATE' | 'SUPPORTED' | 'PLANNED' | 'IN_PROGRESS' | 'COMPLETED';

/** Public facts of the admitted application, frozen when the project enters the register. */
export interface ProjectFacts {
  title: string;
  oktmo: string;
  category: string;
  totalCost: bigint;
  /** Plan by source; adds up to the total cost. */
  plan: SourceAmount[];
  /** Revision of the application that the facts are taken from. */
  revision: number;
  /** Project of a first tier that it came up from. */
  sourceId?: string | null;
}

/** What the contest said last. */
export interface ContestOutcome {
  winner: boolean;
  /** Version of the voting's result, from 1; 0 when the contest decided without a vote. */
  version: number;
  /** Sequence of the event, which orders decisions of one version. */
  sequence: number;
}

export interface ImplementationStage {
  code: string;
  title: string;
  /** ISO dates. */
  plannedStart: string;
  plannedEnd: string;
  finished: boolean;
}

export interface ProgressReport {
  id: string;
  publishedAt: Date;
  stage: string;
  text: string;
  percent: number;
  spent: SourceAmount[];
}

export interface ProjectState {
  contestId: string;
  status: ProjectStatus;
  facts?: ProjectFacts;
  outcome?: ContestOutcome;
  /** Projects of upper tiers that it goes on as, as long as they stand; states from before there could be several have one id. */
  raisedTo?: readonly string[] | string | null;
  /** Present while the project is in the register. */
  registeredAt?: Date;
  stages: ImplementationStage[];
  reports: ProgressReport[];
  acceptedOn?: string;
  actNumber?: string;
}

export type ProjectEvent =
  | { kind: 'ProjectRegistered' }
  | { kind: 'ProjectRemoved' }
  | { kind: 'ImplementationPlanned'; stages: number; plannedEnd: string }
  | { kind: 'ProgressReported'; reportId: string; percent: number; spentTotal: SourceAmount[] }
  | { kind: 'ProjectCompleted'; acceptedOn: string; spentTotal: SourceAmount[] };

export type ProjectCode =
  | 'NOT_FOUND'
  | 'STAGES_REQUIRED'
  | 'TOO_MANY_STAGES'
  | 'STAGE_CODE_INVALID'
  | 'STAGE_REPEATED'
  | 'DATES_INVALID'
  | 'TITLE_LENGTH'
  | 'PLAN_FIXED'
  | 'STAGE_UNKNOWN'
  | 'STAGE_FINISHED'
  | 'TEXT_LENGTH'
  | 'PERCENT_INVALID'
  | 'SOURCE_INVALID'
  | 'AMOUNT_INVALID'
  | 'OVERSPENT'
  | 'STAGES_UNFINISHED'
  | 'DATE_IN_FUTURE'
  | 'ACT_NUMBER_REQUIRED'
  | 'PROJECT_COMPLETED';

export function candidate(contestId: string): ProjectState {
  return { contestId, status: 'CANDIDATE', stages: [], reports: [] };
}

export function isRegistered(state: ProjectState): boolean {
  return state.status !== 'CANDIDATE';
}

/** Projects of upper tiers that it goes on as. */
export const raisedTo = (state: ProjectState): readonly string[] => [state.raisedTo ?? []].flat();

/** Whether it knows that it goes on as exactly these. */
export function goesOnAs(state: ProjectState, standing: readonly string[]): boolean {
  const known = new Set(raisedTo(state));
  return known.size === standing.length && standing.every((id) => known.has(id));
}

/** Whether it is in the register, as itself or as what it goes on as. */
export const stands = (state: ProjectState): boolean => isRegistered(state) || raisedTo(state).length > 0;

/** Money spent by all reports, by source. */
export function spentOf(state: ProjectState): SourceAmount[] {
  return sumBySource(state.reports.flatMap((report) => report.spent));
}

/** Readiness from the latest report; 0 before the first. */
export function percentOf(state: ProjectState): number {
  return state.reports.at(-1)?.percent ?? 0;
}

/** The plan of an application: as filed, or all of it municipal when nothing was said (imported ones). */
export function planOf(funding: readonly { source: Source; amount: bigint }[], totalCost: bigint): SourceAmount[] {
  const plan = sumBySource(funding);
  return plan.length > 0 ? plan : sumBySource([{ source: 'MUNICIPAL', amount: totalCost }]);
}
