import type mongoose from 'mongoose';
import type { Decision, Rejection } from '../domain/decision.ts';
import type { Connection, ConnectionArgs } from '../graphql/connection.ts';
import type { Command } from './command.ts';
import type { OutboxEvent } from './outbox.ts';

/** A stored object as the rest of the service sees it: its state without the technical fields of the document. */
export interface Aggregate<S> {
  id: string;
  version: number;
  state: S;
  createdAt: Date;
  updatedAt: Date;
}

export type StoreRejection = 'NOT_FOUND' | 'VERSION_CONFLICT' | 'IDEMPOTENCY_KEY_REUSED';

/** `repeated`: the command or event had been applied before; the aggregate is as it is now. */
export type Outcome<S, C extends string> =
  | { aggregate: Aggregate<S>; rejection: null; repeated?: boolean }
  | { aggregate: Aggregate<S> | null; rejection: Rejection<C | StoreRejection> };

/** Domain event to what goes out; an event may stay inside ([]) or be told on several topics. */
export type ToOutbox<E, S> = (event: E, id: string, state: S) => OutboxEvent | readonly OutboxEvent[];

interface Write<S, E, C extends string> {
  command?: Command;
  /** The id of the event that caused this; it is remembered, and applied once. */
  fromEvent?: string;
  events: ToOutbox<E, S>;
  /** What a violated unique index of the service means; without it the driver's error is thrown. */
  onDuplicate?: () => Rejection<C>;
}

export interface CreateArgs<S, E, C extends string> extends Write<S, E, C> {
  id?: string;
  decide: () => Decision<S, E, C>;
}

export interface ChangeArgs<S, E, C extends string> extends Write<S, E, C> {
  id: string;
  expectedVersion?: number;
  decide: (state: S, aggregate: Aggregate<S>) => Decision<S, E, C>;
}

export interface UpsertArgs<S, E, C extends string> extends ChangeArgs<S, E, C> {
  initial: () => S;
}

export type Filter = Record<string, unknown>;

/** A part of the values of a sort key, both bounds left out. */
export interface Step {
  $gt?: unknown;
  $lt?: unknown;
}

export interface FindOptions {
  sort?: Record<string, 1 | -1>;
  limit?: number;
  skip?: number;
}

export interface AggregateStore<S> {
  readonly collection: string;
  /** For indexed queries in the service's store.ts only. */
  readonly model: mongoose.Model<any>;
  /** Creates the collection and its indexes; awaited at start. */
  init(): Promise<void>;
  load(id: string): Promise<Aggregate<S> | null>;
  /** Unordered; ids that do not exist are left out. */
  loadMany(ids: readonly string[]): Promise<Aggregate<S>[]>;
  find(filter: Filter, options?: FindOptions): Promise<Aggregate<S>[]>;
  count(filter: Filter): Promise<number>;
  /**
   * A Relay connection, newest sort key by `sort`, ties by id; at most 100 a page. Where the filter has a range of the first sort key, `steps`
   * cut it up, so that a server that sorts all that it finds reads no more than the page needs: ascending ranges that lie side by side.
   */
  page(
    filter: Filter,
    sort: Record<string, 1 | -1>,
    args: ConnectionArgs,
    steps?: readonly Step[],
  ): Promise<Connection<Aggregate<S>>>;
  /** A lean document of `model` as an aggregate, for the service's own queries. */
  toAggregate(document: any): Aggregate<S>;
  /**
   * Whether the caller has used the key for another request in this collection, on whatever aggregate; create, change and upsert
   * refuse that by themselves. Of two such requests at the same moment on two aggregates both may pass: a key guards one act
   * against its repetition, and two acts are not one.
   */
  isReused(command: Command): Promise<boolean>;
  create<E, C extends string>(args: CreateArgs<S, E, C>): Promise<Outcome<S, C>>;
  change<E, C extends string>(args: ChangeArgs<S, E, C>): Promise<Outcome<S, C>>;
  upsert<E, C extends string>(args: UpsertArgs<S, E, C>): Promise<Outcome<S, C>>;
}
