import type { Consumer } from '@veche/kit';
import { on } from '@veche/proto';
import { IdeaChangedSchema } from '@veche/proto/contests/v1/discussion';
import { carrySupport, recountSupporters, type CommunityStores } from './store/community.ts';

/** What follows from a change of an idea, so that nothing is left half done where a request broke off; events repeat, and so may this. */
export const communityConsumers = (community: CommunityStores): Consumer[] => [
  on(IdeaChangedSchema, async ({ ideaId, mergedInto }) => {
    await recountSupporters(community, ideaId);
    if (mergedInto) await carrySupport(community, ideaId, mergedInto);
  }),
];
