import type { Criterion, Scoring } from '@veche/kit/domain/criterion';
import type { RegionalHoliday, Term } from '@veche/kit/domain/working-calendar';
import type { Division } from './division.ts';
import type { LegalRegime } from './legal-regime.ts';
import type { TierLink } from './tier/link.ts';
import type { PassportVersion } from './version.ts';

/**
 * Stages of the life cycle and their place in it. Experts assess before the vote in some regulations and after it in others, so these
 * two share a place; a public jury comes before the experts. Agreements and the collection of money share one, too.
 */
export const STAGE_PLACES = {
  ANNOUNCEMENT: 1,
  TRAINING: 2,
  IDEATION: 3,
  ASSEMBLY: 4,
  INTAKE: 5,
  ADMISSION: 6,
  PUBLIC_ASSESSMENT: 7,
  EXPERTISE: 7,
  VOTING: 7,
  COMMISSION: 8,
  AGREEMENTS: 9,
  COLLECTION: 9,
  PROCUREMENT: 10,
  IMPLEMENTATION: 11,
  MONITORING: 12,
  REPORT: 13,
} as const;
export type StageType = keyof typeof STAGE_PLACES;

/** A stage as half-open interval of wall time, with the instants that the zone gives. */
export interface Stage {
  type: StageType;
  opensLocal: string;
  closesLocal: string;
  opensAt: Date;
  closesAt: Date;
  /** Begins with the end of the stage before it and moves with it. */
  follows?: boolean;
  /** Its length, when its end was written as a term; null: a fixed time. */
  term?: Term | null;
}

export type ContestLevel = 'REGION' | 'MUNICIPALITY' | 'DISTRICT';

/** Practices of initiative budgeting: sets of rules that many contests share. */
export type Practice =
  | 'LOCAL_INITIATIVES_SUPPORT'
  | 'PEOPLES_BUDGET'
  | 'CITIZEN_COMMISSION'
  | 'TOS'
  | 'SCHOOL'
  | 'YOUTH'
  | 'VOTE_DRIVEN'
  | 'SELF_TAXATION'
  | 'GRANT_CONTEST';

export interface LegalAct {
  title: string;
  number: string;
  /** ISO date. */
  date: string;
  article?: string | null;
}

export interface Eligibility {
  minAge: number;
  /** ISO date; null: the day of the vote. */
  ageOn: string | null;
  /** ОКТМО; null: anyone in the region. */
  residence: string | null;
}

/** Who determines the winners: the count of the vote, or signed minutes of the commission, to which the vote is then one of its grounds. */
export type WinnersBy = 'VOTE' | 'COMMISSION';

export type ResultsVisibility = 'LIVE' | 'HIDDEN_UNTIL_END';

/** A change after the publication, published with its reason. */
export interface Amendment {
  at: Date;
  reason: string;
  passportHash: string;
}

/** A line of the approved ballot; money in kopecks. */
export interface BallotLine {
  applicationId: string;
  number: string;
  title: string;
  cost: bigint;
  oktmo: string;
  category: string;
  submittedAt: Date;
  /** Own share of the applicants, exact fraction "n/d"; null when unknown. Like the groups, absent in what was stored before there were any. */
  cofinancing?: string | null;
  /** Names of the exclusive groups that it belongs to. */
  groups?: readonly string[];
  /** Codes of its group of applicants and its nomination. */
  divisions?: readonly string[];
  /** Messages of the gates that it fails, as far as they read what an admission tells. */
  barredBy?: readonly string[];
}

