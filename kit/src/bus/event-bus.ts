import type { JsonValue } from '../mongo/outbox.ts';

/** An event as a consumer sees it; `id` is stable over redeliveries, `sequence` grows with each event of `subject`. */
export interface ReceivedEvent {
  id: string;
  type: string;
  source: string;
  subject: string;
  time: Date;
  sequence: number;
  data: JsonValue;
  topic: string;
}

/** Handles one type of event. It may be called again with the same event and must then change nothing. */
export interface Consumer {
  type: string;
  topic: string;
  handle(event: ReceivedEvent): Promise<void>;
}

/** A record on the wire: the value is JSON text, headers are CloudEvents in binary mode. */
export interface BusMessage {
  topic: string;
  key: string;
  value: string;
  headers: Record<string, string>;
}

export interface SubscribeOptions {
  /** The consuming service; replicas of it share the work. */
  group: string;
  consumers: readonly Consumer[];
  observer?: DeliveryObserver;
  /** Wraps each attempt of a handler, e.g. in a span; the trace of the event is current. */
  around?: (event: ReceivedEvent, work: () => Promise<void>) => Promise<void>;
}

export interface Subscription {
  /** Ends after the message in hand; what was not finished is delivered to another replica. */
  stop(): Promise<void>;
}

/** What happened to deliveries; metrics hang on it. */
export interface DeliveryObserver {
  /** `time` is that of the event. */
  handled?(topic: string, type: string, seconds: number, time: Date): void;
  failed?(topic: string, type: string, error: unknown): void;
  parked?(topic: string, type: string, reason: string): void;
}

/** How far a group has come in a partition. Offsets of the log: `first` is the oldest it still has, `end` the next one to be written. */
export interface Position {
  topic: string;
  partition: number;
  first: bigint;
  end: bigint;
  /** What is below it was taken: handled, passed over or parked. */
  taken: bigint;
}

/**
 * The port to the event log. Messages with one key of one topic stay in order; every message is delivered at least
 * once to each group, from the beginning of the topic; a message that keeps failing is parked in `<topic>.dlq`.
 */
export interface EventBus {
  /** Creates what is missing of `topics` and their dead-letter topics. */
  ensureTopics(topics: readonly string[]): Promise<void>;
  /** Resolves when every message is acknowledged by all replicas of the log; rejects when some may not be. */
  publish(messages: readonly BusMessage[]): Promise<void>;
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Everything a topic holds now; for audits and the command that looks after dead letters. */
  readAll(topic: string): Promise<BusMessage[]>;
  /** Unknown topics have no partitions. */
  positions(group: string, topics: readonly string[]): Promise<Position[]>;
  close(): Promise<void>;
}

export const deadLetterTopic = (topic: string): string => `${topic}.dlq`;
