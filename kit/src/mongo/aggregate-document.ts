import mongoose from 'mongoose';
import { isPlain } from '../domain/canonical-json.ts';
import type { Aggregate } from './aggregate.ts';
import type { CommandRecord } from './command.ts';
import type { StoredEvent } from './outbox.ts';

export type IndexSpec = [spec: Record<string, 1 | -1 | '2dsphere'>, options?: mongoose.mongo.CreateIndexesOptions];

/** What a document holds beside the state. */
export interface TechnicalFields {
  _id: string;
  version: number;
  creation?: string;
  creationHash?: string;
  commands: CommandRecord[];
  inbox: string[];
  outbox: StoredEvent[];
  outboxSince?: Date;
  createdAt: Date;
  updatedAt: Date;
}

const TECHNICAL = new Set([
  '_id',
  'version',
  'creation',
  'creationHash',
  'commands',
  'inbox',
  'outbox',
  'outboxSince',
  'createdAt',
  'updatedAt',
]);

/** Registers the mongoose model of a collection; refuses state fields that would hide technical ones. */
export function modelOf(
  connection: mongoose.Connection,
  collection: string,
  fields: mongoose.SchemaDefinition,
): mongoose.Model<any> {
  const clash = Object.keys(fields).find((field) => TECHNICAL.has(field));
  if (clash) throw new Error(`${collection}: the state must not have a field named ${clash}`);
  const schema = new mongoose.Schema(
    {
      ...fields,
      _id: { type: String, required: true },
      version: { type: Number, required: true },
      creation: String,
      creationHash: String,
      commands: [{ key: String, hash: String, at: Date }],
      inbox: [String],
      outbox: [
        {
          id: String,
          type: { type: String },
          topic: String,
          key: String,
          data: String,
          time: Date,
          sequence: Number,
          traceparent: String,
        },
      ],
      outboxSince: Date,
      createdAt: Date,
      updatedAt: Date,
    },
    // _id: false keeps sub-documents free of generated ids; 'throw' finds a state field the schema forgot.
    { _id: false, id: false, versionKey: false, minimize: false, strict: 'throw', collection },
  );
  return connection.model(collection, schema, collection);
}

export function toAggregate<S>(document: any): Aggregate<S> {
  const state: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(document)) {
    if (!TECHNICAL.has(key)) state[key] = value;
  }
  const { _id: id, version, createdAt, updatedAt } = document as TechnicalFields;
  return { id, version, state: state as S, createdAt, updatedAt };
}

/** A copy without undefined members: the driver would store them as null, which is another value. */
export function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, withoutUndefined(member)]),
  );
}
