import { failPoint } from '@veche/kit';
import mongoose from 'mongoose';
import type { StoredBallot } from '../store.ts';
import { batchesOf } from '../store/intake-batch.ts';

/** What became of one document of a batch. */
export type Written = 'written' | 'duplicate' | 'expired' | 'overloaded';

interface Waiting {
  ballot: StoredBallot;
  /** Milliseconds after which the ballot must not be written any more. */
  deadline: number;
  /** When it came, by the clock that only goes forward. */
  since: number;
  resolve(result: Written): void;
  reject(error: unknown): void;
}

const { MongoError, MongoNetworkError, MongoServerSelectionError } = mongoose.mongo;

const BATCH = 500;
const ATTEMPTS = 3;
const LINGER_MS = 3;
const QUEUE_LIMIT = 20_000;
const DUPLICATE = 11000;
/** A write that takes longer means that the database is away: who waits gets an answer within two seconds (voting.md 5.4, F4). */
const STALLED_MS = 1_250;
/** Longer nobody waits behind others, even while batches go through. */
const QUEUED_MS = 4_000;
const LOOK_MS = 250;
/** Asked for explicitly: a receipt promises that the ballot survives the loss of a machine. */
const DURABLE = { w: 'majority', j: true } as const;

/** Answer of the server to an insert: what it could not write, and whether it vouches for the rest. */
interface InsertReply {
  writeErrors?: { index: number; code: number; errmsg: string }[];
  writeConcernError?: { errmsg: string };
}

/**
 * Many votes, one durable write: what arrives while a write is on its way goes together with the next, so the batches grow with the load by
 * themselves. Each ballot is answered after its own document is durable, or told to come again: then it may have been written or not, and a
 * repetition under its key finds out.
 */
export class GroupCommit {
  readonly #ballots: mongoose.Model<StoredBallot>;
  readonly #now: () => number;
  /** What is done once for all ballots of a batch, before they are written. */
  readonly #prepare: (ballots: readonly StoredBallot[]) => void;
  #queue: Waiting[] = [];
  #timer: NodeJS.Timeout | null = null;
  #busy = false;
  /** The batch that is being written, and since when. */
  #writing: { batch: readonly Waiting[]; since: number } | null = null;
  #watch: NodeJS.Timeout | null = null;

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
    if (this.#queue.length >= QUEUE_LIMIT || this.#isStalled()) return Promise.resolve('overloaded');
    const { promise, resolve, reject } = Promise.withResolvers<Written>();
    this.#queue.push({ ballot, deadline, since: performance.now(), resolve, reject });
    if (!this.#busy && this.#timer === null) this.#timer = setTimeout(() => void this.#drain(), LINGER_MS);
    return promise;
  }

  async #drain(): Promise<void> {
    this.#timer = null;
    this.#busy = true;
    this.#watch = setInterval(() => this.#look(), LOOK_MS);
    while (this.#queue.length > 0) {
      const now = this.#now();
      const alive = this.#queue.splice(0, BATCH).filter((entry) => entry.deadline > now || entry.resolve('expired'));
      if (alive.length === 0) continue;
      this.#writing = { batch: alive, since: performance.now() };
      await this.#insert(alive);
      this.#writing = null;
    }
    clearInterval(this.#watch);
    this.#busy = false;
  }

  #isStalled(): boolean {
    return this.#writing !== null && performance.now() - this.#writing.since > STALLED_MS;
  }

  /** Lets those go who have waited too long. What is not sent yet is not sent any more. */
  #look(): void {
    const stalled = this.#isStalled();
    if (stalled) for (const { resolve } of this.#writing!.batch) resolve('overloaded');
    const oldest = performance.now() - (stalled ? STALLED_MS : QUEUED_MS);
    const late = this.#queue.filter(({ since }) => since < oldest);
    if (late.length === 0) return;
    this.#queue = this.#queue.filter(({ since }) => since >= oldest);
    for (const { resolve } of late) resolve('overloaded');
  }

  /** The command itself: the driver's insertMany costs twice the processor time a document, most of it measuring sizes and merging results. */
  async #insert(batch: Waiting[]): Promise<void> {
    const ballots = batch.map(({ ballot }) => ballot);
    this.#prepare(ballots);
    const notes = batchesOf(ballots);
    // Written in this order: no ballot is there that the sequencer would not find.
    const documents = [...notes, ...ballots];
    const command = { insert: this.#ballots.collection.name, documents, ordered: false, writeConcern: DURABLE };
    for (let attempt = 1; ; attempt++) {
      try {
        const reply = (await this.#ballots.db.db!.command(command)) as InsertReply;
        failPoint('ballots-written');
        settle(batch, reply, notes.length);
        return;
      } catch (error) {
        if (attempt < ATTEMPTS && isPassing(error)) continue;
        const away = isPassing(error) || error instanceof MongoServerSelectionError;
        for (const { resolve, reject } of batch)
          if (away) resolve('overloaded');
          else reject(error);
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

/** Of an unordered insert only the documents named in the reply were not written. `notes` stand before the ballots. */
function settle(batch: readonly Waiting[], reply: InsertReply, notes: number): void {
  const codes = new Map(reply.writeErrors?.map(({ index, code }) => [index - notes, code]));
  const whole = faultOfAll(reply, notes);
  for (const [index, { resolve, reject }] of batch.entries()) {
    const code = codes.get(index) ?? whole;
    if (code === null) resolve('written');
    else if (code === DUPLICATE) resolve('duplicate');
    // A repetition of the request finds out what became of it.
    else reject(new Error(`a ballot was not written: ${code}`));
  }
}

/** Without its note, or its write concern, nothing of a batch is known to be kept. A note that is there already is of an earlier attempt. */
function faultOfAll({ writeErrors = [], writeConcernError }: InsertReply, notes: number): number | string | null {
  const unnoted = writeErrors.find(({ index, code }) => index < notes && code !== DUPLICATE);
  return unnoted?.code ?? (writeConcernError ? 'write concern failed' : null);
}
