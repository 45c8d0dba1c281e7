import type { Background, Clock } from '@veche/kit';
import { announceStages, nextAnnouncement } from './domain/publication.ts';
import { contestToOutbox } from './events.ts';
import type { Stores } from './store.ts';

/** Announces what the clock has reached: stages that opened and closed. Repeating it announces nothing twice. */
export function clockwork({ contests }: Stores, clock: Clock): Background {
  return {
    name: 'stages',
    everyMs: 500,
    run: async () => {
      const running = await contests.find({ status: { $in: ['PUBLISHED', 'DECIDED'] } });
      const due = running.filter(({ state }) => isDue(nextAnnouncement(state), clock.now()));
      for (const { id } of due)
        await contests.change({ id, events: contestToOutbox, decide: (state) => announceStages(state, clock.now()) });
    },
  };
}

const isDue = (next: Date | null, now: Date): boolean => next !== null && next <= now;
