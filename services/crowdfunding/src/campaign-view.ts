import DataLoader from 'dataloader';
import { byId, isBlockOff, loaderOf } from '@veche/kit';
import type { Aggregate, AggregateStore, BlockStore, Clock, Context } from '@veche/kit';
import { percentOf } from './domain/campaign.ts';
import type { CampaignState } from './domain/campaign.ts';
import type { PledgeState } from './domain/pledge.ts';
import { totalsOf } from './store.ts';
import type { Totals } from './store.ts';

export interface CampaignParts {
  campaigns: AggregateStore<CampaignState>;
  pledges: AggregateStore<PledgeState>;
  blocks: BlockStore;
  clock: Clock;
}

type Parent = Aggregate<CampaignState>;

/** A campaign by project id, many of one request in one query and each once. */
export const campaignOf = ({ campaigns }: CampaignParts, context: Context, projectId: string): Promise<Parent | null> =>
  byId(context, 'campaigns', (ids) => campaigns.loadMany(ids)).load(projectId);

export const pledgeOf = ({ pledges }: CampaignParts, context: Context, id: string) =>
  byId(context, 'pledges', (ids) => pledges.loadMany(ids)).load(id);

/** An open campaign by project id; null when none is open, or the place does without. */
export async function openCampaign(parts: CampaignParts, context: Context, projectId: string): Promise<Parent | null> {
  const found = await campaignOf(parts, context, projectId);
  return found?.state.open && !(await isBlockOff(parts, context, 'CROWDFUNDING', found.state)) ? found : null;
}

export function campaignFields({ pledges }: Pick<CampaignParts, 'pledges'>) {
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
