import { mapConnection, type Context } from '@veche/kit';
import type { QueryResolvers } from '../gen/graphql.ts';
import { loadContest } from '../loaders.ts';
import { mayOversee, maySeeContest, PUBLIC_STATES } from '../policy.ts';
import { pageOfContests } from '../store.ts';
import {
  applicationView,
  contestView,
  groupView,
  templates,
  visibleApplication,
  visibleContest,
  visibleGroup,
  type ViewParts,
} from '../views.ts';

export function queries(parts: ViewParts): QueryResolvers {
  const { stores } = parts;
  return {
    contestTemplates: () => templates() as never,
    contest: (_source, { id }, context) => visibleContest(parts, context, id) as never,
    contests: async (_source, { filter, ...args }, { caller }) => {
      const territories =
        caller && ['organiser', 'importer', 'admin', 'auditor'].some((role) => caller.roles.has(role as never))
          ? caller.territories
          : [];
      return mapConnection(await pageOfContests(stores.contests, filter ?? {}, territories, args), (one) =>
        contestView(parts, one),
      ) as never;
    },
    application: (_source, { id }, context) => visibleApplication(parts, context, id) as never,
    applications: async (_source, { contestId, states, ...args }, context) => {
      const visible = await visibleStates(parts, context, contestId);
      const filter = { contestId, ...visible(states ?? null) };
      const page = await stores.applications.page(filter, { submittedAt: 1, _id: 1 }, args);
      return mapConnection(page, (one) => applicationView(parts, one)) as never;
    },
    myApplications: async (_source, args, context) => {
      const groups = await stores.groups.find({ memberIds: context.requireCaller().personId }, { limit: 100 });
      const filter = { groupId: { $in: groups.map(({ id }) => id) } };
      return mapConnection(await stores.applications.page(filter, { createdAt: -1, _id: -1 }, args), (one) =>
        applicationView(parts, one),
      ) as never;
    },
    initiativeGroup: (_source, { id }, context) => visibleGroup(parts, context, id) as never,
    myInitiativeGroups: async (_source, _args, context) => {
      const found = await stores.groups.find(
        { memberIds: context.requireCaller().personId },
        { sort: { createdAt: -1 }, limit: 100 },
      );
      return found.map((group) => groupView(parts, context, group)) as never;
    },
  };
}

type StateFilter = (states: readonly string[] | null) => Record<string, unknown>;

/** Which states of applications the caller may list: officials all of them, others those that are public. */
async function visibleStates({ stores }: ViewParts, context: Context, contestId: string): Promise<StateFilter> {
  const contest = await loadContest(stores, context, contestId);
  if (!contest || !maySeeContest(context.caller, contest.state)) return () => ({ status: { $in: [] } });
  const all = mayOversee(context.caller, contest.state.oktmo);
  return (states) => {
    if (all) return states?.length ? { status: { $in: [...states] } } : {};
    const chosen = states?.length ? PUBLIC_STATES.filter((state) => states.includes(state)) : PUBLIC_STATES;
    return { status: { $in: [...chosen] } };
  };
}
