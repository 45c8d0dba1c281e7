import type { Policy } from '@veche/kit';

export const policy: Policy = {
  Query: { voting: 'public', myEligibility: 'authenticated', myBallot: 'authenticated', ballotByCode: 'public' },
  Mutation: { castBallot: { anyRole: ['citizen'] }, castBallots: { anyRole: ['importer'] } },
};
