import { PLAIN_SCORING, type Criterion, type Scoring } from '@veche/kit/domain/criterion';
import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import { stoppedAtAdmission } from '@veche/kit/domain/scoring/assess';
import { readPlanOf, type Plan, type ReadPlan } from '@veche/kit/domain/scoring/plan';
import { answersOf, type Answer } from '@veche/kit/domain/scoring/facts';
import type { Problem } from '@veche/kit/domain/shape';
import type { Application } from './application.ts';
import type { Contest, ContestCode, ContestEvent } from './contest.ts';

type Result = Decision<Contest, ContestEvent, ContestCode> & { problems?: readonly Problem[] };

/** The rules of the assessment as they stand, read; formulas may use the fields of the form. */
export const planOf = ({ criteria, scoring, form }: Pick<Contest, 'criteria' | 'scoring' | 'form'>): ReadPlan =>
  readPlanOf(criteria, scoring ?? PLAIN_SCORING, form);

/** Answers that the formulas of the contest read, and no others; without any when they cannot be read. */
export function assessedAnswers(contest: Contest, answers: Readonly<Record<string, unknown>>): Answer[] {
  const rules = planOf(contest);
  return rules.ok ? answersOf(rules.plan.answers, answers) : [];
}

type Told = Pick<Application, 'content' | 'submittedAt' | 'imported'>;

/** What the criteria read of an application before experts, a jury, meetings and the vote have said anything. */
export function factsOf(plan: Plan, { content, submittedAt }: Pick<Told, 'content' | 'submittedAt'>) {
  const { totalCost, funding, beneficiaries, population, category, oktmo, answers } = content;
  const read = answersOf(plan.answers, answers);
  return { totalCost, funding, beneficiaries, population, category, oktmo, submittedAt, answers: read };
}

type Facts = ReturnType<typeof factsOf>;

/** Tells the gates that an application fails by what its admission tells, in Russian; of one that another system told in short nobody knows. */
export function gatesOf(contest: Contest): (application: Told) => string[] {
  const rules = planOf(contest);
  return (application) => (rules.ok ? gatesFailed(rules.plan, application, factsOf(rules.plan, application)) : []);
}

/** The same for facts that were read already. */
export const gatesFailed = (plan: Plan, { imported }: Pick<Told, 'imported'>, facts: Facts): string[] =>
  imported ? [] : stoppedAtAdmission(plan, facts);

/** Puts other criteria and another scoring in place of those of a draft; `problems` names everything that keeps them out. */
export function setCriteria(contest: Contest, criteria: readonly Criterion[], scoring: Scoring): Result {
  if (contest.status !== 'DRAFT') return reject('CONTEST_FROZEN');
  const changed = { ...contest, criteria, scoring };
  const rules = planOf(changed);
  return rules.ok ? accept(changed) : { ...criteriaRefused(rules.problems), problems: rules.problems };
}

const PLACE_SHOWN = 200;

/** The refusal names the first place; the name of an unknown field may be long, so only its beginning is said. */
export function criteriaRefused(problems: readonly Problem[]): { ok: false; rejection: { code: 'CRITERIA_INVALID' } } {
  const { path, reason } = problems[0]!;
  return reject('CRITERIA_INVALID', path.split('.'), { reason, path: path.slice(0, PLACE_SHOWN) });
}
