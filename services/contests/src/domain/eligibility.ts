import { isOktmo } from '@veche/kit/domain/oktmo';
import { isIsoDate } from './calendar.ts';
import type { Contest, Eligibility } from './contest.ts';

/** 131-ФЗ article 26.1, 33-ФЗ article 49: initiators have reached sixteen. */
export const LAWFUL_AGE = 16;

/** Bounds of the youngest voter's age, years. */
export const AGE = { min: 14, max: 18 };

/** Whether a contest says who may vote, in a form that can be applied. */
export function eligibilityIsSound(eligibility: Eligibility | null): boolean {
  if (!eligibility) return false;
  const { minAge, ageOn, residence } = eligibility;
  const age = Number.isInteger(minAge) && minAge >= AGE.min && minAge <= AGE.max;
  return age && (ageOn === null || isIsoDate(ageOn)) && (residence === null || isOktmo(residence));
}

/** Whether a contest says who may apply in a form that can be applied; where the law decides of the age, not below its own. */
export function applicantsAreSound({ applicants, legalRegime }: Pick<Contest, 'applicants' | 'legalRegime'>): boolean {
  if (!applicants) return true;
  return eligibilityIsSound(applicants) && (legalRegime === 'RU_REGIONAL' || applicants.minAge >= LAWFUL_AGE);
}
