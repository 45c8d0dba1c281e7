import { randomUUID } from 'node:crypto';
import type mongoose from 'mongoose';
import { isDuplicateKey } from './connection.ts';

/**
 * The right to do something alone. `token` grows with every change of holder, so a store can refuse a holder that
 * slept through its own expiry; `signal` is aborted when the right is lost.
 */
export interface Fence {
  readonly token: number;
  readonly signal: AbortSignal;
  /** Throws LeaseLost when the right is no longer ours by the store itself; ask before an effect that cannot be undone. */
  check(): Promise<void>;
}

export class LeaseLost extends Error {
  constructor(name: string) {
    super(`lease ${name} is lost`);
    this.name = 'LeaseLost';
  }
}

interface LeaseDocument {
  _id: string;
  holder: string | null;
  fence: number;
  renewals: number;
  /** For people only: clocks of machines differ, so nobody decides by it. */
  until: Date;
}

export interface LeaseOptions {
  name: string;
  ttlMs?: number;
  holder?: string;
}

/**
 * A lease in the collection `leases`. Expiry is judged by watching, not by comparing clocks: whoever sees the same
 * renewal number for a whole `ttlMs` of its own monotonic time may take over, and the holder considers itself
 * expired `ttlMs` after it sent its last successful renewal. A clock jump on any machine changes nothing.
 */
export class Lease {
  readonly name: string;
  readonly ttlMs: number;
  readonly holder: string;
  readonly #leases: mongoose.mongo.Collection<LeaseDocument>;
  #seen: { fence: number; renewals: number; at: number } | null = null;
  #held: { token: number; validUntil: number; abort: AbortController } | null = null;

  constructor(connection: mongoose.Connection, options: LeaseOptions) {
    this.name = options.name;
    this.ttlMs = options.ttlMs ?? 6_000;
    this.holder = options.holder ?? randomUUID();
    this.#leases = connection.db!.collection<LeaseDocument>('leases');
  }

  /** Renews or takes the lease if that is possible now; null when another holds it. */
  async acquire(): Promise<Fence | null> {
    const sentAt = performance.now();
    const document = this.#held ? await this.#renew(this.#held.token) : await this.#take();
    if (!document) {
      this.#lose();
      return null;
    }
    const validUntil = sentAt + this.ttlMs;
    if (this.#held) this.#held.validUntil = validUntil;
    else this.#held = { token: document.fence, validUntil, abort: new AbortController() };
    return this.#fence(this.#held);
  }

  /** Held by our own reckoning; false once a renewal is overdue. */
  get held(): boolean {
    return this.#held !== null && performance.now() < this.#held.validUntil;
  }

  /** Gives the lease back, so that another replica does not have to wait for its expiry. */
  async release(): Promise<void> {
    const token = this.#held?.token;
    this.#lose();
    if (token === undefined) return;
    await this.#leases.updateOne(
      { _id: this.name, holder: this.holder, fence: token },
      { $set: { holder: null }, $inc: { renewals: 1 } },
    );
  }

  #lose(): void {
    this.#held?.abort.abort(new LeaseLost(this.name));
    this.#held = null;
  }

  #fence(held: { token: number; abort: AbortController }): Fence {
    return {
      token: held.token,
      signal: held.abort.signal,
      check: async () => {
        const current = held.abort.signal.aborted ? null : await this.#renew(held.token);
        if (!current) {
          if (this.#held?.token === held.token) this.#lose();
          throw new LeaseLost(this.name);
        }
      },
    };
  }

  async #renew(token: number): Promise<LeaseDocument | null> {
    return this.#leases.findOneAndUpdate(
      { _id: this.name, holder: this.holder, fence: token },
      { $inc: { renewals: 1 }, $set: { until: this.#expiry() } },
      { returnDocument: 'after' },
    );
  }

  async #take(): Promise<LeaseDocument | null> {
    const current = await this.#read();
    const free = current.holder === null || this.#expired(current);
    if (!free) return null;
    return this.#leases.findOneAndUpdate(
      { _id: this.name, fence: current.fence, renewals: current.renewals },
      {
        $set: { holder: this.holder, until: this.#expiry() },
        $inc: { fence: 1, renewals: 1 },
      },
      { returnDocument: 'after' },
    );
  }

  async #read(): Promise<LeaseDocument> {
    const found = await this.#leases.findOne({ _id: this.name });
    if (found) return found;
    const fresh = { _id: this.name, holder: null, fence: 0, renewals: 0, until: new Date(0) };
    try {
      await this.#leases.insertOne(fresh);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return (await this.#leases.findOne({ _id: this.name })) ?? fresh;
    }
    return fresh;
  }

  #expired({ fence, renewals }: LeaseDocument): boolean {
    const now = performance.now();
    if (this.#seen?.fence !== fence || this.#seen.renewals !== renewals) {
      this.#seen = { fence, renewals, at: now };
      return false;
    }
    return now - this.#seen.at >= this.ttlMs;
  }

  #expiry(): Date {
    return new Date(Date.now() + this.ttlMs);
  }
}
