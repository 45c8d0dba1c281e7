import type { Consumer } from '@veche/kit';
import type { Scoring } from '@veche/kit/domain/criterion';
import { requestedOf } from '@veche/kit/domain/scoring/facts';
import { on, topicsOf } from '@veche/proto';
import {
  ApplicationAdmittedSchema,
  ApplicationRefusedSchema,
  ApplicationWithdrawnSchema,
  ContestAmendedSchema,
  ContestPublishedSchema,
  ContestRescheduledSchema,
  type Stage,
} from '@veche/proto/contests/v1/contests';
import type { CapitalStores } from './store/capital.ts';
import {
  followCalendar,
  followRule,
  noCapital,
  type CapitalCampaign,
  type CapitalEvent,
} from './domain/capital-campaign.ts';
import type { Decision } from '@veche/kit/domain/decision';
import { capitalToOutbox } from './events.ts';

export const CAPITAL_CONSUMED = topicsOf(ContestPublishedSchema, ApplicationAdmittedSchema);

/** Virtual capital follows the rules, the calendar and the admissions that contests tell; sequences make order and repetition harmless. */
export const capitalConsumers = (stores: CapitalStores): Consumer[] => [
  ...ofContests(stores),
  ...ofApplications(stores),
];

function ofContests({ capitals }: CapitalStores): Consumer[] {
  const follow = async (
    id: string,
    decide: (state: CapitalCampaign) => Decision<CapitalCampaign, CapitalEvent, never>,
  ): Promise<void> => {
    await capitals.upsert({ id, events: capitalToOutbox, initial: noCapital, decide });
  };
  const rule = (contestId: string, scoringJson: string, sequence: number): Promise<void> => {
    const scoring = scoringJson ? (JSON.parse(scoringJson) as Scoring) : null;
    return follow(contestId, (state) => followRule(state, sequence, scoring?.virtualCapital ?? null));
  };
  const calendar = (contestId: string, stages: readonly Stage[], sequence: number): Promise<void> => {
    const stage = stages.find(({ type }) => type === 'PUBLIC_ASSESSMENT');
    const window = stage ? { opensAt: new Date(stage.opensAt), closesAt: new Date(stage.closesAt) } : null;
    return follow(contestId, (state) => followCalendar(state, sequence, window));
  };
  return [
    on(ContestPublishedSchema, async ({ contestId, scoringJson, stages }, { sequence }) => {
      await rule(contestId, scoringJson, sequence);
      await calendar(contestId, stages, sequence);
    }),
    on(ContestAmendedSchema, async ({ contestId, scoringJson }, { sequence }) => {
      if (scoringJson !== '') await rule(contestId, scoringJson, sequence);
    }),
    on(ContestRescheduledSchema, ({ contestId, stages }, { sequence }) => calendar(contestId, stages, sequence)),
  ];
}

function ofApplications({ applications }: CapitalStores): Consumer[] {
  // Also when the admission has not arrived yet: what is written here keeps it out.
  const gone = async (
    { applicationId, contestId }: { applicationId: string; contestId: string },
    { sequence, time: goneAt }: { sequence: number; time: Date },
  ): Promise<void> => {
    const facts = { contestId, requested: 0n, memberIds: [], admitted: false, goneAt };
    await applications.upsertIfNewer(applicationId, sequence, facts);
  };
  return [
    on(ApplicationAdmittedSchema, async ({ applicationId, contestId, facts, memberIds }, { sequence }) => {
      if (!facts) throw new Error('an admitted application without facts');
      const funding = facts.funding.map(({ source, amountKopecks: amount }) => ({ source, amount }));
      const requested = requestedOf({ totalCost: facts.totalCostKopecks, funding });
      await applications.upsertIfNewer(applicationId, sequence, {
        contestId,
        requested,
        memberIds,
        admitted: true,
        goneAt: null,
      });
    }),
    on(ApplicationRefusedSchema, gone),
    on(ApplicationWithdrawnSchema, gone),
  ];
}
