import { LeaseLost, sealEvent, toMessage, type Background, type Clock, type EventBus, type Fence } from '@veche/kit';
import { event } from '@veche/proto';
import { BallotAcceptedSchema } from '@veche/proto/voting/v1/voting';
import { requireKept, type HeadMemory } from './head-memory.ts';
import { signHead } from './heads.ts';
import type { KeyPort } from '../box/keys.ts';
import { entriesAt, lastLeaf, LogDamaged, mark, markOf, marksOf } from './log.ts';
import { Sealing } from './sealing.ts';
import type { Leaf, Stores } from '../store.ts';

const PUBLISH_AT_ONCE = 500;

export interface SequencerParts {
  stores: Stores;
  bus: EventBus;
  clock: Clock;
  keys: KeyPort;
  memory: HeadMemory;
  /** Asked once by whoever comes into the right, before anything is signed: what people outside know of the logs. */
  ask?: (fence: Fence) => Promise<void>;
  told?: {
    /** After each run: how many logs cannot go on. */
    stopped(logs: number): void;
    /** Every ballot that waited has its place under a signed head, but for logs that cannot go on. */
    sealed(): void;
    /** Every entry is on the event log, with the same exception. */
    published(): void;
    /** Seconds that ballots of one write waited for their place. */
    waited(seconds: number): void;
  };
}

/**
 * Seals accepted ballots into the log of their contest each second, sorted by hash so that the order does not reveal the second, signs the head
 * of what the log has become, and publishes the log in its order. It reads the ballots from the store, so an outage of the event log stops
 * neither intake nor sealing.
 */
export function sequencer(parts: SequencerParts): Background {
  const { stores, memory } = parts;
  let since = -1;
  const unsettled = new Set<string>();
  const sealing = new Sealing(stores, parts.told?.waited);
  return {
    name: 'sequencer',
    everyMs: 1000,
    run: async (fence) => {
      const failures: Error[] = [];
      const unpublished: Error[] = [];
      // Whoever comes into the right looks at every log once; then at those that run and those that it could not bring to their end.
      const isNew = fence.token !== since;
      if (isNew) await parts.ask?.(fence);
      const known = isNew ? await memory.contests() : [];
      const mayGoOn = (contest: string) => requireKept(stores, memory, contest);
      const sealed = await sealing.run(fence, mayGoOn, collect(failures));
      for (const contest of [...known, ...sealed, ...(await unfinished(parts, isNew))]) unsettled.add(contest);
      since = fence.token;
      for (const contest of unsettled) {
        const now = parts.clock.now();
        const before = failures.length + unpublished.length;
        // Before the relay: an outage of the event log delays no head. A damaged log keeps nobody else's from going on, and is not told further.
        await signHead({ ...parts, now, fence }, contest)
          .then(() => publish(stores, contest, { ...parts, fence, now }).catch(collect(unpublished)))
          .catch(collect(failures));
        if (failures.length + unpublished.length === before) unsettled.delete(contest);
      }
      tell(parts.told, failures, unpublished);
      const all = [...failures, ...unpublished];
      if (all.length > 0) throw new AggregateError(all, all.map(({ message }) => message).join('; '));
    },
  };
}

const collect = (failures: Error[]) => (error: Error) => {
  if (error instanceof LeaseLost) throw error;
  failures.push(error);
};

function tell(told: SequencerParts['told'], failures: readonly Error[], unpublished: readonly Error[]): void {
  const damaged = [...failures, ...unpublished].filter((error) => error instanceof LogDamaged);
  told?.stopped(new Set(damaged.map(({ contest }) => contest)).size);
  const isSealed = failures.every((error) => error instanceof LogDamaged);
  if (isSealed) told?.sealed();
  if (isSealed && unpublished.every((error) => error instanceof LogDamaged)) told?.published();
}

/** Contests that are not signed and published to the end of their marks, or whose log is not what was signed; counted ones only where `all` are asked for. */
async function unfinished({ stores, memory }: SequencerParts, all: boolean): Promise<string[]> {
  const statuses = all ? ['OPEN', 'CLOSED', 'COUNTED'] : ['OPEN', 'CLOSED'];
  const votings = await stores.votings.find({ status: { $in: statuses } });
  const marks = await marksOf(
    stores,
    votings.map(({ id }) => id),
  );
  const found = await Promise.all(
    [...marks.values()].map(async ({ _id, size, head, next, contradicted }) => {
      const isSettled = head === size && next === size && !contradicted;
      return isSettled && ((await memory.last(_id))?.size ?? 0) <= size! ? [] : _id;
    }),
  );
  return found.flat();
}

async function publish(
  stores: Stores,
  contest: string,
  { bus, fence, now }: { bus: EventBus; fence: Fence; now: Date },
): Promise<void> {
  const size = ((await lastLeaf(stores, contest))?.index ?? -1) + 1;
  let next = (await markOf(stores, contest)).next!;
  if (next >= size) return;
  const ruleHash = (await stores.votings.load(contest))!.state.announcement!.ruleHash;
  for (; next < size; next = Math.min(size, next + PUBLISH_AT_ONCE)) {
    const entries = await entriesAt(stores, contest, { from: next, to: Math.min(size, next + PUBLISH_AT_ONCE) });
    await fence.check();
    await bus.publish(entries.map((entry) => messageOf(entry, ruleHash, now)));
    await mark(stores, contest, { next: next + entries.length });
  }
}

/** The id of the event is the leaf, so that a repetition is recognised for ever. */
function messageOf({ contest, index, leaf, superseded }: Leaf, ruleHash: string, now: Date) {
  const data = { contestId: contest, leaf, index: BigInt(index), ruleHash, supersededSoFar: BigInt(superseded) };
  const sealed = sealEvent(event(BallotAcceptedSchema, contest, data), now, index + 1);
  return toMessage({ ...sealed, id: leaf }, 'voting');
}
