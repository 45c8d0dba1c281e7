import type { OutboxEvent } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { PLAIN_SCORING } from '@veche/kit/domain/criterion';
import { event, topicsOf } from '@veche/proto';
import {
  ApplicationAdmittedSchema,
  ApplicationDecidedSchema,
  ApplicationPublishedSchema,
  ApplicationRefusedSchema,
  ApplicationReturnedSchema,
  ApplicationSubmittedSchema,
  ApplicationWithdrawnSchema,
  BallotListApprovedSchema,
  ContestAmendedSchema,
  ContestPublishedSchema,
  ContestRescheduledSchema,
  InitiativeGroupChangedSchema,
  StageClosedSchema,
  StageOpenedSchema,
} from '@veche/proto/contests/v1/contests';
import { ballotCost, type Application, type ApplicationEvent } from './domain/application.ts';
import { winnersOf, type Contest, type ContestEvent, type Stage } from './domain/contest.ts';
import { assessedAnswers, planOf } from './domain/criteria.ts';
import { appliedRule } from './domain/division.ts';
import { isOfferOpen } from './domain/review.ts';
import { organisationsNamed } from './domain/organisations.ts';
import type { GroupEvent, InitiativeGroup } from './domain/group.ts';

export const produces = topicsOf(ContestPublishedSchema, ApplicationSubmittedSchema, InitiativeGroupChangedSchema);

const stagesOf = (stages: readonly Stage[]) =>
  stages.map(({ type, opensAt, closesAt }) => ({
    type,
    opensAt: opensAt.toISOString(),
    closesAt: closesAt.toISOString(),
  }));

/** What a contest tells; the rules travel as canonical JSON, so that their hash can be checked by anybody. */
export function contestToOutbox(happened: ContestEvent, contestId: string, contest: Contest): OutboxEvent {
  switch (happened.kind) {
    case 'ContestPublished':
      return event(ContestPublishedSchema, contestId, published(contestId, contest));
    case 'ContestRescheduled': {
      const { stages, passportHash } = contest;
      return event(ContestRescheduledSchema, contestId, {
        contestId,
        stages: stagesOf(stages),
        reason: happened.reason,
        passportHash: passportHash!,
      });
    }
    case 'ContestAmended': {
      const { passportHash, amendments } = contest;
      return event(ContestAmendedSchema, contestId, {
        contestId,
        reason: happened.reason,
        passportHash: passportHash!,
        at: amendments.at(-1)!.at.toISOString(),
        ...(happened.criteria ? assessmentOf(contest) : {}),
      });
    }
    case 'StageOpened':
      return event(StageOpenedSchema, contestId, { contestId, stage: happened.stage });
    case 'StageClosed':
      return event(StageClosedSchema, contestId, { contestId, stage: happened.stage });
    case 'BallotListApproved': {
      const projects = contest.ballot!.map(
        ({ cost, submittedAt, cofinancing, groups = [], divisions = [], barredBy = [], ...line }) => ({
          ...line,
          costKopecks: cost,
          cofinancingShare: cofinancing ?? '',
          exclusiveGroups: [...groups],
          divisions: [...divisions],
          barredBy: [...barredBy],
          submittedAt: submittedAt.toISOString(),
        }),
      );
      return event(BallotListApprovedSchema, contestId, { contestId, projects });
    }
  }
}

function published(contestId: string, contest: Contest) {
  const { title, oktmo, timeZone, template, resultsVisibility, graceSeconds } = contest;
  return {
    contestId,
    title,
    oktmo,
    timeZone,
    template,
    resultsVisibility,
    winnersBy: winnersOf(contest),
    graceSeconds,
    budgetKopecks: contest.budget,
    passportHash: contest.passportHash!,
    stages: stagesOf(contest.stages),
    ...assessmentOf(contest),
    votingRuleJson: canonicalJson(plain(appliedRule(contest))),
    eligibilityJson: canonicalJson(plain(contest.eligibility)),
    divisions: (contest.divisions ?? []).map(({ code, kind, title, budget, winnersLimit, passingScore }) => ({
      code,
      kind,
      title,
      budgetKopecks: budget ?? 0n,
      winnersLimit: winnersLimit ?? 0,
      passingScore: passingScore ?? '',
    })),
  };
}

