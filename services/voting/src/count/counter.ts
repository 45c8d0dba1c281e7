import { LeaseLost, type Aggregate, type Background, type Clock, type Fence, type Logger } from '@veche/kit';
import type { Determined } from './counting.ts';
import { awaitDecision, due, graceEnd, ordersOf, takeResult, type Voting } from '../domain/voting.ts';
import { toOutbox } from '../events.ts';
import { requireKept, type HeadMemory } from '../log/head-memory.ts';
import { lastHead, lastLeaf } from '../log/log.ts';
import { resultId, resultOfVersion, type Stores } from '../store.ts';
import { unsealedOf } from '../store/intake-batch.ts';

/** A ballot whose write began in the last moment of the grace needs this long to become visible. */
const SETTLE_MS = 1000;
const AGAIN_MS = 60_000;

export interface CounterParts {
  stores: Stores;
  memory: HeadMemory;
  clock: Clock;
  log: Logger;
  determine: (contest: string, voting: Voting, version: number, stopping: AbortSignal) => Promise<Determined>;
}

/** Determines the results of closed votings, and again those that are ordered anew, one after the other; apart from the clock, which must not wait for a long count. */
export function counter(parts: CounterParts): Background {
  /** When a contest whose count failed or waits for a decision is looked at again. */
  const notBefore = new Map<string, number>();
  return {
    name: 'count',
    everyMs: 500,
    run: async (fence) => {
      for (const { id, state } of await waiting(parts.stores)) {
        // A new order is looked at at once.
        const attempt = `${id}:${ordersOf(state).length}`;
        if ((notBefore.get(attempt) ?? 0) > performance.now()) continue;
        try {
          if (!(await isSettled(parts, id, state))) continue;
          const done = await determineNext(parts, id, state, fence);
          if (!done) notBefore.set(attempt, performance.now() + AGAIN_MS);
        } catch (error) {
          if (fence.signal.aborted || error instanceof LeaseLost) throw error;
          // One contest that needs a person does not keep the others from their results.
          parts.log.error({ err: error, contest: id }, 'a count failed');
          notBefore.set(attempt, performance.now() + AGAIN_MS);
        }
      }
    },
  };
}

async function waiting({ votings }: Stores): Promise<Aggregate<Voting>[]> {
  const [closed, ordered] = await Promise.all([
    votings.find({ status: 'CLOSED' }),
    votings.find({ status: 'COUNTED', recountDue: true }),
  ]);
  return [...closed, ...ordered];
}

async function isSettled({ stores, memory, clock }: CounterParts, id: string, state: Voting): Promise<boolean> {
  const isCounted = state.status === 'COUNTED';
  const now = clock.now();
  const early = due(state, now) !== 'count' || now.getTime() < graceEnd(state).getTime() + SETTLE_MS;
  if (!isCounted && early) return false;
  await requireKept(stores, memory, id);
  return isCounted || isComplete(stores, id);
}

/** Whether every ballot is in the log and the log in its last head: a result is never of more, or of other, than what was signed. */
async function isComplete(stores: Stores, id: string): Promise<boolean> {
  if (await unsealedOf(stores, id)) return false;
  const [head, last] = await Promise.all([lastHead(stores, id), lastLeaf(stores, id)]);
  return head?.size === (last ? last.index + 1 : 0);
}

/** Writes the next version of the result, once, and tells it; a repetition after a crash finds the same result. False while a tie waits for the commission. */
async function determineNext(
  { stores, clock, log, determine }: CounterParts,
  id: string,
  state: Voting,
  fence: Fence,
): Promise<boolean> {
  const version = state.resultVersion + 1;
  const determined = await determine(id, state, version, fence.signal);
  await fence.check();
  if (determined.status === 'NEEDS_DECISION') {
    const undecided = determined.undecided.map((group) => [...group]);
    if (JSON.stringify(undecided) !== JSON.stringify(state.undecided ?? [])) {
      await stores.votings.change({ id, events: toOutbox, decide: (voting) => awaitDecision(voting, undecided) });
      log.warn({ contest: id, undecided }, 'the result waits for the decision of the commission on a tie');
    }
    return false;
  }
  const { text: protocol, hash: protocolHash, inputs } = determined;
  const orders = ordersOf(state).length;
  const result = { contest: id, version, determinedAt: clock.now(), protocol, protocolHash, inputs, orders };
  await stores.results.updateOne({ _id: resultId(id, version) }, { $setOnInsert: result }, { upsert: true });
  const stored = (await resultOfVersion(stores, id, version))!;
  await stores.votings.change({
    id,
    events: toOutbox,
    decide: (voting) => takeResult(voting, { version, orders: stored.orders, result: stored.protocol }),
  });
  return true;
}
