import { accept, type Decision, type Rejection } from '@veche/kit/domain/decision';
import { checkVotingRule } from '@veche/kit/domain/voting-rule-check';
import type { Contest, ContestCode, ContestEvent, LegalAct } from './contest.ts';
import { criteriaRefused, planOf } from './criteria.ts';
import { appliedRule, divisionProblem } from './division.ts';
import { formProblem, uiProblem } from './form-check.ts';
import { AGE, applicantsAreSound, eligibilityIsSound } from './eligibility.ts';
import { tierProblem } from './tier/link.ts';

const TITLE = { min: 10, max: 200 };
const GROUP = { min: 1, max: 100 };
const GRACE = { min: 0, max: 600 };
const LEGAL_BASIS = { acts: 20, max: 500 };

type Problem = Rejection<ContestCode> | null;

const within = (value: number, { min, max }: { min: number; max: number }): boolean =>
  Number.isInteger(value) && value >= min && value <= max;

const isPercent = (value: string): boolean => /^(100|\d{1,2}(\.\d{1,4})?)$/.test(value);

const refusal = (wrong: boolean, code: ContestCode, path: string, params?: Rejection['params']): Problem =>
  wrong ? { code, path: [path], ...(params ? { params } : {}) } : null;

const CHECKS: readonly ((contest: Contest) => Problem)[] = [
  ({ title }) => refusal(!within(title.length, TITLE), 'TITLE_LENGTH', 'title', TITLE),
  ({ budget }) => refusal(budget <= 0n, 'BUDGET_NOT_POSITIVE', 'budget'),
  ({ maxPerProject }) => refusal((maxPerProject ?? 1n) <= 0n, 'BUDGET_NOT_POSITIVE', 'maxPerProject'),
  ({ legalBasis }) => refusal(!legalBasisFits(legalBasis), 'LEGAL_BASIS_TOO_LONG', 'legalBasis', LEGAL_BASIS),
  ({ minOwnShare }) => refusal(!isPercent(minOwnShare ?? '0'), 'OWN_SHARE_INVALID', 'minOwnShare'),
  ({ groupMinimum }) => refusal(!within(groupMinimum, GROUP), 'GROUP_MINIMUM_INVALID', 'groupMinimum', GROUP),
  ({ graceSeconds }) => refusal(!within(graceSeconds, GRACE), 'STAGES_INVALID', 'graceSeconds'),
  ({ form, uiSchema }) => formProblem(form) ?? (uiSchema ? uiProblem(form, uiSchema) : null),
  (contest) => assessmentProblem(contest),
  // Contests that were drafted before there were divisions have none; the rule of the vote takes theirs over.
  ({ divisions, budget }) => divisionProblem(divisions ?? [], budget),
  ruleProblem,
  ({ eligibility }) => refusal(!eligibilityIsSound(eligibility), 'ELIGIBILITY_INVALID', 'eligibility', AGE),
  (contest) => refusal(!applicantsAreSound(contest), 'APPLICANTS_INVALID', 'applicants', AGE),
  tierProblem,
];

/** What holds for every draft, whatever its regulation: the first thing that is wrong, or the draft. */
export function checkedDraft(contest: Contest): Decision<Contest, ContestEvent, ContestCode> {
  for (const check of CHECKS) {
    const rejection = check(contest);
    if (rejection) return { ok: false, rejection };
  }
  return accept(contest);
}

/** Formulas read fields of the form, so another form may break them. */
function assessmentProblem(contest: Contest): Problem {
  const rules = planOf(contest);
  return rules.ok ? null : criteriaRefused(rules.problems).rejection;
}

function ruleProblem(contest: Contest): Problem {
  const { votingRule, budget } = contest;
  const written = checkVotingRule(votingRule, budget);
  const rule = written.ok ? checkVotingRule(appliedRule(contest), budget) : written;
  if (rule.ok) return null;
  const path = ['votingRule', ...rule.path.split('.').filter(Boolean)];
  return { code: 'VOTING_RULE_INVALID', path, params: { reason: rule.reason } };
}

const legalBasisFits = (acts: readonly LegalAct[]): boolean =>
  acts.length <= LEGAL_BASIS.acts &&
  acts.every(({ title, number, date, article }) =>
    [title, number, date, article ?? ''].every(({ length }) => length <= LEGAL_BASIS.max),
  );
