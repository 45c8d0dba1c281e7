import type { Background, Clock } from '@veche/kit';
import { announceStages } from './domain/publication.ts';
import { contestToOutbox } from './events.ts';
import { dueContests, type Stores } from './store.ts';

/**
 * Announces what the clock has reached: stages that opened and closed. What was announced is in the contest itself, written with the
 * event under its version, so neither a repetition nor a second runner can announce anything twice.
 */
export function clockwork({ contests }: Stores, clock: Clock): Background {
  return {
    name: 'stages',
    everyMs: 500,
    run: async ({ signal }) => {
      for (const { id } of await dueContests(contests, clock.now())) {
        if (signal.aborted) return;
        await contests.change({ id, events: contestToOutbox, decide: (state) => announceStages(state, clock.now()) });
      }
    },
  };
}
