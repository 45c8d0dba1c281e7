import { isBlockOff, type BlockGate } from '@veche/kit';
import type { BlockPlace } from '@veche/kit/domain/blocks';
import { campaignOf, pledgeOf, type CampaignParts } from './campaign-view.ts';

/** Whether the collection of money is off where the project of a request is. */
export const blockGate =
  (parts: CampaignParts): BlockGate =>
  async (block, { projectId, pledgeId }, context) => {
    const place: BlockPlace | undefined = pledgeId
      ? (await pledgeOf(parts, context, pledgeId))?.state
      : projectId && (await campaignOf(parts, context, projectId))?.state;
    return place !== undefined && isBlockOff(parts, context, block, place);
  };
