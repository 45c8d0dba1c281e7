import { accept } from '@veche/kit/domain/decision';
import type { Decision } from '@veche/kit/domain/decision';
import type { ContestOutcome, ProjectEvent, ProjectFacts, ProjectState } from './project.ts';
import { goesOnAs, isRegistered, raisedTo } from './project.ts';

type Applied = Decision<ProjectState, ProjectEvent, never>;

/** An admitted application. Of two revisions the later counts; facts of a registered project do not change. */
export function learnFacts(state: ProjectState, facts: ProjectFacts, now: Date): Applied {
  if (isRegistered(state) || (state.facts && state.facts.revision >= facts.revision)) {
    return accept(state);
  }
  return settle({ ...state, facts }, now);
}

/**
 * What the contest decided. Only the newest version counts, in whatever order versions arrive; version 0 (a contest
 * without a vote) yields to any result of a vote.
 */
export function learnOutcome(state: ProjectState, outcome: ContestOutcome, now: Date): Applied {
  if (state.outcome && !isNewer(outcome, state.outcome)) return accept(state);
  return settle({ ...state, outcome }, now);
}

/**
 * What won in upper tiers as well stands in the register as the projects of those tiers, and not beside them, as long as any of them stands;
 * `standing` are all that do.
 */
export function learnRaised(state: ProjectState, standing: readonly string[], now: Date): Applied {
  if (goesOnAs(state, standing)) return accept(state);
  return settle({ ...state, raisedTo: standing }, now);
}

function isNewer(one: ContestOutcome, other: ContestOutcome): boolean {
  return one.version === other.version ? one.sequence > other.sequence : one.version > other.version;
}

/**
 * A winner whose facts are known enters the register. A project that a later result drops leaves it again as long as
 * no works are planned; with works planned it stays, because contracts exist by then.
 */
function settle(state: ProjectState, now: Date): Applied {
  const winner = state.outcome?.winner === true && raisedTo(state).length === 0;
  if (winner && state.facts && state.status === 'CANDIDATE') {
    return accept({ ...state, status: 'SUPPORTED', registeredAt: now }, { kind: 'ProjectRegistered' });
  }
  if (!winner && state.status === 'SUPPORTED') {
    const { registeredAt: _registeredAt, ...rest } = state;
    return accept({ ...rest, status: 'CANDIDATE' }, { kind: 'ProjectRemoved' });
  }
  return accept(state);
}
