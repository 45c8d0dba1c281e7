import type { Consumer } from '@veche/kit';
import type { Criterion } from '@veche/kit/domain/criterion';
import { on, topicsOf } from '@veche/proto';
import {
  ApplicationAdmittedSchema,
  ApplicationRefusedSchema,
  ApplicationWithdrawnSchema,
  ContestPublishedSchema,
  ContestRescheduledSchema,
  type Criterion as CriterionMessage,
  type Stage,
} from '@veche/proto/contests/v1/contests';
import type { ApplicationFacts, Stores } from './store.ts';

export const CONSUMED = topicsOf(
  ContestPublishedSchema,
  ContestRescheduledSchema,
  ApplicationAdmittedSchema,
  ApplicationRefusedSchema,
  ApplicationWithdrawnSchema,
);

/** What is left of an application that went. */
const NOTHING: Omit<ApplicationFacts, 'contestId'> = {
  number: '',
  totalCost: 0n,
  funding: [],
  beneficiaries: 0,
  population: 0,
  memberIds: [],
  admitted: false,
};

/** What contests tell; each projection holds the newest word of its source, so replays and other orders change nothing. */
export function consumers({ contests, windows, applications }: Stores): Consumer[] {
  // Also when the admission has not arrived yet: what is written here keeps it out.
  const gone = ({ applicationId, contestId }: { applicationId: string; contestId: string }, sequence: number) =>
    applications.upsertIfNewer(applicationId, sequence, { ...NOTHING, contestId }).then(() => undefined);
  const schedule = async (contestId: string, stages: readonly Stage[], sequence: number): Promise<void> => {
    const stage = stages.find(({ type }) => type === 'EXPERTISE');
    if (stage)
      await windows.upsertIfNewer(contestId, sequence, {
        opensAt: new Date(stage.opensAt),
        closesAt: new Date(stage.closesAt),
      });
  };
  return [
    on(ContestPublishedSchema, async ({ contestId, oktmo, criteria, stages }, { sequence }) => {
      await contests.upsertIfNewer(contestId, sequence, { oktmo, criteria: criteria.map(criterionOf) });
      await schedule(contestId, stages, sequence);
    }),
    on(ContestRescheduledSchema, ({ contestId, stages }, { sequence }) => schedule(contestId, stages, sequence)),
    on(ApplicationAdmittedSchema, async ({ applicationId, contestId, facts, memberIds }, { sequence }) => {
      if (!facts) throw new Error('an admitted application without facts');
      const { number, totalCostKopecks: totalCost, beneficiaries, population } = facts;
      const funding = facts.funding.map(({ source, amountKopecks: amount }) => ({ source, amount }));
      await applications.upsertIfNewer(applicationId, sequence, {
        contestId,
        number,
        totalCost,
        funding,
        beneficiaries,
        population,
        memberIds,
        admitted: true,
      });
    }),
    on(ApplicationRefusedSchema, (message, { sequence }) => gone(message, sequence)),
    on(ApplicationWithdrawnSchema, (message, { sequence }) => gone(message, sequence)),
  ];
}

const criterionOf = ({ code, kind, title, maxPoints, weight, parametersJson }: CriterionMessage): Criterion =>
  ({ code, kind, title, maxPoints, weight, parameters: JSON.parse(parametersJson) }) as Criterion;
