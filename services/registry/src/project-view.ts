import DataLoader from 'dataloader';
import { byId, loaderOf, mapConnection } from '@veche/kit';
import type { Aggregate, AggregateStore, Connection, Context } from '@veche/kit';
import { isRegistered, percentOf, spentOf } from './domain/project.ts';
import type { ProjectState } from './domain/project.ts';
import { SOURCES, amountOf, totalOf } from './domain/source.ts';
import type { Source } from './domain/source.ts';
import type { CitizensMoney, PledgeTotals } from './store.ts';

export type ProjectAggregate = Aggregate<ProjectState>;

/** A registered project as the schema shows it. */
export function viewOf({ id, version, state }: ProjectAggregate) {
  const { contestId, facts, status, registeredAt, stages, reports, acceptedOn = null } = state;
  const { title, oktmo, category } = facts!;
  return {
    id,
    version,
    application: { id },
    contest: { id: contestId },
    title,
    oktmo,
    category,
    state: status,
    registeredAt,
    percent: percentOf(state),
    finance: { id, state },
    stages,
    reports: reports.toReversed(),
    acceptedOn,
  };
}

export function connectionOfViews(connection: Connection<ProjectAggregate>) {
  return mapConnection(connection, viewOf);
}

/** Money by plan and by reports; what citizens promised and paid is asked for only when it is selected. */
export function financeFields(pledges: PledgeTotals) {
  type Parent = { id: string; state: ProjectState };
  const citizens = ({ id }: Parent, context: Context): Promise<CitizensMoney> =>
    loaderOf(context, 'pledges', () => new DataLoader<string, CitizensMoney>((ids) => pledges.of(ids))).load(id);
  return {
    totalCost: ({ state }: Parent) => state.facts!.totalCost,
    sources: ({ state }: Parent) => sourcesOf(state),
    pledged: async (parent: Parent, _args: object, context: Context) => (await citizens(parent, context)).pledged,
    paid: async (parent: Parent, _args: object, context: Context) => (await citizens(parent, context)).paid,
    spent: ({ state }: Parent) => totalOf(spentOf(state)),
  };
}

/** Sources of the plan only: nothing can be spent from another one. */
function sourcesOf(state: ProjectState): { source: Source; planned: bigint; spent: bigint }[] {
  const { plan } = state.facts!;
  const spent = spentOf(state);
  return SOURCES.filter((source) => amountOf(plan, source) > 0n).map((source) => ({
    source,
    planned: amountOf(plan, source),
    spent: amountOf(spent, source),
  }));
}

/** A registered project by id, many of one request in one query; null when it is not in the register. */
export async function loadProject(
  projects: AggregateStore<ProjectState>,
  context: Context,
  id: string,
): Promise<ReturnType<typeof viewOf> | null> {
  const registered = async (ids: readonly string[]) =>
    (await projects.loadMany(ids)).filter(({ state }) => isRegistered(state));
  const project = await byId(context, 'projects', registered).load(id);
  return project && viewOf(project);
}
