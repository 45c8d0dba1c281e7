import { commandOf, forbidden, forget, isBlockOff, mapConnection, newId, payload } from '@veche/kit';
import type { Aggregate, Connection, ConnectionArgs, Context, Outcome } from '@veche/kit';
import { campaignFields, campaignOf, openCampaign, pledgeOf } from './campaign-view.ts';
import { capitalFields, capitalMutations, capitalQueries, type CapitalParts } from './capital-resolvers.ts';
import type { CampaignParts } from './campaign-view.ts';
import { paymentReference } from './domain/payment-reference.ts';
import { confirmPayment, pledge, withdrawPledge } from './domain/pledge.ts';
import type { PledgeCode, PledgeDecision, PledgeState, PledgeStatus } from './domain/pledge.ts';
import { pledgeToOutbox as events } from './events.ts';
import type { MutationResolvers, PledgeInput, QueryResolvers, Resolvers } from './gen/graphql.ts';
import { messages } from './messages.ts';
import { isPayer, mayReconcile } from './policy.ts';
import type { Numbers } from './store.ts';

export interface ResolverParts extends CampaignParts, CapitalParts {
  numbers: Numbers;
}

export function resolvers(parts: ResolverParts): Resolvers {
  return {
    Query: { ...queries(parts), ...capitalQueries(parts) },
    Mutation: { ...mutations(parts), ...capitalMutations(parts) },
    ...capitalFields(parts),
    Campaign: {
      __resolveReference: ({ id }: { id: string }, context: Context) => openCampaign(parts, context, id),
      ...campaignFields(parts),
    },
    Project: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      campaign: ({ id }: { id: string }, _args, context) => openCampaign(parts, context, id),
    },
  };
}

function queries(parts: ResolverParts): QueryResolvers {
  const page = (filter: Record<string, unknown>, args: ConnectionArgs) =>
    parts.pledges.page(filter, { madeAt: -1, _id: -1 }, args);
  return {
    campaign: (_source, { projectId }, context) => openCampaign(parts, context, projectId),
    async myPledges(_source, args, context) {
      const mine = await page({ payerId: context.requireCaller().personId }, args);
      return mapConnection(await whereOn(parts, context, mine), viewOf);
    },
    async pledges(_source, { projectId, states, ...args }, context) {
      // A closed campaign is reconciled as well: what was paid has to be returned.
      const campaign = await campaignOf(parts, context, projectId);
      if (!campaign || !mayReconcile(context.requireCaller(), campaign.state.oktmo)) throw forbidden();
      return mapConnection(await page({ projectId, ...inStates(states) }, args), viewOf);
    },
  };
}

/** A page without what is where collections are off: it may hold fewer, and its ends are those of the whole page. */
async function whereOn(parts: CampaignParts, context: Context, page: Connection<Aggregate<PledgeState>>) {
  const off = await Promise.all(page.nodes.map(({ state }) => isBlockOff(parts, context, 'CROWDFUNDING', state)));
  const edges = page.edges.filter((_edge, index) => !off[index]);
  return { ...page, edges, nodes: edges.map(({ node }) => node) };
}

function inStates(states: readonly PledgeStatus[] | null | undefined): Record<string, unknown> {
  return states?.length ? { status: { $in: [...states] } } : {};
}

interface ExistingInput {
  idempotencyKey: string;
  pledgeId: string;
  expectedVersion?: number | null;
}

interface Change {
  context: Context;
  name: string;
  input: ExistingInput;
  /** What the caller may not see is not there. */
  visible: (state: PledgeState) => boolean;
}

function mutations(parts: ResolverParts): MutationResolvers {
  const { pledges, clock } = parts;
  const change = async ({ context, name, input, visible }: Change, decide: (state: PledgeState) => PledgeDecision) => {
    const command = commandOf(context, name, input);
    const { pledgeId: id, expectedVersion } = input;
    // Whose a pledge is and where never changes; what is decided of is loaded anew.
    const before = await pledgeOf(parts, context, id);
    if (!before || !visible(before.state)) {
      return answer(context, { aggregate: null, rejection: { code: 'NOT_FOUND', path: ['pledgeId'] } });
    }
    return answer(
      context,
      await pledges.change({
        id,
        command,
        expectedVersion: expectedVersion ?? undefined,
        events,
        decide,
        onDuplicate: () => ({ code: 'DOCUMENT_USED', path: ['documentNumber'] }),
      }),
    );
  };
  return {
    pledge: (_source, { input }, context) => makePledge(parts, context, input),
    withdrawPledge(_source, { input }, context) {
      const visible = (state: PledgeState) => isPayer(context.requireCaller(), state);
      return change({ context, name: 'withdrawPledge', input, visible }, (state) => withdrawPledge(state, clock.now()));
    },
    confirmPayment(_source, { input }, context) {
      const visible = ({ oktmo }: PledgeState) => mayReconcile(context.requireCaller(), oktmo);
      return change({ context, name: 'confirmPayment', input, visible }, (state) =>
        confirmPayment(state, input, clock.now()),
      );
    },
  };
}

async function makePledge(parts: ResolverParts, context: Context, input: PledgeInput) {
  const { pledges, numbers, clock } = parts;
  const { personId, assurance } = context.requireCaller();
  const { projectId, amount } = input;
  const command = commandOf(context, 'pledge', input);
  const campaign = (await campaignOf(parts, context, projectId))?.state ?? null;
  const now = clock.now();
  const year = now.getUTCFullYear();
  const reference = paymentReference(year, await numbers.next(year));
  const payer = { id: personId, confirmed: assurance === 'confirmed' };
  const decide = () => pledge({ projectId, campaign, payer, amount, reference }, now);
  return answer(context, await pledges.create({ id: newId(), command, events, decide }));
}

function viewOf({ id, version, state }: Aggregate<PledgeState>) {
  const { projectId, status, documentNumber = null, ...rest } = state;
  return { ...rest, id, version, project: { id: projectId }, state: status, documentNumber };
}

/** The sums of its campaign are read anew. */
function answer(context: Context, outcome: Outcome<PledgeState, PledgeCode>) {
  forget(context);
  return payload(outcome, messages, (made) => ({ pledge: viewOf(made) })) as never;
}
