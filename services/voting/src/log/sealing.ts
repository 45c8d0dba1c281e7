import { failPoint, isDuplicateKey, type Fence } from '@veche/kit';
import { lastLeaf, mark } from './log.ts';
import { leafId, type Leaf, type StoredBallot, type Stores } from '../store.ts';
import { waitingContests, writtenAt, type IntakeBatch } from '../store/intake-batch.ts';

const BATCHES_AT_ONCE = 500;
const SEAL_AT_ONCE = 5_000;
/** A backlog is sealed in one run as far as this, so that a head comes in time. */
const ROUNDS = 10;
/** An insert that did not bring all its ballots in this time after it was first seen is not under way any more. */
const INTERRUPTED_MS = 60_000;

type Unsealed = Pick<StoredBallot, '_id' | 'rev' | 'leaf'>;

/** A note with those of its ballots that are there. */
interface Read {
  batch: IntakeBatch;
  ballots: Unsealed[];
  /** Every id it names is taken, by its own ballot or by the one that came before it. */
  isWhole: boolean;
}

/** Gives accepted ballots their places in the logs, under a right that only one process has. */
export class Sealing {
  readonly #stores: Stores;
  readonly #waited: (seconds: number) => void;
  /** Notes that did not leave with the run that read them, and when they were read first (monotonic milliseconds). */
  readonly #seen = new Map<string, number>();
  /** Contests of which the present holder of the right knows that no ballot that waits has its place already. */
  readonly #sure = new Set<string>();
  #token = -1;

  /** `waited` hears how long ballots of one write waited, seconds. */
  constructor(stores: Stores, waited: (seconds: number) => void = () => undefined) {
    this.#stores = stores;
    this.#waited = waited;
  }

  /**
   * Seals what waits, of each contest some thousands of ballots at a time; gives the contests that it looked at. `mayGoOn` throws where nothing may be
   * sealed over what the log of a contest has become. What fails with one contest keeps no other from going on.
   */
  async run(
    fence: Fence,
    mayGoOn: (contest: string) => Promise<void>,
    failed: (error: Error) => void,
  ): Promise<Set<string>> {
    if (fence.token !== this.#token) {
      // Whoever had the right before may have stopped anywhere.
      this.#token = fence.token;
      this.#sure.clear();
      this.#seen.clear();
    }
    const contests = new Set(await waitingContests(this.#stores));
    const pending = new Set(contests);
    for (let round = 0; pending.size > 0 && round < ROUNDS; round++)
      for (const contest of pending) {
        const isMore = await mayGoOn(contest)
          .then(() => this.#portion(contest, fence))
          .catch((error: Error) => {
            failed(error);
            return false;
          });
        if (!isMore) pending.delete(contest);
      }
    return contests;
  }

  /** Whether there may be more. */
  async #portion(contest: string, fence: Fence): Promise<boolean> {
    const batches = await this.#read(contest);
    const isSure = this.#sure.delete(contest);
    await this.#seal(contest, batches, fence, isSure);
    this.#sure.add(contest);
    return batches.reduce((sum, { batch }) => sum + batch.ids.length, 0) >= SEAL_AT_ONCE;
  }

  async #read(contest: string): Promise<Read[]> {
    const waiting = await this.#stores.batches.find({ waits: contest }).limit(BATCHES_AT_ONCE).lean<IntakeBatch[]>();
    const taken: IntakeBatch[] = [];
    for (let ballots = 0; taken.length < waiting.length && ballots < SEAL_AT_ONCE; ballots += taken.at(-1)!.ids.length)
      taken.push(waiting[taken.length]!);
    const found = await this.#stores.ballots.collection
      .find<Unsealed>({ _id: { $in: taken.flatMap(({ ids }) => ids) } as never }, { projection: { rev: 1, leaf: 1 } })
      .toArray();
    const known = new Map(found.map((ballot) => [ballot._id, ballot]));
    return taken.map((batch) => ({
      batch,
      ballots: batch.ids.flatMap((id, n) => {
        const ballot = known.get(id);
        return ballot?.leaf === batch.leaves[n] ? [ballot!] : [];
      }),
      isWhole: batch.ids.every((id) => known.has(id)),
    }));
  }

  async #seal(contest: string, batches: Read[], fence: Fence, isSure: boolean): Promise<void> {
    // An insert may be under way: it is taken as it is from the second look on.
    const ready = batches.filter(({ batch, isWhole }) => isWhole || this.#seen.has(batch._id));
    const mayBeThere = !isSure || ready.some(({ batch }) => this.#seen.has(batch._id));
    const size = await this.#append(
      contest,
      ready.flatMap(({ ballots }) => ballots),
      fence,
      mayBeThere,
    );
    failPoint('leaves-written');
    await mark(this.#stores, contest, { size });
    const now = performance.now();
    for (const { batch } of batches) if (!this.#seen.has(batch._id)) this.#seen.set(batch._id, now);
    const done = batches.filter(({ batch, isWhole }) => isWhole || now - this.#seen.get(batch._id)! > INTERRUPTED_MS);
    await this.#stores.batches.deleteMany({ _id: { $in: done.map(({ batch }) => batch._id) } });
    for (const { batch, isWhole } of done) {
      this.#seen.delete(batch._id);
      if (isWhole) this.#waited(Math.max(0, (Date.now() - writtenAt(batch)) / 1000));
    }
  }

  /** Writes new entries behind the last, in the order of their hashes; gives the size of the log. */
  async #append(contest: string, ballots: Unsealed[], fence: Fence, mayBeThere: boolean): Promise<number> {
    const there = mayBeThere ? await this.#among(contest, ballots) : new Set<string>();
    const fresh = ballots.filter(({ leaf }) => !there.has(leaf)).sort((a, b) => (a.leaf < b.leaf ? -1 : 1));
    const last = await lastLeaf(this.#stores, contest);
    let index = last ? last.index : -1;
    let superseded = last?.superseded ?? 0;
    const entries = fresh.map(({ _id: ballot, leaf, rev }): Leaf => {
      index += 1;
      superseded += Number(rev) > 1 ? 1 : 0;
      return { _id: leafId(contest, index), contest, index, leaf, ballot, superseded };
    });
    if (entries.length === 0) return index + 1;
    await fence.check();
    try {
      // In order: a hole in the log must not arise, whatever happens.
      await this.#stores.leaves.collection.insertMany(entries as never[], { ordered: true });
    } catch (error) {
      // Another sequencer wrote here: the log stays one chain, and the next run takes it as it is.
      if (isDuplicateKey(error)) throw new Error('another sequencer is at work', { cause: error });
      throw error;
    }
    return index + 1;
  }

  /** Leaves of these ballots that are in the log already. */
  async #among(contest: string, ballots: readonly Unsealed[]): Promise<Set<string>> {
    const found = await this.#stores.leaves
      .find({ contest, leaf: { $in: ballots.map(({ leaf }) => leaf) } }, { leaf: 1 })
      .lean<Pick<Leaf, 'leaf'>[]>();
    return new Set(found.map(({ leaf }) => leaf));
  }
}
