import { setTimeout as sleep } from 'node:timers/promises';
import { childTrace, parseTraceparent, runInTrace } from '../trace-context.ts';
import { fromMessage } from './cloud-event.ts';
import type { BusMessage, Consumer, ReceivedEvent, SubscribeOptions } from './event-bus.ts';
import { REPLAY_GROUP, parkingHeaders } from './dead-letters.ts';
import { deadLetterTopic } from './event-bus.ts';

export interface DeliveryOptions extends Pick<SubscribeOptions, 'group' | 'observer' | 'around'> {
  attempts: number;
  backoffMs: number;
}

/** `left`: not taken, and delivered again. */
export type Delivery = 'handled' | 'skipped' | 'left' | { deadLetter: BusMessage };

/** A handler throws this when no retry can help; the message is parked at once with the code as its reason. */
export class Undeliverable extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.name = 'Undeliverable';
    this.code = code;
  }
}

/** A handler throws this when its process ends before it could do its work: another replica is given the message. */
export class LeftUndone extends Error {}

/**
 * Runs the handlers of one message until they succeed or the attempts are used up. Both adapters deliver through
 * this, so they park the same messages for the same reasons.
 */
export async function deliver(
  message: BusMessage,
  consumers: readonly Consumer[],
  options: DeliveryOptions,
): Promise<Delivery> {
  const event = fromMessage(message);
  const only = message.headers[REPLAY_GROUP];
  if (only !== undefined && only !== options.group) return 'skipped';
  // Whatever such a message calls itself: a type is a label of metrics.
  if (!event) return park(message, { type: 'unknown', reason: 'MALFORMED', attempts: 1 }, options);
  const handlers = consumers.filter((one) => one.type === event.type && one.topic === event.topic);
  if (handlers.length === 0) return 'skipped';
  return attempt(message, event, handlers, options);
}

async function attempt(
  message: BusMessage,
  event: ReceivedEvent,
  handlers: readonly Consumer[],
  options: DeliveryOptions,
): Promise<Delivery> {
  const around = options.around ?? ((_event, work) => work());
  const cause = parseTraceparent(message.headers['traceparent']);
  for (let count = 1; ; count += 1) {
    const startedAt = performance.now();
    try {
      const work = async (): Promise<void> => {
        for (const handler of handlers) await handler.handle(event);
      };
      await runInTrace(childTrace(cause), () => around(event, work));
      options.observer?.handled?.(event.topic, event.type, (performance.now() - startedAt) / 1000, event.time);
      return 'handled';
    } catch (error) {
      const given = givenUp(message, event, error, { ...options, count });
      if (given) return given;
      await sleep(options.backoffMs * 2 ** (count - 1));
    }
  }
}

/** What becomes of a message after a failure; null: it is tried again. */
function givenUp(
  message: BusMessage,
  { topic, type }: ReceivedEvent,
  error: unknown,
  { count, ...options }: DeliveryOptions & { count: number },
): Delivery | null {
  if (error instanceof LeftUndone) return 'left';
  options.observer?.failed?.(topic, type, error);
  const last = count >= options.attempts || error instanceof Undeliverable;
  return last ? park(message, { type, reason: reasonOf(error), attempts: count }, options) : null;
}

function park(
  message: BusMessage,
  why: { type: string; reason: string; attempts: number },
  options: DeliveryOptions,
): Delivery {
  options.observer?.parked?.(message.topic, why.type, why.reason);
  return {
    deadLetter: {
      ...message,
      topic: deadLetterTopic(message.topic),
      headers: {
        ...message.headers,
        ...parkingHeaders(options.group, why.reason, why.attempts),
      },
    },
  };
}

// Never the message of an error: it may quote what a person typed.
function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  const reason = code ?? name;
  return typeof reason === 'string' || typeof reason === 'number' ? String(reason) : 'UNKNOWN';
}
