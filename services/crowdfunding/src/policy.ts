import type { Caller, Policy } from '@veche/kit';
import { mayActIn } from '@veche/kit/domain/territory-scope';
import type { PledgeState } from './domain/pledge.ts';

export const policy: Policy = {
  Query: {
    campaign: 'public',
    virtualCapital: 'public',
    myVirtualAccount: 'authenticated',
    myPledges: 'authenticated',
    pledges: { anyRole: ['finance'] },
  },
  Mutation: {
    pledge: { anyRole: ['citizen'] },
    giveVirtualPoints: { anyRole: ['citizen'] },
    withdrawPledge: { anyRole: ['citizen'] },
    confirmPayment: { anyRole: ['finance'] },
  },
};

export function isPayer(caller: Caller, { payerId }: PledgeState): boolean {
  return caller.personId === payerId;
}

/** The finance officers of the place whose budget takes the money. */
export function mayReconcile(caller: Caller, oktmo: string): boolean {
  return caller.roles.has('finance') && mayActIn(caller, oktmo);
}
