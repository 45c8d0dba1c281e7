import DataLoader from 'dataloader';
import { loaderOf, rejectionOf, type Aggregate, type Context } from '@veche/kit';
import type { Application } from './domain/application.ts';
import type { Contest } from './domain/contest.ts';
import type { Stopped } from './domain/tier/places.ts';
import { messages, type Code } from './messages.ts';
import { mayOversee } from './policy.ts';
import { contestsAbove, raisedFrom } from './store/tiers.ts';
import { contestView, visibleApplication, visibleContest, type ViewParts } from './views.ts';

type Shown = { id: string };

/** The second tier of a contest, and the tiers above it. */
export const contestTiers = (parts: ViewParts) => ({
  tier: async ({ id }: Shown, _args: object, context: Context) => {
    const { state } = (await parts.stores.contests.load(id))!;
    return state.tier ? tierView(parts, context, id, state) : null;
  },
  nextTiers: async ({ id }: Shown) => {
    const contest = await parts.stores.contests.load(id);
    const above = contest ? await contestsAbove(parts.stores.contests, id, contest.state) : [];
    return above.map((one) => contestView(parts, one));
  },
});

async function tierView(parts: ViewParts, context: Context, id: string, { tier, oktmo }: Contest) {
  const places = (await parts.stores.tiers.load(id))?.state ?? { taken: [], stopped: [] };
  const byPlace = Map.groupBy(places.taken, (place) => place.oktmo);
  return {
    ...tier!,
    contests: async () => {
      const found = await Promise.all((tier!.contestIds ?? []).map((one) => visibleContest(parts, context, one)));
      return found.filter((one) => one !== null);
    },
    taken: [...byPlace]
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([place, of]) => ({ oktmo: place, count: of.length })),
    stopped: mayOversee(context.caller, oktmo) ? places.stopped.map((one) => stoppedView(parts, one)) : [],
  };
}

export function stoppedView(parts: ViewParts, { sourceId, code, params, at }: Stopped) {
  const { userMessage } = rejectionOf({ code: code as Code, ...(params ? { params } : {}) }, messages);
  return {
    code,
    userMessage,
    at,
    application: (_args: object, context: Context) => visibleApplication(parts, context, sourceId),
  };
}

/** Where an application came from and where it went on to. */
export const applicationTiers = (parts: ViewParts) => ({
  source: ({ sourceId }: { sourceId: string | null }, _args: object, context: Context) =>
    sourceId ? visibleApplication(parts, context, sourceId) : null,
  raisedTo: async ({ id }: Shown, _args: object, context: Context) => {
    const raised = await loadRaised(parts, context, id);
    const seen = await Promise.all(raised.map((one) => visibleApplication(parts, context, one.id)));
    return seen.filter((one) => one !== null);
  },
});

/** One query for all applications of an answer. */
const loadRaised = ({ stores }: ViewParts, context: Context, id: string): Promise<Aggregate<Application>[]> =>
  loaderOf(
    context,
    'raised',
    () =>
      new DataLoader(async (ids: readonly string[]) => {
        const found = Map.groupBy(await raisedFrom(stores.applications, ids), ({ state }) => state.sourceId!);
        return ids.map((one) => found.get(one) ?? []);
      }),
  ).load(id);
