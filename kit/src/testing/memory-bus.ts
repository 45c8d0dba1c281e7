import { createHash } from 'node:crypto';
import { toMessage } from '../bus/cloud-event.ts';
import type { DeliveryOptions } from '../bus/delivery.ts';
import { deliver } from '../bus/delivery.ts';
import type { BusMessage, EventBus, Position, SubscribeOptions, Subscription } from '../bus/event-bus.ts';
import { deadLetterTopic } from '../bus/event-bus.ts';
import { newId } from '../id.ts';
import type { JsonValue, OutboxEvent } from '../mongo/outbox.ts';

const PARTITIONS = 3;

interface Group {
  members: { options: SubscribeOptions; topics: ReadonlySet<string> }[];
  /** Next offset by "topic/partition"; what is below it is committed. */
  offsets: Map<string, number>;
  running: Map<string, Promise<void>>;
}

export interface PublishedEvent {
  id: string;
  type: string;
  topic: string;
  key: string;
  sequence: number;
  data: any;
  headers: Record<string, string>;
}

/**
 * The event log in memory, with the manners of Kafka: partitions by key, order inside them, groups that start at the
 * beginning and share partitions among their members, redelivery when a handler throws, dead letters. Its contract is
 * the same suite that the Kafka adapter passes.
 */
export class MemoryBus implements EventBus {
  readonly #log = new Map<string, BusMessage[][]>();
  readonly #groups = new Map<string, Group>();
  readonly #published: BusMessage[] = [];
  readonly #options: Pick<DeliveryOptions, 'attempts' | 'backoffMs'>;
  readonly #sequences = new Map<string, number>();
  /** Work outside the bus that settle() waits for: relays of the services on it. */
  readonly drains = new Set<() => Promise<number>>();
  #failures = 0;

  constructor(options: { attempts?: number; backoffMs?: number } = {}) {
    this.#options = { attempts: 5, backoffMs: 2, ...options };
  }

  async ensureTopics(topics: readonly string[]): Promise<void> {
    for (const topic of topics.flatMap((name) => [name, deadLetterTopic(name)])) this.#partitions(topic);
  }

  async publish(messages: readonly BusMessage[]): Promise<void> {
    if (this.#failures > 0) {
      this.#failures -= 1;
      throw new Error('the bus is unavailable');
    }
    for (const message of messages) {
      const partitions = this.#partitions(message.topic);
      partitions[partitionOf(message.key)]!.push({ ...message, headers: { ...message.headers } });
      this.#published.push(message);
    }
    for (const group of this.#groups.values()) this.#pump(group);
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const { group: name, consumers } = options;
    const group: Group = this.#groups.get(name) ?? {
      members: [],
      offsets: new Map(),
      running: new Map(),
    };
    this.#groups.set(name, group);
    const member = { options, topics: new Set(consumers.map((consumer) => consumer.topic)) };
    group.members.push(member);
    this.#pump(group);
    return {
      stop: async () => {
        group.members = group.members.filter((other) => other !== member);
        await Promise.all(group.running.values());
        this.#pump(group);
      },
    };
  }

