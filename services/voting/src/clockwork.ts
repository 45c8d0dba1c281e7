import { LeaseLost, type Background, type Clock, type Fence, type Logger } from '@veche/kit';
import { determine } from './counting.ts';
import { closeVoting, due, graceEnd, openVoting, takeResult, type Voting } from './domain/voting.ts';
import { toOutbox } from './events.ts';
import { lastHead, lastLeaf } from './log.ts';
import { resultId, unsealedOf, type Stores } from './store.ts';

/** A ballot whose write began in the last moment of the grace needs this long to become visible. */
const SETTLE_MS = 1000;

export interface ClockParts {
  stores: Stores;
  clock: Clock;
  log: Logger;
}

/** Opens and closes votings by the clock and determines their results. */
export function clockwork(parts: ClockParts): Background {
  const warned = new Set<string>();
  const waiting = new Set<string>();
  return {
    name: 'clock',
    everyMs: 500,
    run: async (fence) => {
      const active = await parts.stores.votings.find({ status: { $in: ['ANNOUNCED', 'OPEN', 'CLOSED'] } });
      for (const { id, state } of active)
        await step(parts, id, state, { fence, warned, waiting }).catch((error: unknown) => {
          if (error instanceof LeaseLost) throw error;
          // One contest that cannot go on must not hold the clock of the others.
          parts.log.error({ err: error, contest: id }, 'voting cannot go on');
        });
    },
  };
}

async function step(
  parts: ClockParts,
  id: string,
  state: Voting,
  { fence, warned, waiting }: { fence: Fence; warned: Set<string>; waiting: Set<string> },
): Promise<void> {
  const { stores, clock, log } = parts;
  switch (due(state, clock.now())) {
    case 'open':
      await stores.votings.change({ id, events: toOutbox, decide: (voting) => openVoting(voting, clock.now()) });
      return;
    case 'close': {
      const last = await lastLeaf(stores, id);
      await stores.votings.change({
        id,
        events: toOutbox,
        decide: (voting) => closeVoting(voting, clock.now(), last ? last.index + 1 : 0, last?.superseded ?? 0),
      });
      return;
    }
    case 'count':
      if (waiting.has(id) || clock.now().getTime() < graceEnd(state).getTime() + SETTLE_MS) return;
      if ((await isComplete(stores, id)) && !(await determineFirst(parts, id, state, fence))) waiting.add(id);
      return;
    case 'list-missing':
      if (!warned.has(id)) log.warn({ contest: id }, 'voting cannot open: its ballot list is not approved');
      warned.add(id);
      return;
    default:
  }
}

/** Whether every ballot is in the log and the log in its last head: a result is never of more, or of other, than what was signed. */
async function isComplete(stores: Stores, id: string): Promise<boolean> {
  if (await unsealedOf(stores, id)) return false;
  const [head, last] = await Promise.all([lastHead(stores, id), lastLeaf(stores, id)]);
  return head?.size === (last ? last.index + 1 : 0);
}

/** Writes the first version of the result, once, and tells it; a repetition after a crash finds the same result. False while a tie waits for the commission. */
async function determineFirst(
  { stores, clock, log }: ClockParts,
  id: string,
  state: Voting,
  fence: Fence,
): Promise<boolean> {
  const version = 1;
  const determined = await determine(stores, id, state, version);
  if (determined.status === 'NEEDS_DECISION') {
    log.warn(
      { contest: id, undecided: determined.undecided },
      'the result waits for the decision of the commission on a tie',
    );
    return false;
  }
  const { text, hash } = determined;
  await fence.check();
  const result = { contest: id, version, determinedAt: clock.now(), protocol: text, protocolHash: hash };
  await stores.results.updateOne({ _id: resultId(id, version) }, { $setOnInsert: result }, { upsert: true });
  const stored = await stores.results.findById(resultId(id, version)).lean();
  await stores.votings.change({
    id,
    events: toOutbox,
    decide: (voting) => takeResult(voting, version, stored!.protocol),
  });
  return true;
}
