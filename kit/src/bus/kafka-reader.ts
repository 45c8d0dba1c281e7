import { randomUUID } from 'node:crypto';
import type { Kafka, KafkaMessage } from 'kafkajs';
import type { BusMessage } from './event-bus.ts';

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