  async close(): Promise<void> {
    for (const group of this.#groups.values()) await Promise.all(group.running.values());
  }

  /** What services published (not the parked ones), oldest first; `type` narrows to one type of event. */
  published(type?: string): PublishedEvent[] {
    return this.#published
      .filter(({ topic }) => !topic.endsWith('.dlq'))
      .filter(({ headers }) => type === undefined || headers['ce_type'] === type)
      .map(asEvent);
  }

  /** What was parked, with the headers that say why. */
  deadLetters(): PublishedEvent[] {
    return this.#published.filter(({ topic }) => topic.endsWith('.dlq')).map(asEvent);
  }

  /** Every message of the log, dead letters included, as it would lie in Kafka. */
  messages(): readonly BusMessage[] {
    return this.#published;
  }

  async readAll(topic: string): Promise<BusMessage[]> {
    return this.#partitions(topic).flat();
  }

  async positions(group: string, topics: readonly string[]): Promise<Position[]> {
    const offsets = this.#groups.get(group)?.offsets;
    return [...new Set(topics)].flatMap((topic) =>
      this.#partitions(topic).map(({ length }, partition) => {
        const taken = BigInt(offsets?.get(`${topic}/${partition}`) ?? 0);
        return { topic, partition, first: 0n, end: BigInt(length), taken };
      }),
    );
  }

  /** Publishes as another service would and waits until the groups have taken it. */
  async deliver(event: OutboxEvent & { id?: string; sequence?: number; time?: Date; source?: string }): Promise<void> {
    const subject = `${event.topic}/${event.key}`;
    const sequence = event.sequence ?? (this.#sequences.get(subject) ?? 0) + 1;
    this.#sequences.set(subject, Math.max(sequence, this.#sequences.get(subject) ?? 0));
    const service = event.source ?? event.type.split('.')[1] ?? 'test';
    await this.publish([
      toMessage(
        {
          id: event.id ?? newId(),
          type: event.type,
          topic: event.topic,
          key: event.key,
          data: JSON.stringify(event.data),
          time: event.time ?? new Date(),
          sequence,
        },
        service,
      ),
    ]);
    await this.idle();
  }

  /** Delivers everything again from the beginning, as after lost offsets. */
  async replay(groupName?: string): Promise<void> {
    for (const [name, group] of this.#groups) {
      if (groupName !== undefined && name !== groupName) continue;
      group.offsets.clear();
      this.#pump(group);
    }
    await this.idle();
  }

  /** The next `count` calls of publish fail, as with a broker that is away. */
  failNextPublishes(count: number): void {
    this.#failures = count;
  }

  /** Resolves when every group has taken every message of its topics. */
  async idle(): Promise<void> {
    for (;;) {
      const running = [...this.#groups.values()].flatMap((group) => [...group.running.values()]);
      if (running.length === 0) return;
      await Promise.all(running);
    }
  }

  /** Resolves when the relays on this bus have nothing left to publish and the groups nothing left to take. */
  async settle(): Promise<void> {
    for (;;) {
      const moved = await Promise.all([...this.drains].map((drain) => drain()));
      await this.idle();
      if (moved.every((count) => count === 0)) return;
    }
  }

  #partitions(topic: string): BusMessage[][] {
    const known = this.#log.get(topic);
    if (known) return known;
    const fresh: BusMessage[][] = Array.from({ length: PARTITIONS }, () => []);
    this.#log.set(topic, fresh);
    return fresh;
  }

  #pump(group: Group): void {
    const topics = new Set(group.members.flatMap((member) => [...member.topics]));
    for (const topic of topics) {
      for (let partition = 0; partition < PARTITIONS; partition += 1) {
        const place = `${topic}/${partition}`;
        if (group.running.has(place)) continue;
        const log = this.#partitions(topic)[partition]!;
        if ((group.offsets.get(place) ?? 0) >= log.length) continue;
        const work = this.#consume(group, topic, partition).finally(() => group.running.delete(place));
        group.running.set(place, work);
      }
    }
  }

  async #consume(group: Group, topic: string, partition: number): Promise<void> {
    const place = `${topic}/${partition}`;
    for (;;) {
      const log = this.#partitions(topic)[partition]!;
      const offset = group.offsets.get(place) ?? 0;
      const members = group.members.filter((member) => member.topics.has(topic));
      const member = members[partition % members.length];
      const message = log[offset];
      if (!message || !member) return;
      // Handlers are never called in the publisher's turn: a network lies between them.
      await new Promise((resolve) => setImmediate(resolve));
      const result = await deliver(message, member.options.consumers, { ...member.options, ...this.#options });
      if (result === 'left') return;
      if (typeof result === 'object') await this.publish([result.deadLetter]);
      // A replay during the delivery has moved the offset; then the message is taken again.
      if ((group.offsets.get(place) ?? 0) === offset) group.offsets.set(place, offset + 1);
    }
  }
}

function partitionOf(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE() % PARTITIONS;
}

function asEvent(message: BusMessage): PublishedEvent {
  const { headers, topic, key } = message;
  return {
    id: headers['ce_id'] ?? '',
    type: headers['ce_type'] ?? '',
    topic,
    key,
    sequence: Number(headers['ce_sequence'] ?? 0),
    data: safeParse(message.value),
    headers,
  };
}

function safeParse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