export interface Contest {
  status: 'DRAFT' | 'PUBLISHED' | 'DECIDED';
  template: string;
  title: string;
  oktmo: string;
  timeZone: string;
  level: ContestLevel;
  practice: Practice;
  legalRegime: LegalRegime;
  divisions: readonly Division[];
  /** That it is the second tier of others; null or absent: anybody may apply. */
  tier?: TierLink | null;
  /** Days off of the region, beside the production calendar. */
  regionalHolidays: readonly RegionalHoliday[];
  /** Kopecks. */
  budget: bigint;
  maxPerProject: bigint | null;
  /** Smallest share of the initiators' money in the cost, percent as a decimal; null: none. */
  minOwnShare: string | null;
  groupMinimum: number;
  legalBasis: readonly LegalAct[];
  stages: readonly Stage[];
  /** JSON Schema of `answers`. */
  form: object;
  /** How the fields of the form are shown, by their name. */
  uiSchema?: object | null;
  criteria: readonly Criterion[];
  /** What makes a ranking of the criteria; contests from before there was any have none. */
  scoring?: Scoring | null;
  votingRule: object;
  /** Who may vote. */
  eligibility: Eligibility;
  /** Who may apply; null: whom the law lets, residents from sixteen. */
  applicants?: Eligibility | null;
  resultsVisibility: ResultsVisibility;
  /** Absent where nobody chose: the vote, where there is one. */
  winnersBy?: WinnersBy | null;
  graceSeconds: number;
  passportHash: string | null;
  publishedAt: Date | null;
  amendments: readonly Amendment[];
  /** Signed passports since the publication, oldest first; absent in contests from before they were signed. */
  versions?: readonly PassportVersion[];
  ballot: readonly BallotLine[] | null;
  /** Boundaries that the clock has announced already, for example "INTAKE:OPEN". */
  announced: readonly string[];
  /** The next boundary that the clock has to announce; null in drafts and when all is announced. */
  nextBoundaryAt: Date | null;
  /** Version of the result that was taken over. */
  resultVersion: number;
}

export type ContestEvent =
  | { kind: 'ContestPublished' }
  | { kind: 'ContestRescheduled'; reason: string }
  /** `criteria`: the rules of the assessment are others, and nothing else tells them. */
  | { kind: 'ContestAmended'; reason: string; criteria: boolean }
  | { kind: 'StageOpened'; stage: StageType }
  | { kind: 'StageClosed'; stage: StageType }
  | { kind: 'BallotListApproved' };

export type ContestCode =
  | 'TEMPLATE_UNKNOWN'
  | 'TITLE_LENGTH'
  | 'TIME_ZONE_UNKNOWN'
  | 'BUDGET_NOT_POSITIVE'
  | 'STAGES_INVALID'
  | 'STAGE_BEFORE_PREDECESSOR'
  | 'DECIDING_STAGE_MISSING'
  | 'NO_VOTE_STAGE'
  | 'LOCAL_TIME_INVALID'
  | 'TERM_INVALID'
  | 'CALENDAR_MISSING'
  | 'HOLIDAY_INVALID'
  | 'DIVISION_INVALID'
  | 'TIER_INVALID'
  | 'LEGAL_REGIME_NOT_IN_FORCE'
  | 'LEGAL_BASIS_MISSING'
  | 'LEGAL_BASIS_TOO_LONG'
  | 'VOTING_RULE_INVALID'
  | 'CRITERIA_INVALID'
  | 'ELIGIBILITY_INVALID'
  | 'APPLICANTS_INVALID'
  | 'GROUP_MINIMUM_INVALID'
  | 'OWN_SHARE_INVALID'
  | 'FORM_INVALID'
  | 'FILE_INVALID'
  | 'YEARS_INVALID'
  | 'RULE_FIXED'
  | 'AMENDMENT_EMPTY'
  | 'CONTEST_FROZEN'
  | 'CONTEST_NOT_PUBLISHED'
  | 'STAGE_PASSED'
  | 'REASON_REQUIRED'
  | 'BALLOT_LIST_APPROVED'
  | 'NO_ADMITTED_APPLICATIONS'
  | 'APPLICATIONS_UNDECIDED'
  | 'EXCLUSIVE_GROUP_INVALID'
  | 'VOTING_BEGUN';

export const stageOf = (contest: Pick<Contest, 'stages'>, type: StageType): Stage | undefined =>
  contest.stages.find((stage) => stage.type === type);

/** Who determines the winners of a contest. */
export const winnersOf = (contest: Pick<Contest, 'stages' | 'winnersBy'>): WinnersBy =>
  contest.winnersBy ?? (stageOf(contest, 'VOTING') ? 'VOTE' : 'COMMISSION');

/** Whether a stage is open at an instant: its start counts, its end does not. */
export function isOpen(contest: Contest, type: StageType, now: Date): boolean {
  const stage = stageOf(contest, type);
  return contest.status !== 'DRAFT' && stage !== undefined && stage.opensAt <= now && now < stage.closesAt;
}

/** The stage that is open at an instant, null between stages and in drafts. */
export const currentStage = (contest: Contest, now: Date): StageType | null =>
  contest.stages.find((stage) => isOpen(contest, stage.type, now))?.type ?? null;
