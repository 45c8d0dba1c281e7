import { setTimeout as sleep } from 'node:timers/promises';
import type mongoose from 'mongoose';
import type { Logger } from 'pino';
import { toMessage } from '../bus/cloud-event.ts';
import type { EventBus } from '../bus/event-bus.ts';
import type { AggregateStore } from './aggregate.ts';
import { Lease } from './lease.ts';
import type { StoredEvent } from './outbox.ts';

export interface RelayOptions {
  service: string;
  connection: mongoose.Connection;
  stores: readonly AggregateStore<any>[];
  bus: EventBus;
  log: Logger;
  /** How often the outboxes are looked at when nothing wakes the relay, instead of the pauses below. */
  pollMs?: number;
  leaseTtlMs?: number;
  holder?: string;
  onPublished?: (count: number, oldest: Date) => void;
}

interface WaitingDocument {
  _id: string;
  version: number;
  outbox: StoredEvent[];
}

/** By a comparison, which every server answers by the index; absent instants are left out. */
const WAITING = { outboxSince: { $gt: new Date(0) } };
const BATCH = 200;
const MAX_BACKOFF_MS = 5_000;
/** Each look asks every store and renews the lease; as long as the change stream tells of writes, few are needed. */
const PAUSE_MS = { told: 2_000, untold: 500 };

/**
 * Carries events from the outboxes of a service to the bus. One replica works at a time; it publishes the events of
 * an aggregate in order and removes them only after the log acknowledged them, so an event is told at least once.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #lease: Lease;
  readonly #stop = new AbortController();
  #bell: (() => void) | null = null;
  #rung = false;
  #loop: Promise<void> | null = null;
  #draining: Promise<number> | null = null;
  #stream: mongoose.mongo.ChangeStream | null = null;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#lease = new Lease(options.connection, {
      name: `${options.service}:relay`,
      ttlMs: options.leaseTtlMs,
      holder: options.holder,
    });
  }

  start(): void {
    this.#watch();
    this.#loop = this.#run();
  }

  /** There may be something to publish: look now. */
  wake(): void {
    this.#rung = true;
    this.#bell?.();
  }

  /** Stops, after trying for up to `flushMs` to publish what is left. */
  async stop(flushMs = 10_000): Promise<void> {
    this.#stop.abort();
    this.wake();
    await this.#stream?.close().catch(() => undefined);
    const flush = async (): Promise<void> => {
      await this.#loop;
      while ((await this.drain()) > 0);
    };
    // A log that is away may keep a publish waiting for longer than the process has left to live.
    const flushed = flush().catch((error: unknown) => this.#options.log.warn({ err: error }, 'outbox not flushed'));
    await Promise.race([flushed, sleep(flushMs, undefined, { ref: false })]);
    await this.#lease.release().catch(() => undefined);
  }

  /** Publishes one batch of every store if this replica holds the lease; the number of events published. */
  async drain(): Promise<number> {
    // One at a time: two at once would publish the same batch twice.
    this.#draining ??= this.#drainOnce().finally(() => {
      this.#draining = null;
    });
    return this.#draining;
  }

  /** How many aggregates have events that were not acknowledged yet, and since when the oldest waits. */
  async backlog(): Promise<{ depth: number; since: Date | null }> {
    let depth = 0;
    let since: Date | null = null;
    for (const store of this.#options.stores) {
      depth += await store.model.countDocuments(WAITING);
      const oldest = await store.model.findOne(WAITING, { outboxSince: 1 }).sort({ outboxSince: 1 }).lean();
      if (oldest && (!since || oldest.outboxSince < since)) since = oldest.outboxSince as Date;
    }
    return { depth, since };
  }

  async #drainOnce(): Promise<number> {
    if (!(await this.#lease.acquire())) return 0;
    let count = 0;
    for (const store of this.#options.stores) count += await this.#drainStore(store);
    return count;
  }

  async #drainStore(store: AggregateStore<any>): Promise<number> {
    const waiting: WaitingDocument[] = await store.model
      .find(WAITING, { outbox: 1, version: 1 })
      .sort({ outboxSince: 1 })
      .limit(BATCH)
      .lean();
    if (waiting.length === 0) return 0;
    const events = waiting.flatMap(({ outbox }) => outbox);
    if (events.length > 0) {
      if (!this.#lease.held && !(await this.#lease.acquire())) return 0;
      await this.#options.bus.publish(events.map((event) => toMessage(event, this.#options.service)));
      this.#options.onPublished?.(events.length, events[0]!.time);
    }
    await acknowledge(store, waiting);
    return events.length;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      let moved = 0;
      try {
        moved = await this.drain();
        failures = 0;
      } catch (error) {
        failures += 1;
        this.#options.log.warn({ err: error, failures }, 'relay could not publish, will try again');
      }
      if (moved === 0) await this.#rest(failures);
    }
  }

  async #rest(failures: number): Promise<void> {
    const told = this.#lease.held && this.#stream !== null && !this.#stream.closed;
    const poll = this.#options.pollMs ?? (told ? PAUSE_MS.told : PAUSE_MS.untold);
    const pause = failures === 0 ? poll : Math.min(MAX_BACKOFF_MS, 100 * 2 ** failures);
    if (this.#rung && failures === 0) {
      this.#rung = false;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const handle = setTimeout(resolve, pause);
    // After an error the bell is not heard: new work must not shorten the pause that the broker needs.
    this.#bell = () => {
      if (failures === 0 || this.#stop.signal.aborted) resolve();
    };
    if (this.#stop.signal.aborted) resolve();
    await promise;
    clearTimeout(handle);
    this.#bell = null;
    this.#rung = false;
  }

  /** Hears of writes by other replicas at once. Best effort: polling finds everything this misses. */
  #watch(): void {
    const { connection, stores, log } = this.#options;
    try {
      this.#stream = connection.db!.watch([
        {
          $match: {
            'ns.coll': { $in: stores.map(({ collection }) => collection) },
            // The mark that something waits; a write that tells nothing and the relay's own writes do not set it.
            $or: ['fullDocument', 'updateDescription.updatedFields'].map((place) => ({
              [`${place}.outboxSince`]: { $exists: true },
            })),
          },
        },
      ]);
      this.#stream.on('change', () => this.wake());
      this.#stream.on('error', (error) => {
        if (this.#stop.signal.aborted) return;
        log.warn({ err: error }, 'change stream ended, relay goes on by polling');
        void this.#stream?.close().catch(() => undefined);
      });
    } catch (error) {
      log.warn({ err: error }, 'no change stream, relay goes on by polling');
    }
  }
}

/**
 * Removes exactly what was published; events that came meanwhile stay and keep their place. Every event makes a new version, so a document whose
 * version is the one that was read has nothing left to tell.
 */
async function acknowledge(store: AggregateStore<any>, waiting: readonly WaitingDocument[]): Promise<void> {
  await store.model.collection.bulkWrite(
    waiting.flatMap(({ _id, version, outbox }) => {
      const $pull = { outbox: { id: { $in: outbox.map(({ id }) => id) } } };
      const whole = { filter: { _id, version }, update: { $pull, $unset: { outboxSince: 1 } } };
      return [{ updateOne: whole }, { updateOne: { filter: { _id }, update: { $pull } } }] as never[];
    }),
    { ordered: true },
  );
}
