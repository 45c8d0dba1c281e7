import { KafkaBus, makeLog, sealEvent, toMessage, type BusMessage, type OutboxEvent } from '@veche/kit';
import kafkajs from 'kafkajs';

/** The event log as another service and an operator see it. */
export class KafkaSide {
  readonly bus: KafkaBus;
  readonly #kafka: kafkajs.Kafka;

  constructor(broker: string) {
    const log = makeLog('faults', 'silent');
    this.bus = new KafkaBus({ brokers: [broker], clientId: 'faults', log, onFatal: () => {} });
    this.#kafka = new kafkajs.Kafka({
      clientId: 'faults-admin',
      brokers: [broker],
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { retries: 20, maxRetryTime: 2_000 },
    });
  }

  /** What a group has not taken yet, over all its topics. */
  async lag(group: string): Promise<number> {
    return this.#administered(async (admin) => {
      let lag = 0;
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId: group })) {
        const ends = new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, high]));
        for (const { partition, offset } of partitions)
          lag += Number(ends.get(partition)!) - Math.max(0, Number(offset));
      }
      return lag;
    });
  }

  /** Lets a group that has no member begin every topic anew. */
  async rewind(group: string): Promise<void> {
    await this.#administered(async (admin) => {
      for (const { topic } of await admin.fetchOffsets({ groupId: group }))
        await admin.resetOffsets({ groupId: group, topic, earliest: true });
    });
  }

  async #administered<T>(work: (admin: kafkajs.Admin) => Promise<T>): Promise<T> {
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }
}

/** An event as the service `from` would publish it. */
export const asMessage = (event: OutboxEvent, sequence: number, from = 'contests'): BusMessage =>
  toMessage(sealEvent(event, new Date(), sequence), from);
