import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Logger } from '@veche/kit';
import { KeyUnavailable, tombstoneOf } from './key-directory.ts';

export const KEY_BYTES = 32;
/** How long a destroyed key may still be used by a process that knows it, and how long one that could not be had is not asked for again. */
const LOOK_EVERY_MS = 1_000;

type Load = (contestId: string) => Buffer | Promise<Buffer>;

/** Keys of contests in memory; each look at a key finds out once a second whether it was destroyed. */
export class KnownKeys {
  readonly #directory: string;
  readonly #load: Load;
  readonly #log: Logger | undefined;
  readonly #known = new Map<string, { key: KeyObject; seen: number }>();
  readonly #failed = new Map<string, { error: unknown; seen: number }>();
  readonly #loading = new Map<string, Promise<KeyObject>>();

  /** `load` throws KeyUnavailable, or rejects with it. */
  constructor(directory: string, load: Load, log?: Logger) {
    this.#directory = directory;
    this.#load = load;
    this.#log = log;
  }

  get contests(): string[] {
    return [...this.#known.keys()];
  }

  /** HMAC-SHA-256, hex; at once when the key is known. Throws KeyUnavailable, or rejects with it. */
  mac(contestId: string, text: string): string | Promise<string> {
    const key = this.#key(contestId);
    return key instanceof Promise ? key.then((loaded) => hmac(loaded, text)) : hmac(key, text);
  }

  forget(contestId: string): void {
    this.#known.delete(contestId);
  }

  #key(contestId: string): KeyObject | Promise<KeyObject> {
    const known = this.#known.get(contestId);
    const now = performance.now();
    if (known && now - known.seen < LOOK_EVERY_MS) return known.key;
    if (tombstoneOf(this.#directory, contestId)) {
      this.forget(contestId);
      throw new KeyUnavailable(contestId, 'destroyed');
    }
    if (!known) return this.#loaded(contestId, now);
    known.seen = now;
    return known.key;
  }

  /** Those who ask meanwhile wait for the same. */
  #loaded(contestId: string, now: number): KeyObject | Promise<KeyObject> {
    const failed = this.#failed.get(contestId);
    if (failed && now - failed.seen < LOOK_EVERY_MS) throw failed.error;
    const loading = this.#loading.get(contestId);
    if (loading) return loading;
    try {
      const bytes = this.#load(contestId);
      if (!(bytes instanceof Promise)) return this.#keep(contestId, bytes);
      const kept = bytes
        .then((loaded) => this.#keep(contestId, loaded))
        .catch((error: unknown) => this.#fail(contestId, error))
        .finally(() => void this.#loading.delete(contestId));
      this.#loading.set(contestId, kept);
      return kept;
    } catch (error) {
      return this.#fail(contestId, error);
    }
  }

  #keep(contestId: string, bytes: Buffer): KeyObject {
    // A key object is prepared once; raw bytes would be prepared again for each vote.
    const key = createSecretKey(checkedKey(contestId, bytes));
    this.#known.set(contestId, { key, seen: performance.now() });
    this.#failed.delete(contestId);
    return key;
  }

  #fail(contestId: string, error: unknown): never {
    this.#failed.set(contestId, { error, seen: performance.now() });
    this.#log?.error({ err: error, contest: contestId }, 'the key of a contest is not to be had');
    throw error;
  }
}

const hmac = (key: KeyObject | Buffer, text: string): string => createHmac('sha256', key).update(text).digest('hex');

/** Tells one key from another and nothing of either: no tag is made of this text. 32 hex digits. */
export const fingerprintOf = (key: Buffer): string => hmac(key, 'fingerprint:v1').slice(0, 32);

export function checkedKey(contestId: string, bytes: Buffer): Buffer {
  if (bytes.length !== KEY_BYTES) throw new Error(`the key of contest ${contestId} is damaged`);
  return bytes;
}
