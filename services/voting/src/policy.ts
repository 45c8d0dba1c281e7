import type { Policy } from '@veche/kit';

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
  },
};
