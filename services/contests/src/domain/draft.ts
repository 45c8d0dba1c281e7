import { PLAIN_SCORING, type Criterion, type Scoring } from '@veche/kit/domain/criterion';
import { reject, type Decision } from '@veche/kit/domain/decision';
import type { RegionalHoliday } from '@veche/kit/domain/working-calendar';
import { draftOf, planStages, type StageDraft } from './calendar.ts';
import type {
  Contest,
  ContestCode,
  ContestEvent,
  ContestLevel,
  Eligibility,
  LegalAct,
  Practice,
  ResultsVisibility,
  WinnersBy,
} from './contest.ts';
import type { Division } from './division.ts';
import { checkedDraft } from './draft-check.ts';
import { LAWFUL_AGE } from './eligibility.ts';
import type { LegalRegime } from './legal-regime.ts';
import { templateOf } from './templates/index.ts';
import { tierOf, type TierLink } from './tier/link.ts';
import type { Template } from './templates/template.ts';

type Result = Decision<Contest, ContestEvent, ContestCode>;

export interface NewContest {
  /** In place of those of the template. */
  form?: object | null;
  uiSchema?: object | null;
  criteria?: readonly Criterion[] | null;
  scoring?: Scoring | null;
  template: string;
  title: string;
  oktmo: string;
  timeZone: string;
  budget: bigint;
  maxPerProject?: bigint | null;
  legalBasis: readonly LegalAct[];
  stages: readonly StageDraft[];
  votingRule?: unknown;
  eligibility?: Partial<Eligibility> | null;
  applicants?: Partial<Eligibility> | null;
  resultsVisibility?: ResultsVisibility | null;
  winnersBy?: WinnersBy | null;
  minOwnShare?: string | null;
  groupMinimum?: number | null;
  graceSeconds?: number | null;
  level?: ContestLevel | null;
  practice?: Practice | null;
  legalRegime?: LegalRegime | null;
  divisions?: readonly Division[] | null;
  regionalHolidays?: readonly RegionalHoliday[] | null;
  tier?: TierLink | null;
}

/** Makes a draft from a template; what the organiser gives goes before the template. */
export function createContest(input: NewContest): Result {
  const template = templateOf(input.template);
  if (!template) return reject('TEMPLATE_UNKNOWN', ['template']);
  const planned = planStages(input.stages, {
    timeZone: input.timeZone,
    regionalHolidays: input.regionalHolidays ?? [],
  });
  if (planned.rejection) return { ok: false, rejection: planned.rejection };
  return checkedDraft({
    ...unpublished,
    ...defaultsOf(template),
    ...written(input),
    eligibility: { ...template.eligibility, ...withoutUndefined(input.eligibility ?? {}) },
    applicants: applicantsFrom(input.applicants, template.applicants ?? null),
    title: input.title.trim(),
    stages: planned.stages,
  });
}

const defaultsOf = (template: Template) => {
  const { code, form, criteria, votingRule, resultsVisibility, groupMinimum, level, practice, legalRegime } = template;
  return { template: code, form, criteria, votingRule, resultsVisibility, groupMinimum, level, practice, legalRegime };
};

/** What the organiser gives goes before the template and the defaults. */
function written(input: NewContest) {
  const { oktmo, timeZone, budget, maxPerProject, legalBasis, votingRule, resultsVisibility, groupMinimum } = input;
  const { graceSeconds, level, practice, legalRegime, divisions, regionalHolidays, minOwnShare } = input;
  const { form, uiSchema, criteria, scoring, tier } = input;
  return {
    oktmo,
    timeZone,
    budget,
    legalBasis,
    ...given({ maxPerProject, resultsVisibility, groupMinimum, graceSeconds, level, practice, legalRegime }),
    ...given({
      form,
      uiSchema,
      criteria,
      scoring,
      divisions,
      regionalHolidays,
      minOwnShare,
      winnersBy: input.winnersBy,
      tier: tier && tierOf(tier),
      votingRule: votingRule as object | null | undefined,
    }),
  };
}

/** What every draft begins with. */
const unpublished = {
  status: 'DRAFT',
  maxPerProject: null,
  minOwnShare: null,
  scoring: PLAIN_SCORING,
  divisions: [],
  tier: null,
  regionalHolidays: [],
  graceSeconds: 5,
  versions: [],
  passportHash: null,
  publishedAt: null,
  amendments: [],
  ballot: null,
  announced: [],
  nextBoundaryAt: null,
  resultVersion: 0,
} as const;

export interface ContestChange {
  form?: object | null;
  uiSchema?: object | null;
  title?: string | null;
  minOwnShare?: string | null;
  groupMinimum?: number | null;
  resultsVisibility?: ResultsVisibility | null;
  winnersBy?: WinnersBy | null;
  budget?: bigint | null;
  maxPerProject?: bigint | null;
  legalBasis?: readonly LegalAct[] | null;
  stages?: readonly StageDraft[] | null;
  votingRule?: unknown;
  eligibility?: Partial<Eligibility> | null;
  applicants?: Partial<Eligibility> | null;
  level?: ContestLevel | null;
  practice?: Practice | null;
  legalRegime?: LegalRegime | null;
  divisions?: readonly Division[] | null;
  regionalHolidays?: readonly RegionalHoliday[] | null;
  tier?: TierLink | null;
}

/** Changes a draft; a published contest is frozen. */
export function updateContest(contest: Contest, change: ContestChange): Result {
  return contest.status === 'DRAFT' ? changedDraft(contest, change) : reject('CONTEST_FROZEN');
}

/** A draft with other rules, checked as a whole. */
export function changedDraft(contest: Contest, change: ContestChange): Result {
  const { title, budget, legalBasis, votingRule, eligibility, level, practice, legalRegime, divisions } = change;
  const regionalHolidays = change.regionalHolidays ?? contest.regionalHolidays;
  const planned = planStages(change.stages ?? contest.stages.map((stage) => draftOf(stage)), {
    timeZone: contest.timeZone,
    regionalHolidays,
  });
  if (planned.rejection) return { ok: false, rejection: planned.rejection };
  return checkedDraft({
    ...contest,
    ...given({ title: title?.trim(), budget, legalBasis, votingRule: votingRule as object | null | undefined }),
    ...given({ level, practice, legalRegime, divisions, regionalHolidays }),
    ...given({
      form: change.form,
      uiSchema: change.uiSchema,
      groupMinimum: change.groupMinimum,
      resultsVisibility: change.resultsVisibility,
      winnersBy: change.winnersBy,
    }),
    // Null takes the limit away, a field that is left out keeps it.
    ...withoutUndefined({
      maxPerProject: change.maxPerProject,
      minOwnShare: change.minOwnShare,
      tier: change.tier && tierOf(change.tier),
    }),
    eligibility: { ...contest.eligibility, ...withoutUndefined(eligibility ?? {}) },
    applicants: applicantsFrom(change.applicants, contest.applicants ?? null),
    stages: planned.stages,
  });
}

/** The rule of who may apply as it was with what is given; there is none before anything is. */
function applicantsFrom(
  given: Partial<Eligibility> | null | undefined,
  before: Eligibility | null,
): Eligibility | null {
  if (!given) return before;
  return { minAge: LAWFUL_AGE, ageOn: null, residence: null, ...before, ...withoutUndefined(given) };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
type Given<T> = { [K in keyof T]?: NonNullable<T[K]> };

const withoutUndefined = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<T>;

/** The members that say something; a null says as little as a member that is left out. */
const given = <T extends object>(value: T): Given<T> =>
  Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined && entry !== null)) as Given<T>;
