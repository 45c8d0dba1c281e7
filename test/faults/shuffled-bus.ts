import type { BusMessage, Consumer, EventBus, SubscribeOptions, Subscription } from '@veche/kit';

const LATEST_MS = 3_000;

/**
 * Stands before a service's event log and hands its events on late, out of order, and some of them twice. What it holds back is told to the log as taken, so
 * it is a proxy for events that are reordered on their way and not for a loss.
 */
export class ShuffledBus implements EventBus {
  readonly #bus: EventBus;
  readonly #waiting = new Set<Promise<void>>();

  constructor(bus: EventBus) {
    this.#bus = bus;
  }

  ensureTopics = (topics: readonly string[]): Promise<void> => this.#bus.ensureTopics(topics);
  publish = (messages: readonly BusMessage[]): Promise<void> => this.#bus.publish(messages);
  readAll = (topic: string) => this.#bus.readAll(topic);
  positions: EventBus['positions'] = (...of) => this.#bus.positions(...of);
  close = (): Promise<void> => this.#bus.close();

  async subscribe({ consumers, ...options }: SubscribeOptions): Promise<Subscription> {
    const late = consumers.map((one) => this.#late(one));
    const subscription = await this.#bus.subscribe({ ...options, consumers: late });
    return {
      stop: async () => {
        await subscription.stop();
        await Promise.all(this.#waiting);
      },
    };
  }

  #late(consumer: Consumer): Consumer {
    return {
      ...consumer,
      handle: async (event) => {
        const times = Math.random() < 0.2 ? 2 : 1;
        for (let n = 0; n < times; n += 1) {
          const handed = new Promise<void>((resolve) => setTimeout(resolve, Math.random() * LATEST_MS)).then(() =>
            consumer.handle(event),
          );
          this.#waiting.add(handed);
          // A failure ends the process: the case then sees what was not taken.
          void handed.finally(() => this.#waiting.delete(handed));
        }
      },
    };
  }
}
