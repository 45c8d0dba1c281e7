import { hash } from 'node:crypto';
import { routeError, USER_MESSAGES } from '@veche/kit';
import type { GraphQLError } from 'graphql';
import type { Redis } from 'ioredis';
import { Counter, type Registry } from 'prom-client';
import type { SharedStore } from './redis.ts';

/** One counted thing: `id` is what it is counted by, an address or a person; it never leaves this process. */
export interface Bucket {
  limit: 'address' | 'person' | 'votes';
  id: string;
  perMinute: number;
}

export type Verdict = { headers: Record<string, string>; refusal?: GraphQLError };

/**
 * Generic cell rate algorithm for several requests, one after the other, each over several buckets in one step: KEYS are the buckets; ARGV are, for each
 * request, how many buckets it has, and for each of them microseconds per request and requests that may come at once. A bucket is the instant at which it
 * will be empty again. Nothing is taken of a request's buckets unless all of them have room.
 * Gives for each request the number of the bucket that refuses (0: none), then for each bucket what remains and microseconds until there is room.
 */
const GCRA = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local answers = {}
local key, arg = 0, 1
while key < #KEYS do
  local count = tonumber(ARGV[arg])
  local answer = {0}
  local after = {}
  for i = 1, count do
    local interval, most = tonumber(ARGV[arg + 2 * i - 1]), tonumber(ARGV[arg + 2 * i])
    after[i] = math.max(now, tonumber(redis.call('GET', KEYS[key + i]) or 0)) + interval
    local room = now + most * interval - after[i]
    if room < 0 and answer[1] == 0 then answer[1] = i end
    answer[2 * i] = math.max(0, math.floor(room / interval))
    answer[2 * i + 1] = math.max(0, -room)
  end
  if answer[1] == 0 then
    for i = 1, count do
      local milliseconds = math.ceil((after[i] - now) / 1000) + 1000
      redis.call('SET', KEYS[key + i], string.format('%.0f', after[i]), 'PX', milliseconds)
    end
  end
  answers[#answers + 1] = answer
  key, arg = key + count, arg + 1 + 2 * count
end
return answers
`;

const WINDOW_S = 60;
const MICROSECONDS = 1_000_000;

interface Options {
  store: SharedStore;
  /** Makes of an address or a person a key that says nothing of it. */
  secret: string;
  registry: Registry;
}

/** A request that is to be counted. */
interface Waiting {
  keys: string[];
  sizes: number[];
  resolve: (answer: number[] | null) => void;
}

/** Counts requests in Redis, where all replicas of the gateway count. */
export class RateLimiter {
  readonly #options: Options;
  readonly #refused: Counter<'limit'>;
  readonly #unknown: Counter;
  #waiting: Waiting[] = [];

  constructor(options: Options) {
    this.#options = options;
    const registers = [options.registry];
    this.#refused = new Counter({
      name: 'veche_gateway_rate_limited_total',
      help: 'Requests over a limit',
      labelNames: ['limit'],
      registers,
    });
    this.#unknown = new Counter({
      name: 'veche_gateway_rate_unknown_total',
      help: 'Requests that could not be counted because Redis was away',
      registers,
    });
  }

  /** Takes one request from each bucket, or from none. Without Redis: nobody is refused, or everybody where `closed`. */
  async take(buckets: readonly Bucket[], closed = false): Promise<Verdict> {
    const counted = buckets.filter(({ perMinute }) => perMinute > 0);
    if (counted.length === 0) return { headers: {} };
    const keys = counted.map((bucket) => this.#keyOf(bucket));
    const sizes = counted.flatMap(({ perMinute }) => [(WINDOW_S * MICROSECONDS) / perMinute, perMinute]);
    const answer = await this.#count(keys, [counted.length, ...sizes]);
    if (answer === null) {
      this.#unknown.inc();
      return closed ? { headers: {}, refusal: notCounted() } : { headers: {} };
    }
    return this.#verdict(counted, answer);
  }

  /** One question for all requests that came at once: a command, its answer and its time limit cost more than what is counted. */
  #count(keys: string[], sizes: number[]): Promise<number[] | null> {
    const { promise, resolve } = Promise.withResolvers<number[] | null>();
    this.#waiting.push({ keys, sizes, resolve });
    if (this.#waiting.length === 1) setImmediate(() => void this.#ask());
    return promise;
  }

  async #ask(): Promise<void> {
    const asked = this.#waiting;
    this.#waiting = [];
    const [keys, sizes] = [asked.flatMap((one) => one.keys), asked.flatMap((one) => one.sizes)];
    const answers = await this.#options.store.ask((redis) => evaluate(redis, keys, sizes));
    for (const [n, { resolve }] of asked.entries()) resolve(answers?.[n] ?? null);
  }

  #keyOf({ limit, id }: Bucket): string {
    // Cut short, so that nobody can go on from a name to another one; a HMAC would cost four times as much.
    const name = hash('sha256', `${this.#options.secret} ${limit} ${id}`, 'base64url');
    return `veche:gateway:limit:${name.slice(0, 22)}`;
  }

  #verdict(buckets: readonly Bucket[], [refusing = 0, ...rooms]: readonly number[]): Verdict {
    const seconds = (n: number): number => Math.ceil(rooms[2 * n + 1]! / MICROSECONDS);
    const headers: Record<string, string> = {
      'ratelimit-policy': buckets.map(({ limit, perMinute }) => `"${limit}";q=${perMinute};w=${WINDOW_S}`).join(', '),
      ratelimit: buckets.map(({ limit }, n) => `"${limit}";r=${rooms[2 * n]};t=${seconds(n)}`).join(', '),
    };
    if (refusing === 0) return { headers };
    const { limit } = buckets[refusing - 1]!;
    this.#refused.inc({ limit });
    headers['retry-after'] = String(seconds(refusing - 1));
    return { headers, refusal: tooMany(limit, headers) };
  }
}

type WithScript = Redis & { vecheGcra(count: number, ...keysAndSizes: (string | number)[]): Promise<number[][]> };

function evaluate(redis: Redis, keys: readonly string[], sizes: readonly number[]): Promise<number[][]> {
  if (!('vecheGcra' in redis)) redis.defineCommand('vecheGcra', { lua: GCRA });
  return (redis as WithScript).vecheGcra(keys.length, ...keys, ...sizes);
}

const tooMany = (limit: string, headers: Record<string, string>): GraphQLError =>
  routeError(429, 'RATE_LIMITED', `Too many requests: limit ${limit}`, USER_MESSAGES['RATE_LIMITED']!, headers);

const notCounted = (): GraphQLError =>
  routeError(503, 'UNAVAILABLE', 'Requests cannot be counted now', USER_MESSAGES['UNAVAILABLE']!, {
    'retry-after': '1',
  });
