import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer as KafkaConsumer, EachBatchPayload, Producer } from 'kafkajs';
import kafkajs from 'kafkajs';
import type { Logger } from 'pino';
import type { KafkaAccess } from '../config.ts';
import type { DeliveryOptions } from './delivery.ts';
import { deliver, type Delivery } from './delivery.ts';
import type { BusMessage, EventBus, Position, SubscribeOptions, Subscription } from './event-bus.ts';
import { deadLetterTopic } from './event-bus.ts';
import { parseTraceparent } from '../trace-context.ts';
import { fromKafka, positionsOf, readTopic } from './kafka-reader.ts';

export interface KafkaBusOptions extends Partial<Pick<DeliveryOptions, 'attempts' | 'backoffMs'>> {
  brokers: readonly string[];
  access?: KafkaAccess;
  clientId: string;
  log: Logger;
  /** The consumer cannot go on by itself; the process should exit and be started again. */
  onFatal: (error: Error) => void;
  partitions?: number;
  replicationFactor?: number;
}

const HEARTBEAT_MS = 2_000;
const CRASHES_ALLOWED = 5;
const CLOSE_LIMIT_MS = 5_000;

/**
 * The event log in Kafka. The producer is idempotent with one request in flight, so retries neither reorder nor
 * duplicate; a send waits through a broker restart of about half a minute.
 */
export class KafkaBus implements EventBus {
  readonly #kafka: kafkajs.Kafka;
  readonly #options: KafkaBusOptions;
  #producer: Promise<Producer> | null = null;
  readonly #subscriptions = new Set<Subscription>();

