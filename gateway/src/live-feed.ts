import type { ServerResponse } from 'node:http';
import { setImmediate as breathe } from 'node:timers/promises';

/** A snapshot as it is sent: made once, the same bytes for everybody. */
export interface Snapshot {
  /** Entity tag with its quotes. */
  etag: string;
  body: Buffer;
  /** The event of the stream. */
  frame: Buffer;
}

/** What asking for a snapshot gave; `same` when it is the one that is known. */
export type Asked = { kind: 'new'; snapshot: Snapshot } | { kind: 'same' } | { kind: 'unknown' };

interface Listener {
  response: ServerResponse;
  /** Frames in a row that could not be sent. */
  behind: number;
}

export interface FeedOptions {
  ask(etag: string | null): Promise<Asked>;
  /** The feed has ended by itself: nobody listens, or there is no such contest any more. */
  ended(): void;
  dropped(): void;
  everyMs: number;
}

/** Writes to so many sockets at once; in between requests of voters are served. */
const SLICE = 250;
/** A listener who takes nothing for so many frames is gone or too slow. */
const MOST_BEHIND = 10;
/** Spreading takes at most a quarter of the time: on a machine that is busy with votes listeners get their snapshots more seldom. */
const SHARE = 3;
const HEARTBEAT_MS = 15_000;
/** Kept for those who poll, so that not each of them asks voting. */
const IDLE_MS = 10_000;
/** An older snapshot is not shown as the present any more. */
const STALE_MS = 30_000;
const HEARTBEAT = Buffer.from(':\n\n');

export function makeSnapshot(etag: string, body: Buffer): Snapshot {
  const frame = Buffer.concat([Buffer.from(`id: ${etag}\nevent: snapshot\ndata: `), body, Buffer.from('\n\n')]);
  return { etag, body, frame };
}

/** One contest as a stream: a single question to voting a second, whatever the number of listeners. */
export class LiveFeed {
  readonly #options: FeedOptions;
  readonly #listeners = new Set<Listener>();
  /** Those who have not got the latest snapshot yet. */
  readonly #missing = new Set<Listener>();
  readonly #first: Promise<void>;
  #snapshot: Snapshot | null = null;
  #confirmedAt = -Infinity;
  #usedAt = performance.now();
  #sentAt = performance.now();
  /** How long the last spreading took. */
  #spentMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #ended = false;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#first = this.#turn();
  }

  /** The latest snapshot; null when there is no such contest or voting has not answered for long. */
  async latest(): Promise<Snapshot | null> {
    this.#usedAt = performance.now();
    await this.#first;
    return performance.now() - this.#confirmedAt < STALE_MS ? this.#snapshot : null;
  }

  /** Whether voting has said that there is no such contest. */
  get isUnknown(): boolean {
    return this.#ended && this.#snapshot === null;
  }

  add(response: ServerResponse): void {
    const listener: Listener = { response, behind: 0 };
    this.#listeners.add(listener);
    response.once('close', () => {
      this.#listeners.delete(listener);
      this.#missing.delete(listener);
      this.#usedAt = performance.now();
    });
    if (this.#ended) response.end();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#timer) clearTimeout(this.#timer);
    for (const { response } of this.#listeners) response.end();
    this.#options.ended();
  }

  async #turn(): Promise<void> {
    const begun = performance.now();
    const asked = await this.#options.ask(this.#snapshot?.etag ?? null).catch(() => null);
    if (asked?.kind === 'unknown') return this.end();
    if (asked) this.#confirmedAt = performance.now();
    await (asked?.kind === 'new' ? this.#tell(asked.snapshot) : this.#quiet());
    if (this.#isIdle()) return this.end();
    if (this.#ended) return;
    const pause = Math.max(this.#options.everyMs - (performance.now() - begun), this.#spentMs * SHARE);
    this.#timer = setTimeout(() => void this.#turn(), pause);
  }

  #isIdle(): boolean {
    return this.#listeners.size === 0 && performance.now() - this.#usedAt > IDLE_MS;
  }

  #tell(snapshot: Snapshot): Promise<void> {
    this.#snapshot = snapshot;
    return this.#broadcast(snapshot.frame);
  }

  /** A second without news: whoever missed the last snapshot gets it now, and from time to time all get a sign of life. */
  async #quiet(): Promise<void> {
    if (this.#snapshot) for (const listener of this.#missing) this.#send(listener, this.#snapshot.frame);
    if (performance.now() - this.#sentAt > HEARTBEAT_MS) await this.#broadcast(HEARTBEAT);
  }

  async #broadcast(frame: Buffer): Promise<void> {
    this.#sentAt = performance.now();
    let written = 0;
    for (const listener of this.#listeners) {
      this.#send(listener, frame);
      written += 1;
      if (written % SLICE === 0) await breathe();
    }
    this.#spentMs = performance.now() - this.#sentAt;
  }

  /** Snapshots are whole, so who has not taken the last one yet misses this one; nothing is queued for anybody. */
  #send(listener: Listener, frame: Buffer): void {
    const { response } = listener;
    if (response.writableLength === 0) {
      listener.behind = 0;
      this.#missing.delete(listener);
      response.write(frame);
      return;
    }
    listener.behind += 1;
    this.#missing.add(listener);
    if (listener.behind < MOST_BEHIND) return;
    this.#options.dropped();
    response.destroy();
  }
}
