import { LeaseLost, type Background, type Clock, type Logger } from '@veche/kit';
import type { ClosingGate } from './closing-gate.ts';
import { closeVoting, due, lackOf, openVoting, type Voting } from './domain/voting.ts';
import { toOutbox } from './events.ts';
import { lastLeaf } from './log/log.ts';
import type { Stores } from './store.ts';

export interface ClockParts {
  stores: Stores;
  clock: Clock;
  log: Logger;
  gate: ClosingGate;
}

/** Opens and closes votings by the clock. */
export function clockwork(parts: ClockParts): Background {
  const warned = new Set<string>();
  return {
    name: 'clock',
    everyMs: 500,
    run: async () => {
      const active = await parts.stores.votings.find({ status: { $in: ['ANNOUNCED', 'OPEN'] } });
      for (const { id, state } of active)
        await step(parts, id, state, warned).catch((error: unknown) => {
          if (error instanceof LeaseLost) throw error;
          // One contest that cannot go on must not hold the clock of the others.
          parts.log.error({ err: error, contest: id }, 'voting cannot go on');
        });
    },
  };
}

async function step(parts: ClockParts, id: string, state: Voting, warned: Set<string>): Promise<void> {
  const { stores, clock, log } = parts;
  switch (due(state, clock.now())) {
    case 'open':
      await stores.votings.change({ id, events: toOutbox, decide: (voting) => openVoting(voting, clock.now()) });
      return;
    case 'close': {
      if (!(await mayClose(parts, id, warned))) return;
      const last = await lastLeaf(stores, id);
      await stores.votings.change({
        id,
        events: toOutbox,
        decide: (voting) => closeVoting(voting, clock.now(), last ? last.index + 1 : 0, last?.superseded ?? 0),
      });
      return;
    }
    case 'held':
      if (!warned.has(id)) log.error({ contest: id, problem: lackOf(state) }, 'voting cannot open at its time');
      warned.add(id);
      return;
    default:
  }
}

/** Parked messages of a contest block its close until a person has replayed or discarded them. */
async function mayClose({ gate, log }: ClockParts, id: string, warned: Set<string>): Promise<boolean> {
  const parked = await gate.parked(id);
  if (parked !== 'unknown' && parked.length === 0) return true;
  const reason = `close:${id}:${String(parked)}`;
  if (!warned.has(reason))
    log.error({ contest: id, parked }, 'voting cannot close before its parked messages are settled');
  warned.add(reason);
  return false;
}
