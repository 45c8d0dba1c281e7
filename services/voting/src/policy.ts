import type { Caller, Policy } from '@veche/kit';
import { mayActIn } from '@veche/kit/domain/territory-scope';

export const policy: Policy = {
  Query: {
    voting: 'public',
    myEligibility: 'authenticated',
    myBallot: 'authenticated',
    myBasket: 'authenticated',
    ballotByCode: 'public',
  },
  Mutation: {
    castBallot: { anyRole: ['citizen'] },
    castBallots: { anyRole: ['importer'] },
    saveBasket: { anyRole: ['citizen'] },
    clearBasket: { anyRole: ['citizen'] },
    /** For the commission, whose decisions the organiser enters. */
    redetermineResult: { anyRole: ['organiser', 'importer'] },
  },
};

/** The staff that runs contests of a territory. */
export const mayOrganise = (caller: Caller, oktmo: string): boolean =>
  (caller.roles.has('organiser') || caller.roles.has('importer')) && mayActIn(caller, oktmo);
