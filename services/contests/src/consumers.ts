import type { Clock, Consumer } from '@veche/kit';
import { on } from '@veche/proto';
import { MinutesSignedSchema } from '@veche/proto/expertise/v1/commission';
import { ResultDeterminedSchema } from '@veche/proto/voting/v1/voting';
import { decideApplication, decideByCommission, type Outcome } from './domain/application-steps.ts';
import { attributed } from './domain/history.ts';
import { takeMinutes, takeResult } from './domain/publication.ts';
import { applicationToOutbox, contestToOutbox } from './events.ts';
import type { Stores } from './store.ts';

const VOTE = { role: 'VOTE', personId: null } as const;
const COMMISSION = { role: 'COMMISSION', personId: null } as const;
const OUTCOMES = ['WINNER', 'RESERVE', 'NOT_SELECTED'] as const;

/**
 * The result of the vote reaches the contest and each of its applications. Each remembers the version that it took over, so repetitions and
 * results out of order change nothing, and a result that broke off in the middle is finished when it is delivered again.
 */
export function consumers({ contests, applications }: Stores, clock: Clock): Consumer[] {
  return [
    on(ResultDeterminedSchema, async ({ contestId, version, projects, advisory }) => {
      if (advisory) return;
      const decided = await contests.change({
        id: contestId,
        events: contestToOutbox,
        decide: (state) => takeResult(state, version),
      });
      if (decided.rejection) throw new Error(`result of a contest that has no vote: ${decided.rejection.code}`);
      for (const { applicationId, outcome } of projects) {
        const result = { contestId, version, outcome: outcomeOf(outcome) };
        const { rejection } = await applications.change({
          id: applicationId,
          events: applicationToOutbox,
          decide: (state) => attributed(decideApplication(state, result, clock.now()), state.history.length, VOTE),
        });
        if (rejection) throw new Error(`result of an application that is not here: ${applicationId}`);
      }
    }),
    // Contests whose winners the commission determines. What the vote decides comes by its own event and stands.
    on(MinutesSignedSchema, async ({ contestId, number, decisions }) => {
      const decided = await contests.change({ id: contestId, events: contestToOutbox, decide: takeMinutes });
      if (decided.rejection) throw new Error(`minutes about a contest that is not here: ${decided.rejection.code}`);
      for (const { applicationId, outcome } of decisions) {
        const decision = { contestId, session: number, outcome: outcomeOf(outcome) };
        const { rejection } = await applications.change({
          id: applicationId,
          events: applicationToOutbox,
          decide: (state) =>
            attributed(decideByCommission(state, decision, clock.now()), state.history.length, COMMISSION),
        });
        if (rejection) throw new Error(`decision on an application that is not here: ${applicationId}`);
      }
    }),
  ];
}

function outcomeOf(text: string): Outcome['outcome'] {
  const outcome = OUTCOMES.find((known) => known === text);
  if (!outcome) throw new Error(`unknown outcome ${text}`);
  return outcome;
}
