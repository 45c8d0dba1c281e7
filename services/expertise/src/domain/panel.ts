import { accept, reject, type Decision } from '@veche/kit/domain/decision';

/** Experts of one contest; the id of the aggregate is the contest. */
export interface Panel {
  expertIds: readonly string[];
}

export type PanelCode = 'EXPERTS_REQUIRED' | 'NOT_IN_POOL' | 'NO_ADMITTED_APPLICATIONS';

export interface Appointment {
  expertIds: readonly string[];
  /** Who of them is in the pool. */
  pool: ReadonlySet<string>;
  /** How many applications are admitted to the contest. */
  admitted: number;
}

/** Appoints experts to a contest beside those who are there; nobody is told yet, the sheets do that. */
export function appointExperts(
  panel: Panel,
  { expertIds, pool, admitted }: Appointment,
): Decision<Panel, never, PanelCode> {
  if (expertIds.length === 0) return reject('EXPERTS_REQUIRED', ['expertIds']);
  const stranger = expertIds.findIndex((id) => !pool.has(id));
  if (stranger >= 0) return reject('NOT_IN_POOL', ['expertIds', String(stranger)]);
  if (admitted === 0) return reject('NO_ADMITTED_APPLICATIONS');
  return accept({ expertIds: [...new Set([...panel.expertIds, ...expertIds])] });
}
