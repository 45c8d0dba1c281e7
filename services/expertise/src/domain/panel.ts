import { accept, reject, type Decision } from '@veche/kit/domain/decision';

/** How a contest is assessed; fixed once a sheet was given. */
export interface PanelRules {
  /** Experts see facts of a project without its number and its applicant. */
  blind: boolean;
  /** An expert does not assess projects of the own territory. */
  ownTerritoryBarred: boolean;
  /** Hours after the end of the stage in which a sheet is still taken, marked as late; 0: none. */
  lateHours: number;
  /** Final sheets that each application must have. */
  minSheets: number;
}

export const DEFAULT_RULES: PanelRules = { blind: false, ownTerritoryBarred: false, lateHours: 0, minSheets: 1 };

export interface Replacement {
  expertId: string;
  successorId: string;
  reason: string;
  at: Date;
}

/** Experts of one contest; the id of the aggregate is the contest. */
export interface Panel {
  expertIds: readonly string[];
  rules: PanelRules | null;
  replacements: readonly Replacement[];
}

export const NO_PANEL: Panel = { expertIds: [], rules: null, replacements: [] };

/** Panels from before there were rules have none. */
export const rulesOf = (panel: Pick<Panel, 'rules'> | null | undefined): PanelRules => ({
  ...DEFAULT_RULES,
  ...panel?.rules,
});

export type PanelCode =
  | 'EXPERTS_REQUIRED'
  | 'NOT_IN_POOL'
  | 'NO_ADMITTED_APPLICATIONS'
  | 'RULES_FIXED'
  | 'RULES_INVALID'
  | 'REASON_REQUIRED';

type Result = Decision<Panel, never, PanelCode>;

export interface Appointment {
  expertIds: readonly string[];
  /** Who of them is in the pool and has consented. */
  pool: ReadonlySet<string>;
  /** How many applications are admitted to the contest. */
  admitted: number;
}

/** Appoints experts to a contest beside those who are there; nobody is told yet, the sheets do that. */
export function appointExperts(panel: Panel, { expertIds, pool, admitted }: Appointment): Result {
  if (expertIds.length === 0) return reject('EXPERTS_REQUIRED', ['expertIds']);
  const stranger = expertIds.findIndex((id) => !pool.has(id));
  if (stranger >= 0) return reject('NOT_IN_POOL', ['expertIds', String(stranger)]);
  if (admitted === 0) return reject('NO_ADMITTED_APPLICATIONS');
  return accept({ ...panel, expertIds: [...new Set([...panel.expertIds, ...expertIds])] });
}

const LIMITS = { lateHours: 240, minSheets: 100 };

/** Sets the rules; `given` is how many sheets there are already. */
export function setRules(panel: Panel, rules: PanelRules, given: number): Result {
  if (given > 0) return reject('RULES_FIXED');
  const { lateHours, minSheets } = rules;
  if (lateHours < 0 || lateHours > LIMITS.lateHours) return reject('RULES_INVALID', ['lateHours']);
  if (minSheets < 1 || minSheets > LIMITS.minSheets) return reject('RULES_INVALID', ['minSheets']);
  return accept({ ...panel, rules });
}

const REASON_MIN = 10;

/** What the replacement of an expert depends on beside the panel. */
export interface Standing {
  /** Whether the one who goes has a sheet of the contest that nobody took over, however it was given. */
  assigned: boolean;
  pool: ReadonlySet<string>;
}

/** Puts another expert of the pool in the place of one; the open sheets follow. */
export function replaceExpert(panel: Panel, replacement: Replacement, { assigned, pool }: Standing): Result {
  const { expertId, successorId } = replacement;
  if (!pool.has(successorId) || successorId === expertId) return reject('NOT_IN_POOL', ['successorId']);
  if (!assigned) return reject('NOT_IN_POOL', ['expertId']);
  const reason = replacement.reason.trim();
  if (reason.length < REASON_MIN) return reject('REASON_REQUIRED', ['reason'], { min: REASON_MIN });
  return accept({
    ...panel,
    expertIds: [...new Set([...panel.expertIds.filter((id) => id !== expertId), successorId])],
    replacements: [...(panel.replacements ?? []), { ...replacement, reason }],
  });
}
