import { newId } from '../id.ts';
import { currentTraceparent } from '../trace-context.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** An event on its way out: `type` "veche.contests.ApplicationSubmitted", `key` = aggregate id, `data` = proto3 JSON. */
export interface OutboxEvent {
  type: string;
  topic: string;
  key: string;
  data: JsonValue;
}

/** An event as it lies in the outbox of its aggregate; `data` is text, so no field name can upset the store. */
export interface StoredEvent {
  id: string;
  type: string;
  topic: string;
  key: string;
  data: string;
  time: Date;
  sequence: number;
  traceparent?: string;
}

/** Gives an event its identity at the moment of saving; `sequence` grows by one with each event of the aggregate. */
export function sealEvent(event: OutboxEvent, time: Date, sequence: number): StoredEvent {
  const traceparent = currentTraceparent();
  return {
    id: newId(),
    type: event.type,
    topic: event.topic,
    key: event.key,
    data: JSON.stringify(event.data),
    time,
    sequence,
    ...(traceparent ? { traceparent } : {}),
  };
}
