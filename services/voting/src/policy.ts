import type { Caller, Policy } from '@veche/kit';
import { mayActIn } from '@veche/kit/domain/territory-scope';

export const policy: Policy = {
  Query: {
    voting: 'public',
    myEligibility: 'authenticated',
    myBallot: 'authenticated',
    myBasket: 'authenticated',
    paperBatches: { anyRole: ['organiser', 'auditor'] },
    ballotByCode: 'public',
  },
  Mutation: {
    castBallot: { anyRole: ['citizen'] },
    castBallots: { anyRole: ['importer'] },
    openPaperBatch: { anyRole: ['organiser'] },
    enterPaperBallot: { anyRole: ['organiser'] },
    closePaperBatch: { anyRole: ['organiser'] },
    saveBasket: { anyRole: ['citizen'] },
    clearBasket: { anyRole: ['citizen'] },
    /** For the commission, whose decisions the organiser enters. */
    redetermineResult: { anyRole: ['organiser', 'importer'] },
  },
};

/** The staff that runs contests of a territory. */
export const mayOrganise = (caller: Caller, oktmo: string): boolean =>
  (caller.roles.has('organiser') || caller.roles.has('importer')) && mayActIn(caller, oktmo);

/** An organiser of the place, or an auditor, who reads everything. */
export const mayReadPaper = (caller: Caller, oktmo: string): boolean =>
  caller.roles.has('auditor') || mayActIn(caller, oktmo);
