import { commandOf, payload, rejectionOf, type Clock, type Context } from '@veche/kit';
import { accountView, campaignView, supportView } from './capital-view.ts';
import type { CapitalStores } from './store/capital.ts';
import { capitalPostingsOf } from './domain/capital-ledger.ts';
import { accountId, give, type GiftCode } from './domain/virtual-account.ts';
import type { GiveVirtualPointsInput, MutationResolvers, QueryResolvers } from './gen/graphql.ts';
import { messages } from './messages.ts';

export interface CapitalParts {
  capital: CapitalStores;
  clock: Clock;
}

/** Moves that one gift may add: the endowment and the gift. */
const MOVES_OF_A_GIFT = 2;

export function capitalQueries({
  capital: { capitals, accounts },
  clock,
}: CapitalParts): Pick<QueryResolvers, 'virtualCapital' | 'myVirtualAccount'> {
  return {
    virtualCapital: async (_source, { contestId }) => {
      const campaign = await capitals.load(contestId);
      return campaign && campaignView(campaign, clock.now());
    },
    myVirtualAccount: async (_source, { contestId }, context) => {
      const { personId, assurance } = context.requireCaller();
      const [campaign, account] = await Promise.all([
        capitals.load(contestId),
        accounts.load(accountId(contestId, personId)),
      ]);
      const rule = campaign?.state.rule;
      if (!rule) return null;
      return accountView(contestId, account?.state ?? null, {
        endowment: rule.endowment,
        verified: assurance === 'confirmed',
      });
    },
  };
}

export const capitalMutations = (parts: CapitalParts): Pick<MutationResolvers, 'giveVirtualPoints'> => ({
  giveVirtualPoints: (_source, { input }, context) => gift(parts, context, input),
});

async function gift({ capital, clock }: CapitalParts, context: Context, input: GiveVirtualPointsInput) {
  const { capitals, accounts, applications, capitalLedger } = capital;
  const { personId, assurance, residence } = context.requireCaller();
  const { applicationId, points, idempotencyKey: key } = input;
  const command = commandOf(context, 'giveVirtualPoints', input);
  const application = await applications.get(applicationId);
  if (!application)
    return { rejection: rejectionOf({ code: 'NOT_FOUND', path: ['applicationId'] }, messages) } as never;
  const { contestId } = application;
  const campaign = (await capitals.load(contestId))?.state ?? null;
  const confirmed = assurance === 'confirmed';
  const offered = { campaign, application: { ...application, id: applicationId }, confirmed, residence, points, key };
  const outcome = await accounts.upsert<never, GiftCode>({
    id: accountId(contestId, personId),
    command,
    events: () => [],
    initial: () => ({ contestId, personId, moves: [] }),
    decide: (account) => give(account, offered, clock.now()),
  });
  // Booked at once, so that who gave sees it; what a crash leaves is booked by the task.
  if (outcome.aggregate && !outcome.rejection) {
    const { id, state } = outcome.aggregate;
    await capitalLedger.book(capitalPostingsOf(id, state).slice(-MOVES_OF_A_GIFT));
  }
  return payload(outcome, messages, ({ state }) => ({
    account: accountView(contestId, state, { endowment: campaign?.rule?.endowment ?? 0, verified: confirmed }),
    application: { id: applicationId },
  })) as never;
}

export const capitalFields = ({ capital, clock }: CapitalParts) => ({
  Application: {
    __resolveReference: ({ id }: { id: string }) => ({ id }),
    virtualSupport: ({ id }: { id: string }, _args: object, context: Context) =>
      supportView(capital, clock, context, id),
  },
});
