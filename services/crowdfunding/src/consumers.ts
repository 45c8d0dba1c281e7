import type { AggregateStore, BlockStore, Clock, Consumer } from '@veche/kit';
import { on, switchesIn, topicsOf } from '@veche/proto';
import { SettingsChangedSchema } from '@veche/proto/contests/v1/discussion';
import { ProjectRegisteredSchema, ProjectRemovedSchema } from '@veche/proto/registry/v1/registry';
import { followProject, noCampaign } from './domain/campaign.ts';
import type { CampaignState, ProjectNews } from './domain/campaign.ts';
import { campaignToOutbox } from './events.ts';

export const CONSUMED = topicsOf(ProjectRegisteredSchema, ProjectRemovedSchema, SettingsChangedSchema);

/** Campaigns follow the register; the sequence of the project's events makes order and repetition harmless. */
export function consumers(
  { campaigns, blocks }: { campaigns: AggregateStore<CampaignState>; blocks: BlockStore },
  clock: Clock,
): Consumer[] {
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
    on(SettingsChangedSchema, async (told, { sequence }) => {
      await blocks.upsertIfNewer(told.scope, sequence, { versions: switchesIn(told) });
    }),
  ];
}