/** The rules of the assessment. */
const assessmentOf = (contest: Contest) => ({
  criteria: contest.criteria.map(({ parameters, group, round, least, ...criterion }) => ({
    ...criterion,
    parametersJson: canonicalJson(plain(parameters)),
    group: group ?? '',
    least: least ?? '',
    ...(round ? { round } : {}),
  })),
  scoringJson: canonicalJson(plain(contest.scoring ?? PLAIN_SCORING)),
  formulaFields: fieldsRead(contest),
});

/** Fields of the form that the formulas read, for whoever applies them without the form. */
function fieldsRead(contest: Contest) {
  const rules = planOf(contest);
  const answers = rules.ok ? rules.plan.answers : [];
  return answers.map(({ name, type, options = [] }) => ({ name, type, options: [...options] }));
}

/** Stored documents may carry absent fields as undefined, which canonical JSON refuses. */
const plain = (value: object): unknown => JSON.parse(JSON.stringify(value));

const factsOf = (application: Application, contest?: Contest) => {
  const { title, oktmo, category, totalCost, funding, beneficiaries, population } = application.content;
  return {
    number: application.number ?? '',
    title,
    oktmo,
    category,
    totalCostKopecks: totalCost,
    funding: funding.map(({ source, amount }) => ({ source, amountKopecks: amount })),
    beneficiaries,
    population,
    revision: application.revision,
    submittedAt: application.submittedAt?.toISOString() ?? '',
    groupId: application.groupId ?? '',
    sourceId: application.sourceId ?? '',
    answers: contest ? assessedAnswers(contest, application.content.answers) : [],
    divisions: [...(application.content.divisions ?? [])],
    costKopecks: contest ? ballotCost(application) : 0n,
  };
};

/**
 * What an application tells: public facts and ids, never the text of answers or remarks. With its contest an admission tells the numbers
 * and choices that the criteria read.
 */
export function applicationToOutbox(
  happened: ApplicationEvent,
  applicationId: string,
  application: Application,
  contest?: Contest,
): OutboxEvent {
  const { contestId } = application;
  const place = { applicationId, contestId };
  switch (happened.kind) {
    case 'ApplicationSubmitted':
      return event(ApplicationSubmittedSchema, applicationId, {
        ...place,
        facts: factsOf(application),
        ...originOf(application),
      });
    case 'ApplicationPublished':
      return event(ApplicationPublishedSchema, applicationId, {
        ...place,
        publishedAt: application.publishedAt!.toISOString(),
      });
    case 'ApplicationReturned': {
      const fields = application.remarks.map(({ field }) => field);
      return event(ApplicationReturnedSchema, applicationId, {
        ...place,
        fields,
        answerBy: application.answerBy!.toISOString(),
        jointRework: isOfferOpen(application),
      });
    }
    case 'ApplicationAdmitted':
      return event(ApplicationAdmittedSchema, applicationId, {
        ...place,
        facts: factsOf(application, contest),
        memberIds: [...happened.memberIds],
        organisationInns: contest ? organisationsNamed(contest.form, application.content.answers) : [],
      });
    case 'ApplicationRefused':
      return event(ApplicationRefusedSchema, applicationId, { ...place, ground: application.refusal!.ground });
    case 'ApplicationWithdrawn':
      return event(ApplicationWithdrawnSchema, applicationId, place);
    case 'ApplicationDecided':
      return event(ApplicationDecidedSchema, applicationId, {
        ...place,
        outcome: application.status,
        decidedBy: application.resultVersion > 0 ? 'VOTE' : 'COMMISSION',
        costKopecks: ballotCost(application),
      });
  }
}

const originOf = (application: Application) => ({ cause: causeOf(application), ideaId: application.ideaId ?? '' });

/** Why an application is with the officials: what its last step wrote down at the same moment tells. */
function causeOf({ stateSince, jointRework, reopenings }: Application): 'FILED' | 'REWORK_DECLINED' | 'REOPENED' {
  const now = stateSince?.getTime();
  if (reopenings?.at(-1)?.at.getTime() === now && now !== undefined) return 'REOPENED';
  return jointRework?.declinedAt && jointRework.declinedAt.getTime() === now ? 'REWORK_DECLINED' : 'FILED';
}

export function groupToOutbox(
  _happened: GroupEvent,
  groupId: string,
  { contestId, memberIds }: InitiativeGroup,
): OutboxEvent {
  return event(InitiativeGroupChangedSchema, groupId, { groupId, contestId, memberIds: [...memberIds] });
}
