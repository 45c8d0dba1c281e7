import type { Consumer, ReceivedEvent } from '@veche/kit';
import { on } from '@veche/proto';
import * as contests from '@veche/proto/contests/v1/contests';
import * as crowdfunding from '@veche/proto/crowdfunding/v1/crowdfunding';
import * as expertise from '@veche/proto/expertise/v1/expertise';
import * as registry from '@veche/proto/registry/v1/registry';
import * as voting from '@veche/proto/voting/v1/voting';
import { learn, type Fact, type FactModel, type Stores } from './store.ts';

type Said = Omit<Fact, 'sequence' | 'contest'>;
type InContest = { contestId: string };

/** Every event of the platform as facts; any order, any number of times. */
export function consumers(stores: Stores): Consumer[] {
  const fact = async (
    model: FactModel,
    id: string,
    event: InContest,
    meta: ReceivedEvent,
    said: Said,
  ): Promise<void> => {
    const { contestId: contest } = event;
    await learn(model, id, { contest, sequence: meta.sequence, ...said });
    await learn(stores.contests, contest, { contest, sequence: meta.sequence, most: { asOf: meta.time } });
  };
  return [
    ...ofContests(stores, fact),
    ...ofExpertise(stores, fact),
    ...ofVoting(stores),
    ...ofRegistry(stores, fact),
    ...ofCrowdfunding(stores, fact),
  ];
}

type Learner = (model: FactModel, id: string, event: InContest, meta: ReceivedEvent, said: Said) => Promise<void>;

function ofContests(stores: Stores, fact: Learner): Consumer[] {
  const application =
    (flag: string) =>
    (event: InContest & { applicationId: string; facts?: contests.ApplicationFacts }, meta: ReceivedEvent) =>
      fact(stores.applications, event.applicationId, event, meta, {
        flags: { [flag]: true },
        values: event.facts ? { facts: factsOf(event.facts) } : {},
      });
  const stage = (mark: string) => (event: InContest & { stage: string }, meta: ReceivedEvent) =>
    fact(stores.stages, `${event.contestId}:${event.stage}`, event, meta, {
      flags: { [mark]: true },
      values: { stage: { type: event.stage } },
    });
  return [
    on(contests.ContestPublishedSchema, async (event, meta) => {
      await fact(stores.contests, event.contestId, event, meta, {
        flags: { published: true },
        values: { passport: { title: event.title, budget: event.budgetKopecks } },
      });
      // The code stands by itself, for it is what contests are looked up by.
      await stores.contests.collection.updateOne({ _id: event.contestId } as never, { $set: { oktmo: event.oktmo } });
    }),
    on(contests.StageOpenedSchema, stage('opened')),
    on(contests.StageClosedSchema, stage('closed')),
    on(contests.InitiativeGroupChangedSchema, (event, meta) =>
      fact(stores.groups, event.groupId, event, meta, { values: { members: { count: event.memberIds.length } } }),
    ),
    on(contests.ApplicationSubmittedSchema, application('submitted')),
    on(contests.ApplicationReturnedSchema, application('returned')),
    on(contests.ApplicationAdmittedSchema, application('admitted')),
    on(contests.ApplicationRefusedSchema, application('refused')),
    on(contests.ApplicationDecidedSchema, (event, meta) =>
      fact(stores.applications, event.applicationId, event, meta, {
        values: { decision: { outcome: event.outcome, cost: event.costKopecks } },
      }),
    ),
    on(contests.ApplicationWithdrawnSchema, application('withdrawn')),
  ];
}

const factsOf = ({ totalCostKopecks, revision, category }: contests.ApplicationFacts) => ({
  totalCost: totalCostKopecks,
  revision,
  category,
});

function ofExpertise(stores: Stores, fact: Learner): Consumer[] {
  const sheet = (flag: string) => (event: InContest & { sheetId: string }, meta: ReceivedEvent) =>
    fact(stores.sheets, event.sheetId, event, meta, { flags: { [flag]: true } });
  return [
    on(expertise.ExpertAssignedSchema, sheet('assigned')),
    on(expertise.ConflictDeclaredSchema, sheet('barred')),
    on(expertise.SheetFinalisedSchema, sheet('final')),
  ];
}

function ofVoting(stores: Stores): Consumer[] {
  return [
    // The index is gapless, so the greatest one seen is the number of ballots; no ballot is counted twice.
    on(voting.BallotAcceptedSchema, (event, meta) =>
      learn(stores.ballots, event.contestId, {
        contest: event.contestId,
        sequence: meta.sequence,
        most: { accepted: Number(event.index) + 1, superseded: Number(event.supersededSoFar), asOf: meta.time },
      }),
    ),
  ];
}

function ofRegistry(stores: Stores, fact: Learner): Consumer[] {
  const amounts = (list: readonly registry.SourceAmount[]) =>
    Object.fromEntries(list.map(({ source, amountKopecks }) => [source, amountKopecks]));
  const total = (list: readonly registry.SourceAmount[]): bigint =>
    list.reduce((sum, { amountKopecks }) => sum + amountKopecks, 0n);
  return [
    on(registry.ProjectRegisteredSchema, (event, meta) =>
      fact(stores.projects, event.projectId, event, meta, {
        values: { registration: { here: true, totalCost: event.totalCostKopecks, plan: amounts(event.plan) } },
      }),
    ),
    on(registry.ProjectRemovedSchema, (event, meta) =>
      fact(stores.projects, event.projectId, event, meta, { values: { registration: { here: false } } }),
    ),
    on(registry.ProgressReportedSchema, (event, meta) =>
      fact(stores.projects, event.projectId, event, meta, {
        values: { progress: { spent: total(event.spentTotal), percent: event.percent } },
      }),
    ),
    on(registry.ProjectCompletedSchema, (event, meta) =>
      fact(stores.projects, event.projectId, event, meta, {
        flags: { completed: true },
        values: { progress: { spent: total(event.spentTotal), percent: 100 } },
      }),
    ),
  ];
}

function ofCrowdfunding(stores: Stores, fact: Learner): Consumer[] {
  const pledge =
    (status: string) => (event: InContest & { pledgeId: string; amountKopecks: bigint }, meta: ReceivedEvent) =>
      fact(stores.pledges, event.pledgeId, event, meta, {
        values: { pledge: { status, amount: event.amountKopecks } },
      });
  return [
    on(crowdfunding.PledgeMadeSchema, pledge('PROMISED')),
    on(crowdfunding.PledgeWithdrawnSchema, pledge('WITHDRAWN')),
    on(crowdfunding.PledgePaidSchema, pledge('PAID')),
  ];
}
