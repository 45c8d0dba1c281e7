import type { Caller, Policy } from '@veche/kit';
import { mayActIn } from '@veche/kit/domain/territory-scope';

export const policy: Policy = {
  Query: { contestDashboard: 'public', municipalityDashboard: 'public' },
  Mutation: { summariseContest: { anyRole: ['organiser', 'admin', 'auditor'] } },
};

export const maySummarise = (caller: Caller, oktmo: string): boolean => mayActIn(caller, oktmo);
