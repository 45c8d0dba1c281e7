import { mapConnection, rejectionOf, type Context } from '@veche/kit';
import { planStages } from '../domain/calendar.ts';
import { contestFile } from '../domain/contest-file.ts';
import { transitionsOf } from '../domain/transitions.ts';
import type { QueryResolvers } from '../gen/graphql.ts';
import { loadContest } from '../loaders.ts';
import { messages } from '../messages.ts';
import { mayOversee, maySeeContest, overseenTerritories, PUBLIC_STATES, PUBLISHED_STATES } from '../policy.ts';
import { groupIdsOf } from '../store.ts';
import { pageOfContests } from '../store/contest-list.ts';
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
      const page = await pageOfContests(
        stores.contests,
        filter ?? {},
        { territories: overseenTerritories(caller), now: parts.clock.now() },
        args,
      );
      return mapConnection(page, (one) => contestView(parts, one)) as never;
    },
    application: (_source, { id }, context) => visibleApplication(parts, context, id) as never,
    applications: async (_source, { contestId, states, ...args }, context) => {
      const filter = { contestId, ...(await visibleOf(parts, context, contestId)), ...inStates(states) };
      const page = await stores.applications.page(filter, { sortKey: 1, _id: 1 }, args);
      return mapConnection(page, (one) => applicationView(parts, one)) as never;
    },
    myApplications: async (_source, args, context) => {
      const filter = { groupId: { $in: await groupIdsOf(stores.groups, context.requireCaller().personId) } };
      const page = await stores.applications.page(filter, { createdAt: -1, _id: -1 }, args);
      return mapConnection(page, (one) => applicationView(parts, one)) as never;
    },
    initiativeGroup: (_source, { id }, context) => visibleGroup(parts, context, id) as never,
    myInitiativeGroups: async (_source, _args, context) => {
      const found = await stores.groups.find(
        { memberIds: context.requireCaller().personId },
        { sort: { createdAt: -1 }, limit: 100 },
      );
      return found.map((group) => groupView(parts, context, group)) as never;
    },
    contestFile: async (_source, { contestId }, context) => {
      const contest = await loadContest(stores, context, contestId);
      return contest && maySeeContest(context.caller, contest.state) ? contestFile(contest.state) : null;
    },
    dryRunStages: (_source, { input }) => {
      const rules = { timeZone: input.timeZone, regionalHolidays: input.regionalHolidays ?? [] };
      const { stages, rejection } = planStages(input.stages, rules);
      return {
        transitions: stages ? transitionsOf(stages, rules, parts.clock.now()) : [],
        rejection: rejection && rejectionOf(rejection, messages),
      } as never;
    },
  };
}

const inStates = (states: readonly string[] | null | undefined) =>
  states?.length ? { status: { $in: [...states] } } : {};

/** Which applications of a contest the caller may list: officials all, everybody the public ones, a person those of its groups too. */
async function visibleOf({ stores }: ViewParts, context: Context, contestId: string): Promise<Record<string, unknown>> {
  const contest = await loadContest(stores, context, contestId);
  if (!contest || !maySeeContest(context.caller, contest.state)) return { _id: { $in: [] } };
  if (mayOversee(context.caller, contest.state.oktmo)) return {};
  const known = [
    { status: { $in: [...PUBLIC_STATES] } },
    { status: { $in: [...PUBLISHED_STATES] }, publishedAt: { $gt: new Date(0) } },
  ];
  if (!context.caller) return { $or: known };
  return { $or: [...known, { groupId: { $in: await groupIdsOf(stores.groups, context.caller.personId) } }] };
}
