import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import type { Idea } from './idea.ts';

/** That a person supports an idea; its id is made of both, so nobody counts twice. */
export interface Support {
  ideaId: string;
  personId: string;
  given: boolean;
}

export type SupportCode = 'IDEA_NOT_PUBLISHED';

export const supportId = (ideaId: string, personId: string): string => `${ideaId}:${personId}`;

export function support(state: Support, idea: Idea, given: boolean): Decision<Support, never, SupportCode> {
  if (idea.status !== 'PUBLISHED') return reject('IDEA_NOT_PUBLISHED', ['ideaId']);
  return accept(state.given === given ? state : { ...state, given });
}
