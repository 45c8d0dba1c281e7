import type { AggregateStore, Clock, Consumer } from '@veche/kit';
import { on, topicsOf } from '@veche/proto';
import { ProjectRegisteredSchema, ProjectRemovedSchema } from '@veche/proto/registry/v1/registry';
import { followProject, noCampaign } from './domain/campaign.ts';
import type { CampaignState, ProjectNews } from './domain/campaign.ts';
import { campaignToOutbox } from './events.ts';

export const CONSUMED = topicsOf(ProjectRegisteredSchema, ProjectRemovedSchema);

/** Campaigns follow the register; the sequence of the project's events makes order and repetition harmless. */
export function consumers(campaigns: AggregateStore<CampaignState>, clock: Clock): Consumer[] {
  const follow = async (projectId: string, news: ProjectNews): Promise<void> => {
    await campaigns.upsert({
      id: projectId,
      events: campaignToOutbox,
      initial: () => noCampaign(clock.now()),
      decide: (state) => followProject(state, news, clock.now()),
    });
  };
  return [
    on(ProjectRegisteredSchema, async ({ projectId, contestId, oktmo, plan }, { sequence }) => {
      const citizensPlan = plan
        .filter(({ source }) => source === 'CITIZENS')
        .reduce((sum, { amountKopecks }) => sum + amountKopecks, 0n);
      await follow(projectId, { sequence, registered: { contestId, oktmo, citizensPlan } });
    }),
    on(ProjectRemovedSchema, ({ projectId }, { sequence }) => follow(projectId, { sequence, registered: null })),
  ];
}
