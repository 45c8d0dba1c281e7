import type { StoredEvent } from '../mongo/outbox.ts';
import type { BusMessage, ReceivedEvent } from './event-bus.ts';

/** CloudEvents 1.0, Kafka protocol binding, binary content mode: attributes are headers, data is the value. */
export function toMessage(event: StoredEvent, service: string): BusMessage {
  return {
    topic: event.topic,
    key: event.key,
    value: event.data,
    headers: {
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_type: event.type,
      ce_source: `/veche/${service}`,
      ce_subject: event.key,
      ce_time: event.time.toISOString(),
      ce_sequence: String(event.sequence),
      'content-type': 'application/json',
      ...(event.traceparent ? { traceparent: event.traceparent } : {}),
    },
  };
}

/** Null when a required attribute is missing or the value is no JSON: nothing a retry could mend. */
export function fromMessage(message: BusMessage): ReceivedEvent | null {
  const { headers, topic } = message;
  const { ce_id: id, ce_type: type, ce_source: source, ce_time: time } = headers;
  const sequence = Number(headers['ce_sequence'] ?? 0);
  if (!id || !type || !source || Number.isNaN(Date.parse(time ?? '')) || !Number.isInteger(sequence)) {
    return null;
  }
  try {
    const data = JSON.parse(message.value) as ReceivedEvent['data'];
    const subject = headers['ce_subject'] ?? message.key;
    return { id, type, source, subject, time: new Date(time!), sequence, data, topic };
  } catch {
    return null;
  }
}
