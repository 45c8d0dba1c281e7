import type { Caller, Policy } from '@veche/kit';
import { covers } from '@veche/kit/domain/oktmo';
import { mayActIn } from '@veche/kit/domain/territory-scope';
import type { Booth } from './domain/booth.ts';
import type { Redetermination } from './domain/redetermination.ts';
import type { Voting } from './domain/voting.ts';

export const policy: Policy = {
  Query: {
    voting: 'public',
    myEligibility: 'authenticated',
    myBallot: 'authenticated',
    myBasket: 'authenticated',
    paperBatches: { anyRole: ['organiser', 'commission', 'auditor'] },
    booths: { anyRole: ['organiser', 'operator', 'commission', 'auditor'] },
    ballotByCode: 'public',
    suspiciousPatterns: { anyRole: ['organiser', 'commission', 'auditor'] },
  },
  Mutation: {
    castBallot: { anyRole: ['citizen'] },
    castBallots: { anyRole: ['importer'] },
    openPaperBatch: { anyRole: ['organiser'] },
    enterPaperBallot: { anyRole: ['organiser'] },
    /** The commission vouches for what the organiser's staff entered. */
    closePaperBatch: { anyRole: ['commission'] },
    /** Only the commission concludes anything from a flag. */
    decideSuspiciousPattern: { anyRole: ['commission'] },
    registerBooth: { anyRole: ['organiser'] },
    endBooth: { anyRole: ['organiser'] },
    issueBallotCode: { anyRole: ['operator'] },
    /** A tablet has no account: it shows the key of its booth and the voter's one-time code. */
    castBoothBallot: 'public',
    saveBasket: { anyRole: ['citizen'] },
    clearBasket: { anyRole: ['citizen'] },
    /** A result is the commission's; the organiser reveals the seed that he committed to, and nothing else. */
    redetermineResult: { anyRole: ['commission', 'organiser'] },
  },
};

/** Whether the caller may order this: the commission of the place anything, its organiser the revealed seed of the lot alone. */
export function mayOrder(caller: Caller, oktmo: string, order: Omit<Redetermination, 'reason'>): boolean {
  if (!mayActIn(caller, oktmo)) return false;
  if (caller.roles.has('commission')) return true;
  const { withdrawn, budget, decision, lotSeed, excluded = null } = order;
  return (
    caller.roles.has('organiser') &&
    lotSeed !== null &&
    withdrawn.length + decision.length === 0 &&
    budget === null &&
    excluded === null
  );
}

/** Whether staff may collect ballots of a voting at a place: it lies in the territory of the contest, and they act there. */
export const mayCollectAt = (caller: Caller, voting: Voting, oktmo: string): boolean =>
  covers(voting.announcement!.oktmo, oktmo) && mayActIn(caller, oktmo);

/** Staff of the place, or an auditor, who reads everything. */
export const mayReadPaper = (caller: Caller, oktmo: string): boolean =>
  caller.roles.has('auditor') || mayActIn(caller, oktmo);

/** Staff of the place, the booth's own operators, or an auditor. */
export const mayReadBooth = (caller: Caller, { oktmo, operatorIds }: Pick<Booth, 'oktmo' | 'operatorIds'>): boolean =>
  operatorIds.includes(caller.personId) ||
  caller.roles.has('auditor') ||
  ((caller.roles.has('organiser') || caller.roles.has('commission')) && mayActIn(caller, oktmo));
