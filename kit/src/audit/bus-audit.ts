import { setTimeout as sleep } from 'node:timers/promises';
import { listDeadLetters } from '../bus/dead-letters.ts';
import type { EventBus } from '../bus/event-bus.ts';
import type { Audit, Violation } from './audit.ts';
import { NORMAL_AGAIN_MS } from './outbox-audit.ts';

export interface BusAuditOptions {
  bus: EventBus;
  /** The consuming service. */
  group: string;
  /** What it consumes and what it produces. */
  consumes: readonly string[];
  produces: readonly string[];
  /** How long a group may need to take what lay on the log when the audit began. */
  normalMs?: number;
}

/** Topics of single ballots have millions of messages and a checkpoint of their own; reading them whole is no audit but a load. */
const MOST_READ = 100_000;
const LOOK_EVERY_MS = 500;

/**
 * I6 and I10 at the event log. Everything that lay there is taken, that is applied or parked, within a minute; nothing parked waits for a person; and
 * no two events of an object that this service published stand under one number.
 */
export function busAudit(options: BusAuditOptions): Audit {
  return {
    invariants: ['I6', 'I10'],
    async *look({ stopping }) {
      const asked = { ...options, bus: abandonedAt(stopping, options.bus) };
      try {
        yield* published(asked);
        yield* parked(asked);
        yield* taken(asked, stopping);
      } catch {
        if (stopping.aborted) throw stopping.reason;
        // What the stores say is known all the same; that the log was not asked is a finding, and not the end of the audit.
        yield { invariant: 'I10', fault: 'EVENT_LOG_UNREACHABLE', at: options.group };
      }
    },
  };
}

type Log = Pick<EventBus, 'positions' | 'readAll'>;
type Asked = Omit<BusAuditOptions, 'bus'> & { bus: Log };

/** The client of an event log that is away goes on trying for most of a minute; a service that ends does not wait for it. */
function abandonedAt(stopping: AbortSignal, bus: Log): Log {
  const unlessStopped = async <T>(work: () => Promise<T>): Promise<T> => {
    stopping.throwIfAborted();
    const { promise, reject } = Promise.withResolvers<never>();
    const stop = (): void => reject(stopping.reason);
    stopping.addEventListener('abort', stop, { once: true });
    return Promise.race([work(), promise]).finally(() => stopping.removeEventListener('abort', stop));
  };
  return {
    positions: (group, topics) => unlessStopped(() => bus.positions(group, topics)),
    readAll: (topic) => unlessStopped(() => bus.readAll(topic)),
  };
}

async function* taken(
  { bus, group, consumes, normalMs = NORMAL_AGAIN_MS }: Asked,
  stopping: AbortSignal,
): AsyncGenerator<Violation> {
  if (consumes.length === 0) return;
  const ends = new Map((await bus.positions(group, consumes)).map((one) => [placeOf(one), one.end]));
  const until = performance.now() + normalMs;
  for (;;) {
    const behind = (await bus.positions(group, consumes)).filter((one) => one.taken < (ends.get(placeOf(one)) ?? 0n));
    if (behind.length === 0) return;
    if (performance.now() >= until) {
      for (const one of behind) yield { invariant: 'I10', fault: 'NOT_CAUGHT_UP', at: placeOf(one) };
      return;
    }
    await sleep(Math.min(LOOK_EVERY_MS, normalMs), undefined, { signal: stopping });
  }
}

const placeOf = ({ topic, partition }: { topic: string; partition: number }): string => `${topic}/${partition}`;

async function* parked({ bus, group, consumes }: Asked): AsyncGenerator<Violation> {
  for (const topic of new Set(consumes))
    for (const letter of await listDeadLetters(bus, topic))
      if (letter.group === group) yield { invariant: 'I10', fault: 'DEAD_LETTER_OPEN', at: `${topic} ${letter.id}` };
}

async function* published({ bus, group, produces }: Asked): AsyncGenerator<Violation> {
  for (const topic of new Set(produces)) {
    if ((await sizeOf(bus, group, topic)) > MOST_READ) continue;
    const known = new Map<string, string>();
    for (const { key, headers } of await bus.readAll(topic)) {
      if (headers['ce_source'] !== `/veche/${group}`) continue;
      const place = `${key} ${headers['ce_sequence']}`;
      const id = headers['ce_id'] ?? '';
      // The same event twice is a repetition, which every consumer bears; another one under its number is not.
      if ((known.get(place) ?? id) !== id)
        yield { invariant: 'I6', fault: 'SEQUENCE_USED_TWICE', at: `${topic} ${place}` };
      known.set(place, id);
    }
  }
}

const sizeOf = async (bus: Log, group: string, topic: string): Promise<bigint> =>
  (await bus.positions(group, [topic])).reduce((sum, { end, first }) => sum + end - first, 0n);
