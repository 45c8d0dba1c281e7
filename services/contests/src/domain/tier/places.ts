import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import type { TierQuotas } from './link.ts';

/** A place of the second tier that a project of the first one has. */
export interface Place {
  /** Application of the first tier. */
  sourceId: string;
  /** Its contest. */
  contestId: string;
  /** Municipality that it counts for. */
  oktmo: string;
}

/** A project that did not come up by itself, and why. */
export interface Stopped {
  sourceId: string;
  code: string;
  /** Numbers that the sentence of the refusal says. */
  params: Readonly<Record<string, string | number>> | null;
  at: Date;
}

/** Who has come up into a contest of the second tier; the id is the contest. */
export interface TierPlaces {
  taken: readonly Place[];
  stopped: readonly Stopped[];
}

export type PlaceCode = 'TIER_QUOTA_EXCEEDED';
type Result = Decision<TierPlaces, never, PlaceCode>;

/**
 * Takes a place for a project, as long as its contest and its municipality have one left; who has a place keeps it. `gone`: projects that were
 * withdrawn above, whose places are free again.
 */
export function takePlace(places: TierPlaces, wanted: Place, quotas: TierQuotas, gone: ReadonlySet<string>): Result {
  const taken = places.taken.filter(({ sourceId }) => !gone.has(sourceId));
  if (taken.some(({ sourceId }) => sourceId === wanted.sourceId)) return accept(places);
  const over = overQuota(taken, wanted, quotas);
  if (over !== null) return reject('TIER_QUOTA_EXCEEDED', ['sourceApplicationId'], { most: over });
  const stopped = places.stopped.filter(({ sourceId }) => sourceId !== wanted.sourceId);
  return accept({ taken: [...taken, wanted], stopped });
}

/** The quota that has no place left; null: there is one. */
function overQuota(taken: readonly Place[], { contestId, oktmo }: Place, quotas: TierQuotas): number | null {
  const ofContest = taken.filter((place) => place.contestId === contestId).length;
  const ofMunicipality = taken.filter((place) => place.oktmo === oktmo).length;
  const { perContest = null } = quotas;
  const perMunicipality = quotas.exceptions?.find((one) => one.oktmo === oktmo)?.most ?? quotas.perMunicipality ?? null;
  if (perContest !== null && ofContest >= perContest) return perContest;
  return perMunicipality !== null && ofMunicipality >= perMunicipality ? perMunicipality : null;
}

/** Remembers why a project did not come up by itself, for the organiser to see; the same reason once. */
export function notePlace(places: TierPlaces, stopped: Stopped): Result {
  const known = places.stopped.some(({ sourceId, code }) => sourceId === stopped.sourceId && code === stopped.code);
  if (known) return accept(places);
  const others = places.stopped.filter(({ sourceId }) => sourceId !== stopped.sourceId);
  return accept({ ...places, stopped: [...others, stopped] });
}
