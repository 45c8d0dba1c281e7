import DataLoader from 'dataloader';
import { byId, loaderOf, type Aggregate, type Clock, type Context } from '@veche/kit';
import { shortDecimal } from '@veche/kit/domain/rational';
import { coveredBy } from '@veche/kit/domain/scoring/facts';
import type { ApplicationFacts, CapitalStores } from './store/capital.ts';
import { isShown, phaseOf, type CapitalCampaign, type Support } from './domain/capital-campaign.ts';
import { balanceOf, heldBy, type VirtualAccount } from './domain/virtual-account.ts';

export function campaignView({ id: contestId, state }: Aggregate<CapitalCampaign>, now: Date) {
  const { rule, window, counted } = state;
  if (!rule) return null;
  return {
    contestId,
    ...rule,
    opensAt: window?.opensAt ?? null,
    closesAt: window?.closesAt ?? null,
    open: phaseOf(state, now) === 'OPEN',
    countedAt: counted?.at ?? null,
  };
}

/** What a person has; before the first gift there is no account, and a person with a confirmed account has the whole endowment. */
export function accountView(
  contestId: string,
  account: VirtualAccount | null,
  { endowment, verified }: { endowment: number; verified: boolean },
) {
  const moves = account?.moves ?? [];
  const supported = [...new Set(moves.flatMap(({ applicationId }) => applicationId ?? []))];
  const gifts = supported.map((id) => ({ application: { id }, points: heldBy(account!, id) }));
  const unopened = verified ? endowment : 0;
  return {
    contestId,
    verified,
    granted: moves.find(({ cause }) => cause === 'GRANTED')?.points ?? 0,
    balance: moves.length > 0 ? balanceOf(moves) : unopened,
    given: gifts.filter(({ points }) => points > 0),
  };
}

/** What residents gave an application, where everybody may see it; many of one request in one query each. */
export async function supportView(
  { applications, capitals, capitalLedger }: CapitalStores,
  clock: Clock,
  context: Context,
  applicationId: string,
) {
  const facts = (ids: readonly string[]) => applications.getMany(ids);
  const application: (ApplicationFacts & { id: string }) | null = await byId(
    context,
    'capital-applications',
    facts,
  ).load(applicationId);
  if (!application?.admitted) return null;
  const campaign = await byId(context, 'capitals', (ids) => capitals.loadMany(ids)).load(application.contestId);
  if (!campaign || !isShown(campaign.state, clock.now())) return null;
  const { points, supporters } = await loaderOf(
    context,
    'virtual-support',
    () => new DataLoader<string, Support>((ids) => capitalLedger.supportOf(ids)),
  ).load(applicationId);
  const { requested } = application;
  const share = shortDecimal(coveredBy(BigInt(points), requested));
  return { points, supporters, requested, share };
}
