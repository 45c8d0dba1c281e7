import type { Clock, Consumer } from '@veche/kit';
import { on } from '@veche/proto';
import { ResultDeterminedSchema } from '@veche/proto/voting/v1/voting';
import { decideApplication } from './domain/application-steps.ts';
import { takeResult } from './domain/publication.ts';
import { applicationToOutbox, contestToOutbox } from './events.ts';
import type { Stores } from './store.ts';

const OUTCOMES = ['WINNER', 'RESERVE', 'NOT_SELECTED'] as const;
type Outcome = (typeof OUTCOMES)[number];

/** The result of the vote reaches the contest and each of its applications; a repeated or older result changes nothing. */
export function consumers({ contests, applications }: Stores, clock: Clock): Consumer[] {
  return [
    on(ResultDeterminedSchema, async ({ contestId, version, projects }) => {
      const contest = await contests.load(contestId);
      if (!contest) throw new Error(`result of a contest that is not here: ${contestId}`);
      if (version < contest.state.resultVersion) return;
      for (const { applicationId, outcome } of projects) {
        if (!isOutcome(outcome)) throw new Error(`unknown outcome ${outcome}`);
        await applications.change({
          id: applicationId,
          events: applicationToOutbox,
          decide: (state) => decideApplication(state, outcome, clock.now()),
        });
      }
      // Last, so that a result that broke off in the middle is applied again.
      await contests.change({ id: contestId, events: contestToOutbox, decide: (state) => takeResult(state, version) });
    }),
  ];
}

const isOutcome = (text: string): text is Outcome => (OUTCOMES as readonly string[]).includes(text);
