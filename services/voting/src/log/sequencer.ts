import {
  failPoint,
  isDuplicateKey,
  LeaseLost,
  sealEvent,
  toMessage,
  type Background,
  type Clock,
  type EventBus,
  type Fence,
} from '@veche/kit';
import { event } from '@veche/proto';
import { BallotAcceptedSchema } from '@veche/proto/voting/v1/voting';
import { requireKept, type HeadMemory } from './head-memory.ts';
import { signHead } from './heads.ts';
import type { KeyPort } from '../box/keys.ts';
import { entriesAt, lastLeaf, LogDamaged, mark, markOf, marksOf } from './log.ts';
import { leafId, type Leaf, type StoredBallot, type Stores } from '../store.ts';

const SEAL_AT_ONCE = 5_000;
const PUBLISH_AT_ONCE = 500;

type Unsealed = Pick<StoredBallot, '_id' | 'contest' | 'rev' | 'leaf'>;

export interface SequencerParts {
  stores: Stores;
  bus: EventBus;
  clock: Clock;
  keys: KeyPort;
  memory: HeadMemory;
  /** Asked once by whoever comes into the right, before anything is signed: what people outside know of the logs. */
  ask?: (fence: Fence) => Promise<void>;
  /** Told after each run how many logs cannot go on. */
  stopped?: (logs: number) => void;
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
  return {
    name: 'sequencer',
    everyMs: 1000,
    run: async (fence) => {
      const failures: Error[] = [];
      // Whoever comes into the right looks at every log once; then at those that run and those that it could not bring to their end.
      const isNew = fence.token !== since;
      if (isNew) await parts.ask?.(fence);
      const known = isNew ? await memory.contests() : [];
      const sealed = await seal(parts, fence, failures);
      for (const contest of [...known, ...sealed, ...(await unfinished(parts, isNew))]) unsettled.add(contest);
      since = fence.token;
      for (const contest of unsettled) {
        const now = parts.clock.now();
        const before = failures.length;
        // Before the relay: an outage of the event log delays no head. A damaged log keeps nobody else's from going on, and is not told further.
        await signHead({ ...parts, now, fence }, contest)
          .then(() => publish(stores, contest, { ...parts, fence, now }))
          .catch(collect(failures));
        if (failures.length === before) unsettled.delete(contest);
      }
      parts.stopped?.(damaged(failures));
      if (failures.length > 0) throw new AggregateError(failures, failures.map(({ message }) => message).join('; '));
    },
  };
}

const collect = (failures: Error[]) => (error: Error) => {
  if (error instanceof LeaseLost) throw error;
  failures.push(error);
};

const damaged = (failures: readonly Error[]): number =>
  new Set(failures.flatMap((error) => (error instanceof LogDamaged ? error.contest : []))).size;

/** Gives unsealed ballots their place in the log; gives the contests that got entries. */
async function seal({ stores, memory }: SequencerParts, fence: Fence, failures: Error[]): Promise<Set<string>> {
  const waiting = await stores.ballots
    .find({ sealed: false }, { contest: 1, rev: 1, leaf: 1 })
    .limit(SEAL_AT_ONCE)
    .lean<Unsealed[]>();
  const byContest = Map.groupBy(waiting, ({ contest }) => contest);
  for (const [contest, ballots] of byContest)
    await requireKept(stores, memory, contest)
      .then(() => sealOne(stores, contest, ballots, fence))
      .catch(collect(failures));
  return new Set(byContest.keys());
}

async function sealOne(stores: Stores, contest: string, ballots: Unsealed[], fence: Fence): Promise<void> {
  const size = await append(stores, contest, ballots, fence);
  failPoint('leaves-written');
  await mark(stores, contest, { size });
  await stores.ballots.updateMany({ _id: { $in: ballots.map(({ _id }) => _id) } }, { $set: { sealed: true } });
}

/** Writes new entries behind the last; gives the size of the log. */
async function append(stores: Stores, contest: string, ballots: Unsealed[], fence: Fence): Promise<number> {
  // A run that ended between the two writes left leaves whose ballots are not marked yet.
  const known = await stores.leaves
    .find({ contest, leaf: { $in: ballots.map(({ leaf }) => leaf) } }, { leaf: 1 })
    .lean<Pick<Leaf, 'leaf'>[]>();
  const there = new Set(known.map(({ leaf }) => leaf));
  const fresh = ballots.filter(({ leaf }) => !there.has(leaf)).sort((a, b) => (a.leaf < b.leaf ? -1 : 1));
  const last = await lastLeaf(stores, contest);
  let index = last ? last.index : -1;
  let superseded = last?.superseded ?? 0;
  const entries = fresh.map(({ _id: ballot, leaf, rev }): Leaf => {
    index += 1;
    superseded += rev > 1 ? 1 : 0;
    return { _id: leafId(contest, index), contest, index, leaf, ballot, superseded };
  });
  if (entries.length === 0) return index + 1;
  await fence.check();
  try {
    // In order: a hole in the log must not arise, whatever happens.
    await stores.leaves.insertMany(entries, { ordered: true });
  } catch (error) {
    // Another sequencer wrote here: the log stays one chain, and the next run takes it as it is.
    if (isDuplicateKey(error)) throw new Error('another sequencer is at work');
    throw error;
  }
  return index + 1;
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
