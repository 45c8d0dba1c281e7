import type { IncomingHttpHeaders } from 'node:http';
import type { Background, Clock, Logger } from '@veche/kit';
import { addressOf, deviceOf, networkOf, type Device } from '@veche/kit/domain/request-origin';
import { NETWORK_MIN, patternsOf, WINDOW_MS, windowOf, type SignalWindow } from '../domain/signals.ts';
import type { KeyPort } from '../box/keys.ts';
import type { Stores } from '../store.ts';

export interface SignalParts {
  stores: Pick<Stores, 'votings' | 'patterns' | 'signals'>;
  keys: Pick<KeyPort, 'mac'>;
  clock: Clock;
  log: Logger;
}

/** Votes of one contest and window, in memory until the window is over. */
interface Bucket {
  contest: string;
  start: number;
  votes: number;
  devices: Map<Device, number>;
  /** By the network itself; it leaves the memory as a keyed hash only. */
  networks: Map<string, number>;
}

/** Signals are of use while a result can be appealed against; then they go. */
const KEPT_MS = 90 * 86_400_000;
const MOST_NETWORKS = 20_000;
const HASH_LENGTH = 16;
const EVERY_MS = 30_000;

/**
 * Counts votes by quarter of an hour, class of device and network (ADR 16). A vote costs a few additions in memory; a crash loses a quarter of an
 * hour of signals and nothing else. No signal stands beside a ballot, a tag or a choice.
 */
export class Signals {
  readonly #parts: SignalParts;
  readonly #buckets = new Map<string, Bucket>();

  constructor(parts: SignalParts) {
    this.#parts = parts;
  }

  /** Told of each accepted online vote. Never throws, never waits. */
  note(contest: string, headers: IncomingHttpHeaders | undefined): void {
    const start = windowOf(this.#parts.clock.now().getTime());
    const id = `${contest}:${start}`;
    let bucket = this.#buckets.get(id);
    if (!bucket) {
      bucket = { contest, start, votes: 0, devices: new Map(), networks: new Map() };
      this.#buckets.set(id, bucket);
    }
    bucket.votes += 1;
    bump(bucket.devices, deviceOf(headers?.['user-agent']));
    const network = networkOf(addressOf(headers));
    if (network && (bucket.networks.size < MOST_NETWORKS || bucket.networks.has(network)))
      bump(bucket.networks, network);
  }

  /** Writes what is over, flags what is conspicuous, forgets what is old. */
  background(): Background {
    return {
      name: 'signals',
      everyMs: EVERY_MS,
      run: async () => {
        const now = this.#parts.clock.now();
        await this.flush(now.getTime() - WINDOW_MS);
        const { stores } = this.#parts;
        for (const contest of await stores.signals.contestsSince(new Date(now.getTime() - 4 * WINDOW_MS)))
          await flag(this.#parts, contest, now);
        await stores.signals.forget(new Date(now.getTime() - KEPT_MS));
      },
    };
  }

  /** Writes windows that began until an instant; everything without one, when the process ends. */
  async flush(until = Infinity): Promise<void> {
    for (const [id, bucket] of this.#buckets) {
      if (bucket.start > until) continue;
      this.#buckets.delete(id);
      try {
        await this.#parts.stores.signals.add(bucket.contest, await this.#windowOf(bucket));
      } catch (error) {
        // The key of the contest may be gone: without it no network can be named, and one contest's loss is not the others'.
        this.#parts.log.warn({ err: error }, 'signals are lost');
      }
    }
  }

  /** The secret of the hashes changes with the day and the contest, and is not in the database. */
  async #windowOf({ contest, start, votes, devices, networks }: Bucket): Promise<SignalWindow> {
    const day = new Date(start).toISOString().slice(0, 10);
    const named: { network: string; votes: number }[] = [];
    for (const [network, count] of networks)
      if (count >= NETWORK_MIN) {
        const mac = await this.#parts.keys.mac(contest, `signals:v1:${day}:${network}`);
        named.push({ network: mac.slice(0, HASH_LENGTH), votes: count });
      }
    return { start, votes, devices: Object.fromEntries(devices), networks: named };
  }
}

const bump = <K>(counts: Map<K, number>, key: K): unknown => counts.set(key, (counts.get(key) ?? 0) + 1);

/** The client as the first proxy saw it. */
async function flag({ stores, clock }: SignalParts, contest: string, now: Date): Promise<void> {
  const voting = await stores.votings.load(contest);
  const timeZone = voting?.state.announcement?.timeZone;
  if (!timeZone) return;
  const hours = new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' });
  const windows = (await stores.signals.of(contest)).filter(({ start }) => start + WINDOW_MS <= now.getTime());
  for (const { start, ...pattern } of patternsOf(windows, (at) => Number(hours.format(at)))) {
    const id = `${contest}:${pattern.kind}:${start}:${pattern.subject ?? ''}`;
    if (await stores.patterns.load(id)) continue;
    const [from, until] = [new Date(start), new Date(start + WINDOW_MS)];
    const state = {
      ...pattern,
      contestId: contest,
      from,
      until,
      foundAt: clock.now(),
      conclusion: null,
      decisions: [],
    };
    await stores.patterns.create({ id, events: () => [], decide: () => ({ ok: true, state, events: [] }) });
  }
}
