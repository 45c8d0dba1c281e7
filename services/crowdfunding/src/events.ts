import type { OutboxEvent } from '@veche/kit';
import { event, topicsOf } from '@veche/proto';
import { VirtualCapitalCountedSchema } from '@veche/proto/crowdfunding/v1/capital';
import {
  CampaignOpenedSchema,
  PledgeMadeSchema,
  PledgePaidSchema,
  PledgeWithdrawnSchema,
} from '@veche/proto/crowdfunding/v1/crowdfunding';
import type { CampaignEvent, CampaignState } from './domain/campaign.ts';
import type { CapitalCampaign, CapitalEvent } from './domain/capital-campaign.ts';
import type { PledgeEvent, PledgeState } from './domain/pledge.ts';

export const produces = topicsOf(
  CampaignOpenedSchema,
  PledgeMadeSchema,
  PledgeWithdrawnSchema,
  PledgePaidSchema,
  VirtualCapitalCountedSchema,
);

const PLEDGE_SCHEMAS = {
  PledgeMade: PledgeMadeSchema,
  PledgeWithdrawn: PledgeWithdrawnSchema,
  PledgePaid: PledgePaidSchema,
} as const;

export function campaignToOutbox(
  _happened: CampaignEvent,
  projectId: string,
  { contestId, target }: CampaignState,
): OutboxEvent {
  return event(CampaignOpenedSchema, projectId, { projectId, contestId, targetKopecks: target });
}

/** Who pays, the reference and the document stay here. */
export function pledgeToOutbox(
  { kind }: PledgeEvent,
  pledgeId: string,
  { projectId, contestId, amount }: PledgeState,
): OutboxEvent {
  return event(PLEDGE_SCHEMAS[kind], pledgeId, {
    pledgeId,
    projectId,
    contestId,
    amountKopecks: amount,
  });
}

/** Who gave stays here. */
export function capitalToOutbox(_happened: CapitalEvent, contestId: string, { counted }: CapitalCampaign): OutboxEvent {
  const { closesAt, lines } = counted!;
  return event(VirtualCapitalCountedSchema, contestId, {
    contestId,
    closesAt: closesAt.toISOString(),
    lines: lines.map(({ applicationId, points, supporters }) => ({
      applicationId,
      points: BigInt(points),
      supporters,
    })),
  });
}