  constructor(options: KafkaBusOptions) {
    this.#options = options;
    this.#kafka = new kafkajs.Kafka({
      clientId: options.clientId,
      brokers: [...options.brokers],
      ...credentials(options.access),
      logCreator: () => (entry) => forwardLog(options.log, entry),
      retry: { retries: 20, maxRetryTime: 2_000 },
    });
  }

  async ensureTopics(topics: readonly string[]): Promise<void> {
    const wanted = [...new Set(topics.flatMap((topic) => [topic, deadLetterTopic(topic)]))];
    if (wanted.length === 0) return;
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      const existing = new Set(await admin.listTopics());
      const missing = wanted.filter((topic) => !existing.has(topic));
      if (missing.length === 0) return;
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map((topic) => ({
          topic,
          numPartitions: this.#options.partitions ?? 3,
          replicationFactor: this.#options.replicationFactor ?? -1,
        })),
      });
    } catch (error) {
      // Another replica was creating the same topics at the same moment.
      const present = new Set(await admin.listTopics());
      if (!wanted.every((topic) => present.has(topic))) throw error;
    } finally {
      await admin.disconnect();
    }
  }

  async publish(messages: readonly BusMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const byTopic = Map.groupBy(messages, ({ topic }) => topic);
    const producer = await this.#connectedProducer();
    await this.#send(producer, byTopic);
  }

  async #send(producer: Producer, byTopic: Map<string, BusMessage[]>): Promise<void> {
    const sending = producer.sendBatch({
      acks: -1,
      topicMessages: [...byTopic].map(([topic, batch]) => ({
        topic,
        messages: batch.map(({ key, value, headers }) => ({ key, value, headers })),
      })),
    });
    try {
      await sending;
    } catch (error) {
      // What of it arrived is unknown, so the sequence numbers of this producer are: the next send begins a new one.
      this.#producer = null;
      void producer.disconnect().catch(() => undefined);
      throw error;
    }
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const { group, consumers } = options;
    const topics = [...new Set(consumers.map(({ topic }) => topic))];
    if (topics.length === 0) return { stop: async () => undefined };
    const consumer = this.#kafka.consumer({
      groupId: group,
      maxWaitTimeInMs: 200,
      heartbeatInterval: HEARTBEAT_MS,
      sessionTimeout: 30_000,
      retry: {
        retries: 20,
        maxRetryTime: 2_000,
        restartOnFailure: () => this.#mayRestart(),
      },
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) this.#options.onFatal(payload.error);
    });
    await consumer.connect();
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 3,
      eachBatch: (batch) => this.#consume(batch, options),
    });
    return this.#register(consumer);
  }

  readAll(topic: string): Promise<BusMessage[]> {
    return readTopic(this.#kafka, topic);
  }

  positions(group: string, topics: readonly string[]): Promise<Position[]> {
    return positionsOf(this.#kafka, group, topics);
  }

  async close(): Promise<void> {
    const close = async (): Promise<void> => {
      for (const subscription of this.#subscriptions) await subscription.stop();
      const producer = await this.#producer?.catch(() => null);
      await producer?.disconnect();
    };
    // Without a broker the client would go on trying to say goodbye.
    await Promise.race([close(), sleep(CLOSE_LIMIT_MS, undefined, { ref: false })]);
  }

  #register(consumer: KafkaConsumer): Subscription {
    const subscription = {
      stop: async () => {
        this.#subscriptions.delete(subscription);
        await consumer.stop();
        await consumer.disconnect();
      },
    };
    this.#subscriptions.add(subscription);
    return subscription;
  }

  // A consumer that crashes again and again without handling anything hides a fault that only a new process may mend.
  #crashes = 0;
  async #mayRestart(): Promise<boolean> {
    this.#crashes += 1;
    return this.#crashes <= CRASHES_ALLOWED;
  }

  async #consume(payload: EachBatchPayload, options: SubscribeOptions): Promise<void> {
    const { batch, heartbeat, resolveOffset, isRunning, isStale, commitOffsetsIfNecessary } = payload;
    // A slow handler must not cost the membership: the group would hand the message to another replica meanwhile.
    const beat = setInterval(() => void heartbeat().catch(() => undefined), HEARTBEAT_MS);
    try {
      for (const message of batch.messages) {
        if (!isRunning() || isStale()) return;
        if ((await this.#deliver(fromKafka(batch.topic, message), options)) === 'left') return;
        resolveOffset(message.offset);
        this.#crashes = 0;
        await heartbeat();
        await commitOffsetsIfNecessary();
      }
    } finally {
      clearInterval(beat);
    }
  }

  async #deliver(message: BusMessage, { consumers, ...subscribed }: SubscribeOptions): Promise<Delivery> {
    const { attempts = 5, backoffMs = 200 } = this.#options;
    const result = await deliver(message, consumers, { ...subscribed, attempts, backoffMs });
    if (typeof result !== 'object') return result;
    this.#options.log.error(
      {
        topic: message.topic,
        type: message.headers['ce_type'],
        event: message.headers['ce_id'],
        reason: result.deadLetter.headers['x-dlq-reason'],
        traceId: parseTraceparent(message.headers['traceparent'])?.traceId,
      },
      'message parked',
    );
    await this.publish([result.deadLetter]);
    return result;
  }

  #connectedProducer(): Promise<Producer> {
    this.#producer ??= this.#connect().catch((error: unknown) => {
      this.#producer = null;
      throw error;
    });
    return this.#producer;
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: { retries: 20, maxRetryTime: 2_000 },
    });
    await producer.connect();
    return producer;
  }
}

const credentials = ({ ca, login }: KafkaAccess = {}): Pick<kafkajs.KafkaConfig, 'ssl' | 'sasl'> => ({
  ...(ca && { ssl: { ca } }),
  ...(login && { sasl: { mechanism: 'scram-sha-512', ...login } }),
});

function forwardLog(log: Logger, { level, log: entry }: kafkajs.LogEntry): void {
  const { message, error, broker, topic, groupId } = entry;
  const fields = {
    component: 'kafkajs',
    error: error as unknown,
    broker: broker as unknown,
    topic: topic as unknown,
    groupId: groupId as unknown,
  };
  if (level <= 1) log.error(fields, message);
  else if (level === 2) log.warn(fields, message);
  else log.debug(fields, message);
}
