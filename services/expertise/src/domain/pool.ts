import { accept, reject, type Decision } from '@veche/kit/domain/decision';

/** An expert of the pool; the id of the aggregate is the person. */
export interface Expert {
  /** Areas of competence; empty: all. */
  competences: readonly string[];
}

const COMPETENCES: ReadonlySet<string> = new Set(
  (
    'ROAD BRIDGE LIGHTING WATER DRAINAGE PLAYGROUND SPORT YARD PARK PUBLIC_SPACE WASTE CEMETERY MEMORIAL CULTURE EDUCATION HEALTH YOUTH EVENT ' +
    'DIGITAL EQUIPMENT FIRE_SAFETY ACCESSIBILITY ECOLOGY HERITAGE TOURISM OTHER'
  ).split(' '),
);

export type PoolEvent = { kind: 'ExpertJoined' };

/** Joins the pool, or changes the areas of competence. */
export function joinPool(
  expert: Expert,
  competences: readonly string[],
): Decision<Expert, PoolEvent, 'COMPETENCE_UNKNOWN'> {
  const unknown = competences.findIndex((code) => !COMPETENCES.has(code));
  if (unknown >= 0) return reject('COMPETENCE_UNKNOWN', ['competences', String(unknown)]);
  return accept({ ...expert, competences: [...new Set(competences)] }, { kind: 'ExpertJoined' });
}
