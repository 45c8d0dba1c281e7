import type { Clock, Consumer } from '@veche/kit';
import { PLAIN_SCORING, type Criterion, type Scoring } from '@veche/kit/domain/criterion';
import type { Division } from '@veche/kit/domain/division';
import type { Answer, AnswerType } from '@veche/kit/domain/scoring/facts';
import { on, switchesIn, topicsOf } from '@veche/proto';
import {
  ApplicationAdmittedSchema,
  ApplicationRefusedSchema,
  ApplicationWithdrawnSchema,
  ContestAmendedSchema,
  ContestPublishedSchema,
  ContestRescheduledSchema,
  type Criterion as CriterionMessage,
  type Division as DivisionMessage,
  type FormulaAnswer,
  type FormulaField,
  type Stage,
} from '@veche/proto/contests/v1/contests';
import { MeetingChangedSchema, SettingsChangedSchema } from '@veche/proto/contests/v1/discussion';
import { VirtualCapitalCountedSchema } from '@veche/proto/crowdfunding/v1/capital';
import { ResultDeterminedSchema } from '@veche/proto/voting/v1/voting';
import { rerank } from './ranking.ts';
import { submittedConsumers } from './submitted-consumers.ts';
import type { ApplicationFacts, Stores } from './store.ts';

export const CONSUMED = topicsOf(
  ContestPublishedSchema,
  ContestAmendedSchema,
  ContestRescheduledSchema,
  ApplicationAdmittedSchema,
  ApplicationRefusedSchema,
  ApplicationWithdrawnSchema,
  ResultDeterminedSchema,
  VirtualCapitalCountedSchema,
  MeetingChangedSchema,
  SettingsChangedSchema,
);

/** What is left of an application that went. */
const NOTHING: Omit<ApplicationFacts, 'contestId'> = {
  number: '',
  title: '',
  totalCost: 0n,
  funding: [],
  beneficiaries: 0,
  population: 0,
  category: '',
  oktmo: '',
  submittedAt: null,
  answers: [],
  memberIds: [],
  organisationInns: [],
  divisions: [],
  cost: 0n,
  admitted: false,
};

/**
 * What contests and the vote tell; each projection holds the newest word of its source, so replays and other orders change nothing. A
 * ranking that stands is determined anew when those whom it compares change.
 */
export const consumers = (stores: Stores, clock: Clock): Consumer[] => [
  ...ofContests(stores, clock),
  ...ofApplications(stores, clock),
  ...submittedConsumers(stores),
  ofVote(stores, clock),
  ofCapital(stores, clock),
  ofMeetings(stores, clock),
  on(SettingsChangedSchema, async (told, { sequence }) => {
    await stores.blocks.upsertIfNewer(told.scope, sequence, { versions: switchesIn(told) });
  }),
];

function ofContests(stores: Stores, clock: Clock): Consumer[] {
  const { contests, windows, juryWindows } = stores;
  const schedule = async (contestId: string, stages: readonly Stage[], sequence: number): Promise<void> => {
    for (const [of, at] of [
      ['EXPERTISE', windows],
      ['PUBLIC_ASSESSMENT', juryWindows],
    ] as const) {
      const stage = stages.find(({ type }) => type === of);
      if (!stage) continue;
      const window = { opensAt: new Date(stage.opensAt), closesAt: new Date(stage.closesAt) };
      await at.upsertIfNewer(contestId, sequence, window);
    }
  };
  return [
    on(
      ContestPublishedSchema,
      async ({ contestId, title, oktmo, timeZone, criteria, stages, ...rules }, { sequence }) => {
        const scoring = rules.scoringJson ? (JSON.parse(rules.scoringJson) as Scoring) : PLAIN_SCORING;
        const answers = rules.formulaFields.map(fieldOf);
        await contests.upsertIfNewer(contestId, sequence, {
          title,
          oktmo,
          timeZone,
          criteria: criteria.map(criterionOf),
          scoring,
          answers,
          budget: rules.budgetKopecks,
          divisions: rules.divisions.map(divisionOf),
        });
        await schedule(contestId, stages, sequence);
      },
    ),
    on(ContestAmendedSchema, async ({ contestId, criteria, scoringJson, formulaFields }, { sequence }) => {
      const contest = await contests.get(contestId);
      if (scoringJson === '' || !contest) return; // the acts, or all rules anew by the event of the publication
      const { title, oktmo, timeZone, budget, divisions } = contest;
      await contests.upsertIfNewer(contestId, sequence, {
        title,
        oktmo,
        timeZone,
        ...(budget === undefined ? {} : { budget }),
        ...(divisions === undefined ? {} : { divisions }),
        criteria: criteria.map(criterionOf),
        scoring: JSON.parse(scoringJson) as Scoring,
        answers: formulaFields.map(fieldOf),
      });
      await rerank(stores, clock, contestId);
    }),
    on(ContestRescheduledSchema, ({ contestId, stages }, { sequence }) => schedule(contestId, stages, sequence)),
  ];
}

