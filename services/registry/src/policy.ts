import type { Caller, Policy, Rule } from '@veche/kit';
import { mayActIn } from '@veche/kit/domain/territory-scope';

const implementers: Rule = { anyRole: ['municipality', 'organiser'] };

export const policy: Policy = {
  Query: { project: 'public', projects: 'public' },
  Mutation: {
    planImplementation: implementers,
    reportProgress: implementers,
    completeProject: implementers,
  },
};

/** The staff of the place where the works are. */
export function mayImplement(caller: Caller, oktmo: string): boolean {
  return mayActIn(caller, oktmo);
}
