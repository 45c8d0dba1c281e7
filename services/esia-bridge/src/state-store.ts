import { Redis } from 'ioredis';

/** Short-lived state of logins under way. Everything in it may be lost: the person logs in again. */
export interface StateStore {
  put(key: string, value: string, ttlSeconds: number): Promise<void>;
  /** Gives the value once; the second caller gets `null`. */
  take(key: string): Promise<string | null>;
  /** Counts a call within a window that starts with the first one. */
  hit(key: string, windowSeconds: number): Promise<number>;
  /** Adds to a set of which only the size can be asked (HyperLogLog); the set goes `ttlSeconds` after its last addition. */
  note(set: string, value: string, ttlSeconds: number): Promise<void>;
  /** Estimated size of the union of sets; standard error 0.81 %. */
  distinct(sets: readonly string[]): Promise<number>;
  ready(): Promise<boolean>;
  close(): Promise<void>;
}

const PREFIX = 'esia-bridge:';

export function redisStore(url: string): StateStore {
  const redis = new Redis(url, {
    keyPrefix: PREFIX,
    maxRetriesPerRequest: 2,
    enableOfflineQueue: true,
  });
  // Without a listener a lost connection would end the process; /readyz and the failing calls tell about it.
  redis.on('error', () => undefined);
  return {
    async put(key, value, ttlSeconds) {
      await redis.set(key, value, 'EX', ttlSeconds);
    },
    take: (key) => redis.getdel(key),
    async hit(key, windowSeconds) {
      await redis.set(key, 0, 'EX', windowSeconds, 'NX');
      return redis.incr(key);
    },
    async note(set, value, ttlSeconds) {
      await redis.pfadd(set, value);
      await redis.expire(set, ttlSeconds);
    },
    distinct: (sets) => redis.pfcount(...sets),
    ready: () =>
      redis.ping().then(
        () => true,
        () => false,
      ),
    async close() {
      redis.disconnect();
      await Promise.resolve();
    },
  };
}

/** For tests only: one process, nothing shared. `now` in milliseconds. */
export function memoryStore(now: () => number = Date.now): StateStore {
  const entries = new Map<string, { value: string; until: number }>();
  const sets = new Map<string, Set<string>>();
  const alive = (key: string) => {
    const entry = entries.get(key);
    return entry && entry.until > now() ? entry : undefined;
  };
  return {
    async put(key, value, ttlSeconds) {
      entries.set(key, { value, until: now() + ttlSeconds * 1000 });
      await Promise.resolve();
    },
    take(key) {
      const entry = alive(key);
      entries.delete(key);
      return Promise.resolve(entry?.value ?? null);
    },
    hit(key, windowSeconds) {
      const entry = alive(key) ?? { value: '0', until: now() + windowSeconds * 1000 };
      entry.value = String(Number(entry.value) + 1);
      entries.set(key, entry);
      return Promise.resolve(Number(entry.value));
    },
    note(set, value) {
      sets.set(set, (sets.get(set) ?? new Set()).add(value));
      return Promise.resolve();
    },
    distinct: (names) => Promise.resolve(new Set(names.flatMap((name) => [...(sets.get(name) ?? [])])).size),
    ready: () => Promise.resolve(true),
    close: () => Promise.resolve(),
  };
}
