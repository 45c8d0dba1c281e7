import type { Logger } from '../log.ts';
import type { EventBus, SubscribeOptions, Subscription } from './event-bus.ts';

interface JoinOptions extends SubscribeOptions {
  bus: EventBus;
  /** Those that must be there. */
  topics: readonly string[];
  log: Logger;
}

export interface Joining {
  /** Resolves when the log was joined, or the trying was stopped. */
  started: Promise<void>;
  stop(): Promise<void>;
}

const RETRY_MS = 2_000;
const GRACE_MS = 5_000;

/** Joins the event log, trying until it is there: whoever reads it does its other work while the log is away. */
export function joinLog({ bus, topics, log, ...subscribed }: JoinOptions): Joining {
  const stopped = Promise.withResolvers<'stopped'>();
  let subscription: Subscription | null = null;
  const join = async (): Promise<void> => {
    for (let halted = false; !halted;) {
      try {
        await bus.ensureTopics(topics);
        if (subscribed.consumers.length > 0) subscription = await bus.subscribe(subscribed);
        return;
      } catch (error) {
        log.warn({ err: error }, `event log not reachable, will try again: ${(error as Error).message}`);
      }
      const pause = new Promise<'tick'>((resolve) => setTimeout(() => resolve('tick'), RETRY_MS).unref());
      halted = (await Promise.race([pause, stopped.promise])) === 'stopped';
    }
  };
  const started = join();
  const stop = async (): Promise<void> => {
    stopped.resolve('stopped');
    // Joining may hang in the client's own retries; closing the bus ends it.
    const grace = new Promise<void>((resolve) => setTimeout(resolve, GRACE_MS).unref());
    await Promise.race([started, grace]);
    await subscription?.stop();
  };
  return { started, stop };
}
