import type mongoose from 'mongoose';
import type { StoredBallot } from './store.ts';

/** What became of one document of a batch. */
export type Written = 'written' | 'duplicate' | 'expired' | 'overloaded';

interface Waiting {
  ballot: StoredBallot;
  /** Milliseconds after which the ballot must not be written any more. */
  deadline: number;
  resolve(result: Written): void;
  reject(error: unknown): void;
}

const BATCH = 128;
const LINGER_MS = 3;
const IN_FLIGHT = 4;
const QUEUE_LIMIT = 20_000;
const DUPLICATE = 11000;
/** Asked for explicitly: a receipt promises that the ballot survives the loss of a machine. */
const DURABLE = { w: 'majority', journal: true } as const;

/** Many votes, one durable write: documents wait a few milliseconds for company; each is answered after its own is durable. */
export class GroupCommit {
  readonly #ballots: mongoose.Model<StoredBallot>;
  readonly #now: () => number;
  #queue: Waiting[] = [];
  #timer: NodeJS.Timeout | null = null;
  #inFlight = 0;

  constructor(ballots: mongoose.Model<StoredBallot>, now: () => number) {
    this.#ballots = ballots;
    this.#now = now;
  }

  write(ballot: StoredBallot, deadline: number): Promise<Written> {
    if (this.#queue.length >= QUEUE_LIMIT) return Promise.resolve('overloaded');
    const { promise, resolve, reject } = Promise.withResolvers<Written>();
    this.#queue.push({ ballot, deadline, resolve, reject });
    if (this.#queue.length >= BATCH) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), LINGER_MS);
    return promise;
  }

  #flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#inFlight >= IN_FLIGHT || this.#queue.length === 0) return;
    const batch = this.#queue.splice(0, BATCH);
    const now = this.#now();
    const alive = batch.filter((entry) => entry.deadline > now || entry.resolve('expired'));
    if (alive.length > 0) void this.#insert(alive as Waiting[]);
    if (this.#queue.length > 0) this.#flush();
  }

  async #insert(batch: Waiting[]): Promise<void> {
    this.#inFlight += 1;
    try {
      await this.#ballots.collection.insertMany(batch.map(({ ballot }) => ballot) as never, {
        ordered: false,
        writeConcern: DURABLE,
      });
      for (const { resolve } of batch) resolve('written');
    } catch (error) {
      settle(batch, error);
    } finally {
      this.#inFlight -= 1;
      if (this.#queue.length > 0) this.#flush();
    }
  }
}

/** Of an unordered batch only the documents named in the error were not written. */
function settle(batch: Waiting[], error: unknown): void {
  const failures = (error as { writeErrors?: { index: number; code: number }[] }).writeErrors;
  if (!Array.isArray(failures) || failures.length === 0) {
    for (const { reject } of batch) reject(error);
    return;
  }
  // With a duplicate in the batch the driver reports a failed write concern only beside it: then nothing is known to be durable.
  const undurable = Boolean(
    (error as { result?: { getWriteConcernError?(): unknown } }).result?.getWriteConcernError?.(),
  );
  const codes = new Map(failures.map(({ index, code }) => [index, code]));
  for (const [index, { resolve, reject }] of batch.entries()) {
    const code = codes.get(index);
    if (code === undefined && !undurable) resolve('written');
    else if (code === DUPLICATE) resolve('duplicate');
    else reject(error);
  }
}
