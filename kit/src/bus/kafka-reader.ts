import { randomUUID } from 'node:crypto';
import type { Kafka, KafkaMessage } from 'kafkajs';
import type { BusMessage, Position } from './event-bus.ts';

const IDLE_LIMIT_MS = 30_000;

/** Everything a topic holds now, each partition in order. Joins no lasting group and commits nothing. */
export async function readTopic(kafka: Kafka, topic: string): Promise<BusMessage[]> {
  const admin = kafka.admin();
  await admin.connect();
  const groupId = `veche-reader-${randomUUID()}`;
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    const left = new Map(
      offsets
        .filter(({ low, high }) => BigInt(high) > BigInt(low))
        .map(({ partition, high }) => [partition, BigInt(high)] as const),
    );
    const messages = left.size === 0 ? [] : await collect(kafka, { topic, groupId, left });
    await admin.deleteGroups([groupId]).catch(() => undefined);
    return messages;
  } finally {
    await admin.disconnect();
  }
}

async function collect(
  kafka: Kafka,
  { topic, groupId, left }: { topic: string; groupId: string; left: Map<number, bigint> },
): Promise<BusMessage[]> {
  const messages: BusMessage[] = [];
  const done = Promise.withResolvers<void>();
  const limit = setTimeout(() => done.reject(new Error(`${topic} could not be read to its end`)), IDLE_LIMIT_MS);
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200 });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        const end = left.get(partition);
        if (end === undefined) return;
        messages.push(fromKafka(topic, message));
        if (BigInt(message.offset) + 1n >= end) left.delete(partition);
        if (left.size === 0) done.resolve();
      },
    });
    await done.promise;
    return messages;
  } finally {
    clearTimeout(limit);
    await consumer.disconnect();
  }
}

export function fromKafka(topic: string, message: KafkaMessage): BusMessage {
  const headers = Object.entries(message.headers ?? {}).map(
    ([name, value]) => [name, String(Array.isArray(value) ? value[0] : value)] as const,
  );
  return {
    topic,
    key: message.key?.toString() ?? '',
    value: message.value?.toString() ?? '',
    headers: Object.fromEntries(headers),
  };
}

/** Where a group stands in each partition; a group that never committed stands at the beginning. */
export async function positionsOf(kafka: Kafka, group: string, topics: readonly string[]): Promise<Position[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const asked = [...new Set(topics)].filter((topic) => existing.has(topic));
    if (asked.length === 0) return [];
    const committed = await admin.fetchOffsets({ groupId: group, topics: asked });
    const found = await Promise.all(
      asked.map(async (topic) => {
        const taken = new Map(
          committed.find((one) => one.topic === topic)?.partitions.map((one) => [one.partition, BigInt(one.offset)]),
        );
        return (await admin.fetchTopicOffsets(topic)).map(({ partition, low, high }): Position => {
          const [first, at] = [BigInt(low), taken.get(partition) ?? -1n];
          return { topic, partition, first, end: BigInt(high), taken: at < first ? first : at };
        });
      }),
    );
    return found.flat();
  } finally {
    await admin.disconnect();
  }
}
