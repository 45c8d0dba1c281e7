import { commandOf, type Caller, type Context } from '@veche/kit';
import type { Rejection } from '@veche/kit/domain/decision';
import { against, announced, refusal } from './admission.ts';
import type { BallotBox } from './ballot-box.ts';
import type { Basket, BasketOwner, Baskets } from './baskets.ts';
import { listFault } from '../domain/ballot.ts';
import { intake, listOf, type Voting } from '../domain/voting.ts';
import type { MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import type { Code } from '../messages.ts';
import type { ViewParts } from '../views.ts';

export interface BasketResolverParts extends ViewParts {
  box: BallotBox;
  baskets: Baskets;
}

const refused = (rejection: Rejection<Code>) => ({ basket: null, rejection: refusal(rejection) }) as never;
const answer = (basket: Basket | null | 'reused') =>
  basket === 'reused' ? refused({ code: 'IDEMPOTENCY_KEY_REUSED' }) : ({ basket, rejection: null } as never);

async function ownerOf({ box }: BasketResolverParts, contestId: string, { voterKey }: Caller): Promise<BasketOwner> {
  return { contestId, voterKey: voterKey!, tag: await box.tag(contestId, voterKey!) };
}

/** An unfinished ballot is of use only while one may still be cast. */
const isOver = (voting: Voting, now: Date): boolean => intake(voting, now).ok === false;

export const myBasket =
  (parts: BasketResolverParts): NonNullable<QueryResolvers['myBasket']> =>
  async (_source, { contestId }, context) => {
    const caller = context.requireCaller();
    const voting = await announced(parts, contestId);
    if (!caller.voterKey || !voting || isOver(voting, parts.clock.now())) return null;
    return (await parts.baskets.read(await ownerOf(parts, contestId, caller))) as never;
  };

type Admitted = { voting: Voting; rejection: null } | { voting: null; rejection: Rejection<Code> };

/** The voting that takes a basket of the caller now, or why there is none. */
async function openFor(parts: BasketResolverParts, contestId: string, context: Context): Promise<Admitted> {
  const voting = await announced(parts, contestId);
  if (!voting) return { voting: null, rejection: { code: 'NOT_FOUND' } };
  const [reason] = against(voting, context, parts.clock.now());
  if (reason) return { voting: null, rejection: reason };
  const open = intake(voting, parts.clock.now());
  return open.ok ? { voting, rejection: null } : { voting: null, rejection: { code: open.code } };
}

export function basketMutations(parts: BasketResolverParts): Pick<MutationResolvers, 'saveBasket' | 'clearBasket'> {
  return {
    saveBasket: async (_source, { input }, context) => {
      const { key } = commandOf(context, 'saveBasket', input);
      const { contestId, choices } = input;
      const { voting, rejection } = await openFor(parts, contestId, context);
      if (rejection) return refused(rejection);
      const fault = listFault(listOf(voting), choices);
      if (fault) return refused(fault.rejection!);
      return answer(await parts.baskets.save(await ownerOf(parts, contestId, context.requireCaller()), choices, key));
    },
    clearBasket: async (_source, { input }, context) => {
      const { key } = commandOf(context, 'clearBasket', input);
      const caller = context.requireCaller();
      if (!(await announced(parts, input.contestId))) return refused({ code: 'NOT_FOUND' });
      if (!caller.voterKey) return refused({ code: 'VOTER_KEY_MISSING' });
      return answer(await parts.baskets.clear(await ownerOf(parts, input.contestId, caller), key));
    },
  };
}
