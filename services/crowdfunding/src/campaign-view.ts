import DataLoader from 'dataloader';
import { byId, loaderOf } from '@veche/kit';
import type { Aggregate, AggregateStore, Context } from '@veche/kit';
import { percentOf } from './domain/campaign.ts';
import type { CampaignState } from './domain/campaign.ts';
import type { PledgeState } from './domain/pledge.ts';
import { totalsOf } from './store.ts';
import type { Totals } from './store.ts';

export interface CampaignParts {
  campaigns: AggregateStore<CampaignState>;
  pledges: AggregateStore<PledgeState>;
}

type Parent = Aggregate<CampaignState>;

/** An open campaign by project id, many of one request in one query; null when none is open. */
export function openCampaign(
  { campaigns }: CampaignParts,
  context: Context,
  projectId: string,
): Promise<Parent | null> {
  const open = async (ids: readonly string[]) => (await campaigns.loadMany(ids)).filter(({ state }) => state.open);
  return byId(context, 'campaigns', open).load(projectId);
}

export function campaignFields({ pledges }: CampaignParts) {
  const totals = ({ id }: Parent, context: Context): Promise<Totals> =>
    loaderOf(context, 'totals', () => new DataLoader<string, Totals>((ids) => totalsOf(pledges, ids))).load(id);
  return {
    project: ({ id }: Parent) => ({ id }),
    target: ({ state }: Parent) => state.target,
    openedAt: ({ state }: Parent) => state.openedAt,
    pledged: async (parent: Parent, _args: object, context: Context) => (await totals(parent, context)).pledged,
    paid: async (parent: Parent, _args: object, context: Context) => (await totals(parent, context)).paid,
    pledgesCount: async (parent: Parent, _args: object, context: Context) => (await totals(parent, context)).count,
    percent: async (parent: Parent, _args: object, context: Context) =>
      percentOf((await totals(parent, context)).pledged, parent.state.target),
  };
}
