/** Why an application of a second tier is refused. */
export type TierCode =
  | 'FIRST_TIER_REQUIRED'
  | 'NOT_SECOND_TIER'
  | 'FIRST_TIER_NOT_LINKED'
  | 'FIRST_TIER_NOT_PASSED'
  | 'OUTSIDE_MUNICIPALITY'
  | 'TIER_QUOTA_EXCEEDED'
  | 'RAISED_ALREADY'
  | 'APPLICANT_UNKNOWN';
