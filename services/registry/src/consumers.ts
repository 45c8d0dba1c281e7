import type { Aggregate, AggregateStore, Clock, Consumer, ReceivedEvent } from '@veche/kit';
import { on } from '@veche/proto';
import type { ApplicationFacts } from '@veche/proto/contests/v1/contests';
import { ApplicationAdmittedSchema, ApplicationDecidedSchema } from '@veche/proto/contests/v1/contests';
import { PledgeMadeSchema, PledgePaidSchema, PledgeWithdrawnSchema } from '@veche/proto/crowdfunding/v1/crowdfunding';
import { ResultDeterminedSchema } from '@veche/proto/voting/v1/voting';
import type { Decision } from '@veche/kit/domain/decision';
import type { ContestOutcome, ProjectEvent, ProjectFacts, ProjectState } from './domain/project.ts';
import { candidate, goesOnAs, planOf } from './domain/project.ts';
import { learnFacts, learnOutcome, learnRaised } from './domain/register.ts';
import { isSource } from './domain/source.ts';
import { toOutbox } from './events.ts';
import { standingAbove, type PledgeProjection, type PledgeTotals } from './store.ts';

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

const admitted = (parts: ConsumerParts, ref: ApplicationRef, facts: ProjectFacts) =>
  learn(parts, ref, (state) => learnFacts(state, facts, parts.clock.now()));

const decided = (parts: ConsumerParts, ref: ApplicationRef, outcome: ContestOutcome) =>
  learn(parts, ref, (state) => learnOutcome(state, outcome, parts.clock.now()));

async function learn(
  parts: ConsumerParts,
  { applicationId: id, contestId }: ApplicationRef,
  decide: (state: ProjectState) => Decision<ProjectState, ProjectEvent, never>,
): Promise<void> {
  const { aggregate } = await parts.projects.upsert({
    id,
    events: toOutbox,
    initial: () => candidate(contestId),
    decide,
  });
  // What came up from it may have been told before it, and what it came up from goes on as it: downwards, tier by tier.
  let project = aggregate;
  while (project) {
    const sourceId = await followUppers(parts, project);
    project = sourceId ? await parts.projects.load(sourceId) : null;
  }
}

/**
 * Tells a project what it goes on as, and answers what it came up from. A repetition finds it done; a project that the register has not heard
 * of yet learns it when it is.
 */
async function followUppers({ projects, clock }: ConsumerParts, project: Aggregate<ProjectState>) {
  let seen: Aggregate<ProjectState> | null = project;
  while (seen) {
    const standing = await standingAbove(projects, seen.id);
    if (goesOnAs(seen.state, standing)) return seen.state.facts?.sourceId;
    // And once more: another consumer may be writing what an earlier look found.
    const decide = (state: ProjectState) => learnRaised(state, standing, clock.now());
    seen = (await projects.change<ProjectEvent, never>({ id: seen.id, events: toOutbox, decide })).aggregate;
  }
  return null;
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

function factsOf(facts: ApplicationFacts): ProjectFacts {
  const { title, oktmo, category, totalCostKopecks, funding, revision } = facts;
  const known = funding.flatMap(({ source, amountKopecks: amount }) => (isSource(source) ? [{ source, amount }] : []));
  const plan = planOf(known, totalCostKopecks);
  const { sourceId } = facts;
  // Absent where there is none: the index is of those that came up.
  const source = sourceId ? { sourceId } : {};
  return { title, oktmo, category, totalCost: totalCostKopecks, plan, revision, ...source };
}
