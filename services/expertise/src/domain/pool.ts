import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import { isOktmo } from '@veche/kit/domain/oktmo';
import { isInn } from '@veche/kit/domain/requisites';

/** INVITED: an organiser asked, the person has not answered. ACTIVE: the person consented. */
export type ExpertState = 'INVITED' | 'ACTIVE' | 'DECLINED' | 'LEFT';

/** An expert of the pool; the id of the aggregate is the person. */
export interface Expert {
  state: ExpertState;
  /** Areas of competence; empty: all. */
  competences: readonly string[];
  /** ИНН of the organisation of which the person is. */
  organisationInn: string | null;
  /** ОКТМО of the places in which the person lives or works. */
  territories: readonly string[];
  /** When the person agreed to be an expert. */
  consentedAt: Date | null;
}

export const NEWCOMER: Expert = {
  state: 'INVITED',
  competences: [],
  organisationInn: null,
  territories: [],
  consentedAt: null,
};

export const COMPETENCES: ReadonlySet<string> = new Set(
  (
    'ROAD BRIDGE LIGHTING WATER DRAINAGE PLAYGROUND SPORT YARD PARK PUBLIC_SPACE WASTE CEMETERY MEMORIAL CULTURE EDUCATION HEALTH YOUTH EVENT ' +
    'DIGITAL EQUIPMENT FIRE_SAFETY ACCESSIBILITY ECOLOGY HERITAGE TOURISM OTHER'
  ).split(' '),
);

export type PoolEvent = { kind: 'ExpertJoined' } | { kind: 'ExpertInvited' } | { kind: 'ExpertLeft' };
export type PoolCode = 'COMPETENCE_UNKNOWN' | 'ORGANISATION_INVALID' | 'TERRITORY_INVALID' | 'ALREADY_IN_POOL';

/** What a person says of himself; null or absent keeps what was said before. */
export interface Profile {
  competences: readonly string[];
  organisationInn?: string | null;
  territories?: readonly string[] | null;
}

type Result = Decision<Expert, PoolEvent, PoolCode>;

function profileProblem({ competences, organisationInn, territories }: Profile): Result | null {
  const unknown = competences.findIndex((code) => !COMPETENCES.has(code));
  if (unknown >= 0) return reject('COMPETENCE_UNKNOWN', ['competences', String(unknown)]);
  if (organisationInn && !(organisationInn.length === 10 && isInn(organisationInn)))
    return reject('ORGANISATION_INVALID', ['organisationInn']);
  const place = (territories ?? []).findIndex((code) => !isOktmo(code));
  return place < 0 ? null : reject('TERRITORY_INVALID', ['territories', String(place)]);
}

/** Joins the pool, which is the consent of the person, or changes what was said; answers an invitation too. */
export function joinPool(expert: Expert, profile: Profile, now: Date): Result {
  const problem = profileProblem(profile);
  if (problem) return problem;
  const joined: Expert = {
    state: 'ACTIVE',
    competences: [...new Set(profile.competences)],
    organisationInn: profile.organisationInn ?? expert.organisationInn,
    territories: [...new Set(profile.territories ?? expert.territories)],
    consentedAt: expert.state === 'ACTIVE' ? (expert.consentedAt ?? now) : now,
  };
  return accept(joined, { kind: 'ExpertJoined' });
}

/** An organiser asks a person; nothing is given to the person before the consent. */
export function inviteToPool(expert: Expert, competences: readonly string[], isNew: boolean): Result {
  const problem = profileProblem({ competences });
  if (problem) return problem;
  if (!isNew && expert.state === 'ACTIVE') return reject('ALREADY_IN_POOL', ['personId']);
  return accept({ ...expert, state: 'INVITED', competences: [...new Set(competences)] }, { kind: 'ExpertInvited' });
}

/** Declines an invitation or leaves the pool; sheets that were given stay, an organiser replaces the expert. */
export function leavePool(expert: Expert): Result {
  if (expert.state === 'DECLINED' || expert.state === 'LEFT') return accept(expert);
  return accept({ ...expert, state: expert.state === 'INVITED' ? 'DECLINED' : 'LEFT' }, { kind: 'ExpertLeft' });
}
