import { Redis } from 'ioredis';

/** While Redis is away it is asked again not sooner than this, so that nobody waits for it twice. */
const PAUSE_MS = 1_000;
const START_MS = 2_000;

/** What replicas of the gateway share; it may be lost or away at any moment, and nothing of it is the truth. */
export class SharedStore {
  readonly #redis: Redis;
  #awayUntil = 0;

  private constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Waits a moment for the connection; without it the gateway starts all the same. An answer is waited for `timeoutMs`. */
  static async connect(url: string, timeoutMs: number): Promise<SharedStore> {
    const redis = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: timeoutMs,
      connectTimeout: START_MS,
      retryStrategy: (times) => Math.min(times * 100, PAUSE_MS),
    });
    // Without a listener a lost connection would end the process; the failing calls tell about it.
    redis.on('error', () => undefined);
    await redis.connect().catch(() => undefined);
    return new SharedStore(redis);
  }

  /** What Redis answers; null when it is away. */
  async ask<T>(question: (redis: Redis) => Promise<T>): Promise<T | null> {
    if (performance.now() < this.#awayUntil) return null;
    try {
      return await question(this.#redis);
    } catch {
      this.#awayUntil = performance.now() + PAUSE_MS;
      return null;
    }
  }

  close(): void {
    this.#redis.disconnect();
  }
}
