import type { AggregateStore, Clock, Consumer, ReceivedEvent } from '@veche/kit';
import { on } from '@veche/proto';
import type { ApplicationFacts } from '@veche/proto/contests/v1/contests';
import { ApplicationAdmittedSchema, ApplicationDecidedSchema } from '@veche/proto/contests/v1/contests';
import { PledgeMadeSchema, PledgePaidSchema, PledgeWithdrawnSchema } from '@veche/proto/crowdfunding/v1/crowdfunding';
import { ResultDeterminedSchema } from '@veche/proto/voting/v1/voting';
import type { ContestOutcome, ProjectFacts, ProjectState } from './domain/project.ts';
import { candidate, planOf } from './domain/project.ts';
import { learnFacts, learnOutcome } from './domain/register.ts';
import { isSource } from './domain/source.ts';
import { toOutbox } from './events.ts';
import type { PledgeProjection, PledgeTotals } from './store.ts';

export interface ConsumerParts {
  projects: AggregateStore<ProjectState>;
  pledges: PledgeTotals;
  clock: Clock;
}

/** Facts from contests, outcomes from voting or contests, promises from crowdfunding; any order, any number of times. */
export function consumers(parts: ConsumerParts): Consumer[] {
  return [
    on(ApplicationAdmittedSchema, async ({ applicationId, contestId, facts }) => {
      if (facts) await admitted(parts, { applicationId, contestId }, factsOf(facts));
    }),
    on(ResultDeterminedSchema, async ({ contestId, version, projects, advisory }, { sequence }) => {
      if (advisory) return;
      for (const { applicationId, outcome } of projects) {
        await decided(parts, { applicationId, contestId }, { winner: outcome === 'WINNER', version, sequence });
      }
    }),
    // Contests whose commission decides; a result of a vote overrules it, because its versions begin with 1.
    on(ApplicationDecidedSchema, ({ applicationId, contestId, outcome }, { sequence }) =>
      decided(parts, { applicationId, contestId }, { winner: outcome === 'WINNER', version: 0, sequence }),
    ),
    on(PledgeMadeSchema, (pledge, meta) => promised(parts, pledge, 'PROMISED', meta)),
    on(PledgeWithdrawnSchema, (pledge, meta) => promised(parts, pledge, 'WITHDRAWN', meta)),
    on(PledgePaidSchema, (pledge, meta) => promised(parts, pledge, 'PAID', meta)),
  ];
}

interface ApplicationRef {
  applicationId: string;
  contestId: string;
}

async function admitted({ projects, clock }: ConsumerParts, ref: ApplicationRef, facts: ProjectFacts) {
  await projects.upsert({
    id: ref.applicationId,
    events: toOutbox,
    initial: () => candidate(ref.contestId),
    decide: (state) => learnFacts(state, facts, clock.now()),
  });
}

async function decided({ projects, clock }: ConsumerParts, ref: ApplicationRef, outcome: ContestOutcome) {
  await projects.upsert({
    id: ref.applicationId,
    events: toOutbox,
    initial: () => candidate(ref.contestId),
    decide: (state) => learnOutcome(state, outcome, clock.now()),
  });
}

async function promised(
  { pledges }: ConsumerParts,
  pledge: { pledgeId: string; projectId: string; amountKopecks: bigint },
  status: PledgeProjection['status'],
  { sequence }: ReceivedEvent,
) {
  const { pledgeId, projectId, amountKopecks: amount } = pledge;
  await pledges.store.upsertIfNewer(pledgeId, sequence, { projectId, amount, status });
}

function factsOf({ title, oktmo, category, totalCostKopecks, funding, revision }: ApplicationFacts): ProjectFacts {
  const known = funding.flatMap(({ source, amountKopecks: amount }) => (isSource(source) ? [{ source, amount }] : []));
  const plan = planOf(known, totalCostKopecks);
  return { title, oktmo, category, totalCost: totalCostKopecks, plan, revision };
}
