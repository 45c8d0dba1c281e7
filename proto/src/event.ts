import {
  create,
  fromJson,
  getOption,
  toJson,
  type DescMessage,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import type { Consumer, JsonValue, OutboxEvent, ReceivedEvent } from '@veche/kit';
import { topic } from '../veche/options/v1/options_pb.ts';

/** Type of an event as it stands in `ce_type`: `veche.contests.v1.ContestPublished` is `veche.contests.ContestPublished`. */
export const typeOf = (schema: DescMessage): string => schema.typeName.replace(/\.v\d+\./, '.');

/** Topic that the contract names; throws for a message that is no event. */
export function topicOf(schema: DescMessage): string {
  const name = getOption(schema, topic);
  if (!name) throw new Error(`${schema.typeName} has no topic option, so it is no event`);
  return name;
}

/** Topics of some events, each once. */
export const topicsOf = (...schemas: DescMessage[]): string[] => [...new Set(schemas.map(topicOf))];

/** An event for the outbox: `key` is the id of the aggregate, the data is proto3 JSON. */
export function event<D extends DescMessage>(schema: D, key: string, init: MessageInitShape<D>): OutboxEvent {
  return { type: typeOf(schema), topic: topicOf(schema), key, data: toJson(schema, create(schema, init)) as JsonValue };
}

/** A consumer of one event; unknown fields of a newer contract are ignored. */
export function on<D extends DescMessage>(
  schema: D,
  handle: (message: MessageShape<D>, meta: ReceivedEvent) => Promise<void>,
): Consumer {
  return {
    type: typeOf(schema),
    topic: topicOf(schema),
    handle: (received) => handle(fromJson(schema, received.data as never, { ignoreUnknownFields: true }), received),
  };
}
