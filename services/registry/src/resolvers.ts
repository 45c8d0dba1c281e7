import { commandOf, forbidden, newId, payload } from '@veche/kit';
import type { AggregateStore, Clock, Context, Outcome } from '@veche/kit';
import type { Decision } from '@veche/kit/domain/decision';
import { completeProject, planImplementation, reportProgress } from './domain/implementation.ts';
import type { ProjectCode, ProjectEvent, ProjectState } from './domain/project.ts';
import { isRegistered } from './domain/project.ts';
import { toOutbox } from './events.ts';
import type { MutationResolvers, Resolvers } from './gen/graphql.ts';
import { messages } from './messages.ts';
import { mayImplement } from './policy.ts';
import { connectionOfViews, financeFields, loadProject, viewOf } from './project-view.ts';
import type { PledgeTotals } from './store.ts';
import { pageOfProjects } from './store.ts';

export interface ResolverParts {
  projects: AggregateStore<ProjectState>;
  pledges: PledgeTotals;
  clock: Clock;
}

export function resolvers(parts: ResolverParts): Resolvers {
  const { projects, pledges } = parts;
  return {
    Query: {
      project: (_source, { id }, context) => loadProject(projects, context, id),
      projects: async (_source, { filter, ...args }) =>
        connectionOfViews(await pageOfProjects(projects, filter ?? {}, args)),
    },
    Mutation: mutations(parts),
    Project: {
      __resolveReference: ({ id }: { id: string }, context: Context) => loadProject(projects, context, id),
    },
    Finance: financeFields(pledges),
    Contest: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      projects: async ({ id }: { id: string }, args) =>
        connectionOfViews(await pageOfProjects(projects, { contestId: id }, args)),
    },
    Application: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      project: ({ id }: { id: string }, _args, context) => loadProject(projects, context, id),
    },
  };
}

interface ProjectInput {
  idempotencyKey: string;
  projectId: string;
  expectedVersion?: number | null;
}

function mutations({ projects, clock }: ResolverParts): MutationResolvers {
  const change = async (
    { context, name, input }: { context: Context; name: string; input: ProjectInput },
    decide: (state: ProjectState) => Decision<ProjectState, ProjectEvent, ProjectCode>,
  ) => {
    const command = commandOf(context, name, input);
    await requireImplementer(projects, context, input.projectId);
    const expectedVersion = input.expectedVersion ?? undefined;
    return answer(
      await projects.change({
        id: input.projectId,
        command,
        expectedVersion,
        events: toOutbox,
        decide,
      }),
    );
  };
  return {
    planImplementation: (_source, { input }, context) =>
      change({ context, name: 'planImplementation', input }, (state) => planImplementation(state, input.stages)),
    reportProgress: (_source, { input }, context) =>
      change({ context, name: 'reportProgress', input }, (state) =>
        reportProgress(state, input, { id: newId(), now: clock.now() }),
      ),
    completeProject: (_source, { input }, context) =>
      change({ context, name: 'completeProject', input }, (state) => completeProject(state, input, clock.now())),
  };
}

/** Throws FORBIDDEN for the staff of another place; a project that is not there is the decision's to refuse. */
async function requireImplementer(
  projects: AggregateStore<ProjectState>,
  context: Context,
  projectId: string,
): Promise<void> {
  const project = await projects.load(projectId);
  if (!project || !isRegistered(project.state)) return;
  if (!mayImplement(context.requireCaller(), project.state.facts!.oktmo)) throw forbidden();
}

function answer(outcome: Outcome<ProjectState, ProjectCode>) {
  return payload(outcome, messages, (project) => ({ project: viewOf(project) })) as never;
}
