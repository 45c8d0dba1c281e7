import type { Background } from '../background.ts';
import type { EventBus, Position } from './event-bus.ts';

/** Tells how far a group has come in the topics that it consumes; beside the scrape, which must not wait for an event log that is away. */
export const lagWatch = (
  bus: Pick<EventBus, 'positions'>,
  { group, topics }: { group: string; topics: readonly string[] },
  told: (positions: readonly Position[]) => void,
): Background => ({
  name: 'lag',
  everyMs: 30_000,
  run: async () => {
    if (topics.length > 0) told(await bus.positions(group, topics));
  },
});
