import mongoose from 'mongoose';
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

const { MongoError, MongoNetworkError } = mongoose.mongo;

const BATCH = 500;
const ATTEMPTS = 3;
const LINGER_MS = 3;
const QUEUE_LIMIT = 20_000;
const DUPLICATE = 11000;
/** Asked for explicitly: a receipt promises that the ballot survives the loss of a machine. */
const DURABLE = { w: 'majority', j: true } as const;

/** Answer of the server to an insert: what it could not write, and whether it vouches for the rest. */
interface InsertReply {
  writeErrors?: { index: number; code: number; errmsg: string }[];
  writeConcernError?: { errmsg: string };
}

/**
 * Many votes, one durable write: what arrives while a write is on its way goes together with the next, so the batches grow with the load by
 * themselves. Each ballot is answered after its own document is durable.
 */
export class GroupCommit {
  readonly #ballots: mongoose.Model<StoredBallot>;
  readonly #now: () => number;
  /** What is done once for all ballots of a batch, before they are written. */
  readonly #prepare: (ballots: readonly StoredBallot[]) => void;
  #queue: Waiting[] = [];
  #timer: NodeJS.Timeout | null = null;
  #busy = false;

  constructor(
    ballots: mongoose.Model<StoredBallot>,
    now: () => number,
    prepare: (ballots: readonly StoredBallot[]) => void,
  ) {
    this.#ballots = ballots;
    this.#now = now;
    this.#prepare = prepare;
  }

  write(ballot: StoredBallot, deadline: number): Promise<Written> {
    if (this.#queue.length >= QUEUE_LIMIT) return Promise.resolve('overloaded');
    const { promise, resolve, reject } = Promise.withResolvers<Written>();
    this.#queue.push({ ballot, deadline, resolve, reject });
    if (!this.#busy && this.#timer === null) this.#timer = setTimeout(() => void this.#drain(), LINGER_MS);
    return promise;
  }

  async #drain(): Promise<void> {
    this.#timer = null;
    this.#busy = true;
    while (this.#queue.length > 0) {
      const now = this.#now();
      const alive = this.#queue.splice(0, BATCH).filter((entry) => entry.deadline > now || entry.resolve('expired'));
      if (alive.length > 0) await this.#insert(alive);
    }
    this.#busy = false;
  }

  /** The command itself: the driver's insertMany costs twice the processor time a document, most of it measuring sizes and merging results. */
  async #insert(batch: Waiting[]): Promise<void> {
    const documents = batch.map(({ ballot }) => ballot);
    this.#prepare(documents);
    const command = { insert: this.#ballots.collection.name, documents, ordered: false, writeConcern: DURABLE };
    for (let attempt = 1; ; attempt++) {
      try {
        settle(batch, (await this.#ballots.db.db!.command(command)) as InsertReply);
        return;
      } catch (error) {
        if (attempt < ATTEMPTS && isPassing(error)) continue;
        for (const { reject } of batch) reject(error);
        return;
      }
    }
  }
}

/**
 * A lost connection or a new primary: the same documents may be sent again. Those that were written the first time come back as duplicates, and
 * whoever asked for them recognises them by their idempotency key.
 */
const isPassing = (error: unknown): boolean =>
  error instanceof MongoError && (error instanceof MongoNetworkError || error.hasErrorLabel('RetryableWriteError'));

/** Of an unordered batch only the documents named in the reply were not written. */
function settle(batch: readonly Waiting[], { writeErrors = [], writeConcernError }: InsertReply): void {
  const failures = new Map(writeErrors.map((error) => [error.index, error]));
  for (const [index, { resolve, reject }] of batch.entries()) {
    const failure = failures.get(index);
    if (failure?.code === DUPLICATE) resolve('duplicate');
    // Without its write concern nothing of the batch is known to be durable; a repetition of the request finds out.
    else if (failure || writeConcernError)
      reject(new Error(`a ballot was not written: ${failure?.code ?? 'write concern failed'}`));
    else resolve('written');
  }
}
