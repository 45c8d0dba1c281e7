import {
  isDuplicateKey,
  sealEvent,
  toMessage,
  type Background,
  type Clock,
  type EventBus,
  type Fence,
} from '@veche/kit';
import { event } from '@veche/proto';
import { BallotAcceptedSchema } from '@veche/proto/voting/v1/voting';
import { lastLeaf, leafId, type Leaf, type StoredBallot, type Stores } from './store.ts';

const SEAL_AT_ONCE = 5_000;
const PUBLISH_AT_ONCE = 500;

type Unsealed = Pick<StoredBallot, '_id' | 'contest' | 'rev' | 'leaf'>;

/**
 * Seals accepted ballots into the log of their contest each second, sorted by hash so that the order does not reveal the second, and publishes
 * the log in its order. It reads the ballots from the store, so an outage of the event log stops neither intake nor sealing.
 */
export function sequencer({ stores, bus, clock }: { stores: Stores; bus: EventBus; clock: Clock }): Background {
  return {
    name: 'sequencer',
    everyMs: 1000,
    run: async (fence) => {
      const touched = await seal(stores, fence);
      for (const contest of await unpublished(stores, touched))
        await publish(stores, contest, { bus, fence, now: clock.now() });
    },
  };
}

/** Gives unsealed ballots their place in the log; gives the contests that got entries. */
async function seal(stores: Stores, fence: Fence): Promise<Set<string>> {
  const waiting = await stores.ballots
    .find({ sealed: false }, { contest: 1, rev: 1, leaf: 1 })
    .limit(SEAL_AT_ONCE)
    .lean<Unsealed[]>();
  const byContest = Map.groupBy(waiting, ({ contest }) => contest);
  for (const [contest, ballots] of byContest) {
    await append(stores, contest, ballots, fence);
    await stores.ballots.updateMany({ _id: { $in: ballots.map(({ _id }) => _id) } }, { $set: { sealed: true } });
  }
  return new Set(byContest.keys());
}

async function append(stores: Stores, contest: string, ballots: Unsealed[], fence: Fence): Promise<void> {
  // A run that ended between the two writes left leaves whose ballots are not marked yet.
  const known = await stores.leaves
    .find({ contest, leaf: { $in: ballots.map(({ leaf }) => leaf) } }, { leaf: 1 })
    .lean<Pick<Leaf, 'leaf'>[]>();
  const there = new Set(known.map(({ leaf }) => leaf));
  const fresh = ballots.filter(({ leaf }) => !there.has(leaf)).sort((a, b) => (a.leaf < b.leaf ? -1 : 1));
  if (fresh.length === 0) return;
  const last = await lastLeaf(stores, contest);
  let index = last ? last.index : -1;
  let superseded = last?.superseded ?? 0;
  const entries = fresh.map(({ leaf, rev }): Leaf => {
    index += 1;
    superseded += rev > 1 ? 1 : 0;
    return { _id: leafId(contest, index), contest, index, leaf, superseded };
  });
  await fence.check();
  try {
    // In order: a hole in the log must not arise, whatever happens.
    await stores.leaves.insertMany(entries, { ordered: true });
  } catch (error) {
    // Another sequencer wrote here: the log stays one chain, and the next run takes it as it is.
    if (isDuplicateKey(error)) throw new Error('another sequencer is at work');
    throw error;
  }
}

/** Contests whose log is longer than what was published: those just sealed, and those that a crash left behind. */
async function unpublished(stores: Stores, touched: ReadonlySet<string>): Promise<string[]> {
  const open = await stores.votings.find({ status: { $in: ['OPEN', 'CLOSED', 'COUNTED'] } });
  const candidates = new Set([...touched, ...open.map(({ id }) => id)]);
  const behind: string[] = [];
  for (const contest of candidates) {
    const [last, checkpoint] = await Promise.all([
      lastLeaf(stores, contest),
      stores.published.findById(contest).lean(),
    ]);
    if (last && last.index >= (checkpoint?.next ?? 0)) behind.push(contest);
  }
  return behind;
}

async function publish(
  stores: Stores,
  contest: string,
  { bus, fence, now }: { bus: EventBus; fence: Fence; now: Date },
): Promise<void> {
  const ruleHash = (await stores.votings.load(contest))!.state.announcement!.ruleHash;
  for (;;) {
    const next = (await stores.published.findById(contest).lean())?.next ?? 0;
    const entries = await stores.leaves
      .find({ _id: { $gte: leafId(contest, next), $lt: `${contest};` } })
      .sort({ _id: 1 })
      .limit(PUBLISH_AT_ONCE)
      .lean<Leaf[]>();
    if (entries.length === 0) return;
    await fence.check();
    await bus.publish(entries.map((entry) => messageOf(entry, ruleHash, now)));
    await stores.published.updateOne({ _id: contest }, { $max: { next: entries.at(-1)!.index + 1 } }, { upsert: true });
  }
}

/** The id of the event is the leaf, so that a repetition is recognised for ever. */
function messageOf({ contest, index, leaf, superseded }: Leaf, ruleHash: string, now: Date) {
  const data = { contestId: contest, leaf, index: BigInt(index), ruleHash, supersededSoFar: BigInt(superseded) };
  const sealed = sealEvent(event(BallotAcceptedSchema, contest, data), now, index + 1);
  return toMessage({ ...sealed, id: leaf }, 'voting');
}
