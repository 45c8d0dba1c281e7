import { RecentMap } from '@veche/kit';
import type { DocumentNode } from 'graphql';

/** Bytes of memory that an entry takes besides its value: a hash as its key, its place, what is noted of it. */
export const OF_ENTRY = 400;

/** Operations that are remembered to have been asked. */
const SEEN = 4_000;

/**
 * What was made of an operation, kept from the second time that somebody asks it: of operations that come once nothing stays, and they drive out none
 * of those that are in use. `bytes` is for the memory that the values take, each as `weigh` estimates it.
 */
export class OperationCache<V> {
  readonly #seen = new RecentMap<true>(SEEN);
  readonly #bytes: number;
  readonly #weigh: (value: V) => number;
  #kept: RecentMap<{ value: V; weight: number }>;

  constructor(bytes: number, weigh: (value: V) => number) {
    this.#bytes = bytes;
    this.#weigh = weigh;
    this.#kept = this.#empty();
  }

  recall(key: string): V | undefined {
    return this.#kept.get(key)?.value;
  }

  remember(key: string, value: V): void {
    if (this.#seen.get(key)) this.#kept.set(key, { value, weight: OF_ENTRY + this.#weigh(value) });
    else this.#seen.set(key, true);
  }

  // As libraries ask a cache.
  async get(key: string): Promise<V | undefined> {
    return this.recall(key);
  }

  async set(key: string, value: V): Promise<void> {
    this.remember(key, value);
  }

  /** Asked for by nobody: what is not used goes by itself. */
  async delete(): Promise<boolean> {
    return false;
  }

  clear(): void {
    this.#kept = this.#empty();
  }

  #empty(): RecentMap<{ value: V; weight: number }> {
    return new RecentMap(this.#bytes, ({ weight }) => weight);
  }
}

/** Bytes of memory for one of JSON, measured: tokens of a document are kept besides its nodes. */
const OF_JSON = 4;

export const planWeight = (plan: object): number => OF_JSON * JSON.stringify(plan).length;

export const documentWeight = (document: DocumentNode): number =>
  planWeight(document) + (document.loc?.source.body.length ?? 0);
