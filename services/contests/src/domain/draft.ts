import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import { checkVotingRule } from '@veche/kit/domain/voting-rule-check';
import { planStages, type StageDraft } from './calendar.ts';
import type { Contest, ContestCode, ContestEvent, Eligibility, LegalAct, ResultsVisibility } from './contest.ts';
import { AGE, eligibilityIsSound } from './eligibility.ts';
import { templateOf } from './templates/index.ts';

type Result = Decision<Contest, ContestEvent, ContestCode>;

export interface NewContest {
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
  resultsVisibility?: ResultsVisibility | null;
  groupMinimum?: number | null;
  graceSeconds?: number | null;
}

/** Makes a draft from a template; what the organiser gives goes before the template. */
export function createContest(input: NewContest): Result {
  const template = templateOf(input.template);
  if (!template) return reject('TEMPLATE_UNKNOWN', ['template']);
  const planned = planStages(input.stages, input.timeZone);
  if (planned.rejection) return { ok: false, rejection: planned.rejection };
  const contest: Contest = {
    status: 'DRAFT',
    template: template.code,
    title: input.title.trim(),
    oktmo: input.oktmo,
    timeZone: input.timeZone,
    budget: input.budget,
    maxPerProject: input.maxPerProject ?? null,
    groupMinimum: input.groupMinimum ?? template.groupMinimum,
    legalBasis: input.legalBasis,
    stages: planned.stages,
    form: template.form,
    criteria: template.criteria,
    votingRule: (input.votingRule ?? template.votingRule) as object,
    eligibility: { ...template.eligibility, ...withoutUndefined(input.eligibility ?? {}) },
    resultsVisibility: input.resultsVisibility ?? template.resultsVisibility,
    graceSeconds: input.graceSeconds ?? 5,
    passportHash: null,
    publishedAt: null,
    amendments: [],
    ballot: null,
    announced: [],
    nextBoundaryAt: null,
    resultVersion: 0,
  };
  return checked(contest);
}

export interface ContestChange {
  title?: string | null;
  budget?: bigint | null;
  maxPerProject?: bigint | null;
  legalBasis?: readonly LegalAct[] | null;
  stages?: readonly StageDraft[] | null;
  votingRule?: unknown;
  eligibility?: Partial<Eligibility> | null;
}

/** Changes a draft; a published contest is frozen. */
export function updateContest(contest: Contest, change: ContestChange): Result {
  if (contest.status !== 'DRAFT') return reject('CONTEST_FROZEN');
  const planned = planStages(change.stages ?? contest.stages, contest.timeZone);
  if (planned.rejection) return { ok: false, rejection: planned.rejection };
  const { title, budget, legalBasis, votingRule, eligibility } = change;
  return checked({
    ...contest,
    ...given({ title: title?.trim(), budget, legalBasis, votingRule: votingRule as object | null | undefined }),
    // Null takes the limit away, a field that is left out keeps it.
    ...withoutUndefined({ maxPerProject: change.maxPerProject }),
    eligibility: { ...contest.eligibility, ...withoutUndefined(eligibility ?? {}) },
    stages: planned.stages,
  });
}

const TITLE = { min: 10, max: 200 };
const GROUP = { min: 1, max: 100 };
const GRACE_MAX = 600;
const LEGAL_BASIS = { acts: 20, max: 500 };

const within = (value: number, { min, max }: { min: number; max: number }): boolean => value >= min && value <= max;

/** What holds for every draft, whatever its regulation. */
function checked(contest: Contest): Result {
  if (!within(contest.title.length, TITLE)) return reject('TITLE_LENGTH', ['title'], TITLE);
  if (contest.budget <= 0n) return reject('BUDGET_NOT_POSITIVE', ['budget']);
  if (contest.maxPerProject !== null && contest.maxPerProject <= 0n)
    return reject('BUDGET_NOT_POSITIVE', ['maxPerProject']);
  if (!legalBasisFits(contest.legalBasis)) return reject('LEGAL_BASIS_TOO_LONG', ['legalBasis'], LEGAL_BASIS);
  if (!within(contest.groupMinimum, GROUP)) return reject('GROUP_MINIMUM_INVALID', ['groupMinimum'], GROUP);
  if (!within(contest.graceSeconds, { min: 0, max: GRACE_MAX })) return reject('STAGES_INVALID', ['graceSeconds']);
  const rule = checkVotingRule(contest.votingRule, contest.budget);
  if (!rule.ok)
    return reject('VOTING_RULE_INVALID', ['votingRule', ...rule.path.split('.').filter(Boolean)], {
      reason: rule.reason,
    });
  if (!eligibilityIsSound(contest.eligibility)) return reject('ELIGIBILITY_INVALID', ['eligibility'], AGE);
  return accept(contest);
}

const legalBasisFits = (acts: readonly LegalAct[]): boolean =>
  acts.length <= LEGAL_BASIS.acts &&
  acts.every(({ title, number, date, article }) =>
    [title, number, date, article ?? ''].every(({ length }) => length <= LEGAL_BASIS.max),
  );

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
type Given<T> = { [K in keyof T]?: NonNullable<T[K]> };

const withoutUndefined = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<T>;

/** The members that say something; a null says as little as a member that is left out. */
const given = <T extends object>(value: T): Given<T> =>
  Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined && entry !== null)) as Given<T>;