function ofApplications(stores: Stores, clock: Clock): Consumer[] {
  const { applications } = stores;
  // Also when the admission has not arrived yet: what is written here keeps it out.
  const gone = async (
    { applicationId, contestId }: { applicationId: string; contestId: string },
    sequence: number,
  ): Promise<void> => {
    await applications.upsertIfNewer(applicationId, sequence, { ...NOTHING, contestId });
    await rerank(stores, clock, contestId);
  };
  return [
    on(
      ApplicationAdmittedSchema,
      async ({ applicationId, contestId, facts, memberIds, organisationInns }, { sequence }) => {
        if (!facts) throw new Error('an admitted application without facts');
        const {
          number,
          title,
          totalCostKopecks: totalCost,
          beneficiaries,
          population,
          category,
          oktmo,
          submittedAt,
        } = facts;
        const funding = facts.funding.map(({ source, amountKopecks: amount }) => ({ source, amount }));
        await applications.upsertIfNewer(applicationId, sequence, {
          contestId,
          number,
          title,
          totalCost,
          funding,
          beneficiaries,
          population,
          category,
          oktmo,
          submittedAt: submittedAt ? new Date(submittedAt) : null,
          answers: facts.answers.map(answerOf),
          memberIds,
          organisationInns,
          divisions: facts.divisions,
          cost: facts.costKopecks,
          admitted: true,
        });
        await rerank(stores, clock, contestId);
      },
    ),
    on(ApplicationRefusedSchema, (message, { sequence }) => gone(message, sequence)),
    on(ApplicationWithdrawnSchema, (message, { sequence }) => gone(message, sequence)),
  ];
}

function ofVote(stores: Stores, clock: Clock): Consumer {
  return on(ResultDeterminedSchema, async ({ contestId, projects }, { sequence }) => {
    const lines = projects.map(({ applicationId, voters, against }) => ({ applicationId, for: voters, against }));
    await stores.votes.upsertIfNewer(contestId, sequence, { lines });
    await rerank(stores, clock, contestId);
  });
}

function ofCapital(stores: Stores, clock: Clock): Consumer {
  return on(VirtualCapitalCountedSchema, async ({ contestId, closesAt, lines }, { sequence }) => {
    const told = lines.map(({ applicationId, points, supporters }) => ({ applicationId, points, supporters }));
    await stores.capital.upsertIfNewer(contestId, sequence, { closesAt: new Date(closesAt), lines: told });
    await rerank(stores, clock, contestId);
  });
}

/** Preliminary meetings talk about problems; only the final one decides about projects. Minutes that are corrected count as they are now. */
function ofMeetings(stores: Stores, clock: Clock): Consumer {
  return on(MeetingChangedSchema, async (told, { sequence }) => {
    const { meetingId, contestId, kind, state, present, signatures, startsAt } = told;
    if (kind !== 'FINAL' || state !== 'HELD') return;
    const questions = told.questions.map(({ applicationId, votesFor, against, abstained }) => ({
      applicationId,
      votesFor,
      against,
      abstained,
    }));
    const facts = { contestId, startsAt: new Date(startsAt), present, signatures, questions };
    await stores.minutes.upsertIfNewer(meetingId, sequence, facts);
    await rerank(stores, clock, contestId);
  });
}

const divisionOf = ({ code, kind, title, budgetKopecks, winnersLimit, passingScore }: DivisionMessage): Division => ({
  code,
  kind: kind as Division['kind'],
  title,
  budget: budgetKopecks || null,
  winnersLimit: winnersLimit || null,
  passingScore: passingScore || null,
});

const criterionOf = ({ parametersJson, group, round, least, ...criterion }: CriterionMessage): Criterion => {
  const { code, kind, title, maxPoints, weight } = criterion;
  const rounding = round ? { places: round.places, mode: round.mode } : null;
  return {
    code,
    kind,
    title,
    maxPoints,
    weight,
    parameters: JSON.parse(parametersJson),
    group: group || null,
    round: rounding,
    least: least || null,
  } as Criterion;
};

const fieldOf = ({ name, type, options }: FormulaField): AnswerType => ({
  name,
  type: type as AnswerType['type'],
  ...(options.length > 0 ? { options } : {}),
});

const answerOf = ({ name, type, value }: FormulaAnswer): Answer => ({ name, type: type as Answer['type'], value });
