import { covers } from '@veche/kit/domain/oktmo';

/** What the data shows: member of the initiative group, one organisation, the expert's own territory where the rules bar it. */
export type DetectedConflict = 'MEMBER' | 'ORGANISATION' | 'TERRITORY';

export interface Impartiality {
  expertId: string;
  organisationInn: string | null;
  territories: readonly string[];
}

export interface Concerned {
  memberIds: readonly string[];
  /** ИНН of the organisations that the application names. */
  organisationInns: readonly string[];
  oktmo: string;
}

/** The conflict of interest between an expert and an application; null where the data shows none. */
export function conflictOf(
  { expertId, organisationInn, territories }: Impartiality,
  { memberIds, organisationInns, oktmo }: Concerned,
  ownTerritoryBarred: boolean,
): DetectedConflict | null {
  if (memberIds.includes(expertId)) return 'MEMBER';
  if (organisationInn && organisationInns.includes(organisationInn)) return 'ORGANISATION';
  return ownTerritoryBarred && territories.some((scope) => covers(scope, oktmo)) ? 'TERRITORY' : null;
}

export const CONFLICT_REASONS: Readonly<Record<DetectedConflict, string>> = {
  MEMBER: 'Эксперт состоит в инициативной группе проекта.',
  ORGANISATION: 'Организация эксперта названа в заявке.',
  TERRITORY: 'Проект относится к территории эксперта.',
};
