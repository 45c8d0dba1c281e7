import { isOktmo } from '@veche/kit/domain/oktmo';
import { isIsoDate } from './calendar.ts';
import type { Eligibility } from './contest.ts';

/** Bounds of the youngest voter's age, years. */
export const AGE = { min: 14, max: 18 };

/** Whether a contest says who may vote, in a form that can be applied. */
export function eligibilityIsSound(eligibility: Eligibility | null): boolean {
  if (!eligibility) return false;
  const { minAge, ageOn, residence } = eligibility;
  const age = Number.isInteger(minAge) && minAge >= AGE.min && minAge <= AGE.max;
  return age && (ageOn === null || isIsoDate(ageOn)) && (residence === null || isOktmo(residence));
}
