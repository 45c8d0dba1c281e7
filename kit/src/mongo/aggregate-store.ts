import type mongoose from 'mongoose';
import type { Clock } from '../clock.ts';
import { systemClock } from '../clock.ts';
import { newId } from '../id.ts';
import type {
  Aggregate,
  AggregateStore,
  ChangeArgs,
  CreateArgs,
  Filter,
  FindOptions,
  Outcome,
  UpsertArgs,
} from './aggregate.ts';
import type { IndexSpec } from './aggregate-document.ts';
import { modelOf, toAggregate } from './aggregate-document.ts';
import { documentOf, isSilent, judgeRepeat, rememberedHash, seal, updateOf } from './aggregate-write.ts';
import { commandHash, commandKey, type Command } from './command.ts';
import { isDuplicateKey } from './connection.ts';
import { readPage } from './page.ts';
import { defaultsOf, registerStore } from './store-registry.ts';

const ATTEMPTS = 10;
/** Guarded writes ask for id and version, and not every server looks up the id alone then. */
const TECHNICAL_INDEXES: readonly IndexSpec[0][] = [{ _id: 1, version: 1 }, { 'commands.key': 1 }];

export interface AggregateStoreOptions {
  collection: string;
  fields: mongoose.SchemaDefinition;
  indexes?: readonly IndexSpec[];
  /** By default the clock of the service. */
  clock?: Clock;
  /** Called after a write that left events in the outbox; by default wakes the relay of the service. */
  wake?: () => void;
}

/**
 * A collection of aggregates: one document each, written whole with a guarded version, its events in its own outbox.
 * See AggregateStore for what each method promises.
 */
export function aggregateStore<S extends object>(
  connection: mongoose.Connection,
  options: AggregateStoreOptions,
): AggregateStore<S> {
  const store = new Store<S>(connection, options);
  registerStore(connection, store);
  return store;
}

class Store<S extends object> implements AggregateStore<S> {
  readonly collection: string;
  readonly model: mongoose.Model<any>;
  readonly #fields: readonly string[];
  readonly #indexes: readonly IndexSpec[];
  readonly #clock: Clock;
  readonly #wake: () => void;

  constructor(connection: mongoose.Connection, options: AggregateStoreOptions) {
    this.collection = options.collection;
    this.model = modelOf(connection, options.collection, options.fields);
    this.#fields = Object.keys(options.fields);
    this.#indexes = options.indexes ?? [];
    const defaults = defaultsOf(connection);
    this.#clock = options.clock ?? defaults?.clock ?? systemClock;
    this.#wake = options.wake ?? defaults?.wake ?? (() => undefined);
  }

  async init(): Promise<void> {
    await this.model.createCollection();
    const native = this.model.collection;
    for (const spec of TECHNICAL_INDEXES) await native.createIndex(spec);
    await native.createIndex({ creation: 1 }, { unique: true, sparse: true });
    await native.createIndex({ outboxSince: 1 }, { sparse: true });
    for (const [spec, indexOptions] of this.#indexes) {
      await native.createIndex(spec, indexOptions ?? {});
    }
  }

  toAggregate(document: any): Aggregate<S> {
    return toAggregate<S>(document);
  }

  async load(id: string): Promise<Aggregate<S> | null> {
    const document = await this.model.findById(id).lean();
    return document ? toAggregate<S>(document) : null;
  }

  async loadMany(ids: readonly string[]): Promise<Aggregate<S>[]> {
    return ids.length === 0 ? [] : this.find({ _id: { $in: [...ids] } });
  }

  async find(filter: Filter, options: FindOptions = {}): Promise<Aggregate<S>[]> {
    const query = this.model.find(filter, { outbox: 0, inbox: 0, commands: 0 });
    if (options.sort) query.sort(options.sort);
    if (options.skip) query.skip(options.skip);
    if (options.limit) query.limit(options.limit);
    return (await query.lean()).map((document) => toAggregate<S>(document));
  }

  async count(filter: Filter): Promise<number> {
    return this.model.countDocuments(filter);
  }

  async page(...[filter, sort, args, steps]: Parameters<AggregateStore<S>['page']>) {
    const source = {
      read: (where: Filter, order: Record<string, 1 | -1>, limit: number) => this.find(where, { sort: order, limit }),
      count: (where: Filter) => this.count(where),
      valueOf: (item: Aggregate<S>, key: string) => sortValue(item, key),
    };
    return readPage(source, { filter, sort, steps }, args);
  }

  async isReused(command: Command): Promise<boolean> {
    const key = commandKey(command);
    const fields = { creation: 1, creationHash: 1, commands: 1 };
    // Two queries and not one $or, so that each is answered by its index on any engine.
    const known: object[][] = await Promise.all(
      ['creation', 'commands.key'].map((place) => this.model.find({ [place]: key }, fields).lean()),
    );
    return known.flat().some((document) => rememberedHash(document, key) !== commandHash(command));
  }

  async create<E, C extends string>(args: CreateArgs<S, E, C>): Promise<Outcome<S, C>> {
    const known = args.command ? await this.#replay<C>(args) : null;
    if (known) return known;
    if (args.command && (await this.isReused(args.command)))
      return { aggregate: null, rejection: { code: 'IDEMPOTENCY_KEY_REUSED' } };
    const decision = args.decide();
    if (!decision.ok) return { aggregate: null, rejection: decision.rejection };
    return this.#insert(args, args.id ?? newId(), decision);
  }

  async change<E, C extends string>(args: ChangeArgs<S, E, C>): Promise<Outcome<S, C>> {
    return this.#attempt(args, undefined);
  }

  async upsert<E, C extends string>(args: UpsertArgs<S, E, C>): Promise<Outcome<S, C>> {
    return this.#attempt(args, args.initial);
  }

  async #attempt<E, C extends string>(
    args: ChangeArgs<S, E, C>,
    initial: (() => S) | undefined,
  ): Promise<Outcome<S, C>> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const outcome = await this.#changeOnce(args, initial);
      if (outcome) return outcome;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * (attempt + 1)));
    }
    return { aggregate: await this.load(args.id), rejection: { code: 'VERSION_CONFLICT' } };
  }

  /** One load-decide-save; null when another writer was first. */
  async #changeOnce<E, C extends string>(
    args: ChangeArgs<S, E, C>,
    initial: (() => S) | undefined,
  ): Promise<Outcome<S, C> | null> {
    const [document, reused] = await Promise.all([
      this.model.findById(args.id, { outbox: 0 }).lean(),
      args.command ? this.isReused(args.command) : false,
    ]);
    if (reused)
      return {
        aggregate: document ? toAggregate<S>(document) : null,
        rejection: { code: 'IDEMPOTENCY_KEY_REUSED' },
      };
    if (!document) {
      return initial ? this.#begin(args, initial()) : { aggregate: null, rejection: { code: 'NOT_FOUND' } };
    }
    const aggregate = toAggregate<S>(document);
    const before = judgeRepeat<S, C>(document, aggregate, args);
    if (before) return before;
    const decision = args.decide(aggregate.state, aggregate);
    if (!decision.ok) return { aggregate, rejection: decision.rejection };
    if (decision.state === aggregate.state && isSilent(decision, args)) {
      return { aggregate, rejection: null };
    }
    return this.#update(args, aggregate, decision);
  }

  async #begin<E, C extends string>(args: ChangeArgs<S, E, C>, state: S): Promise<Outcome<S, C> | null> {
    if (args.expectedVersion !== undefined && args.expectedVersion !== 0) {
      return { aggregate: null, rejection: { code: 'VERSION_CONFLICT' } };
    }
    const now = this.#clock.now();
    const fresh = { id: args.id, version: 0, state, createdAt: now, updatedAt: now };
    const decision = args.decide(state, fresh);
    if (!decision.ok) return { aggregate: null, rejection: decision.rejection };
    return this.#insert({ ...args, retryOnExisting: true }, args.id, decision);
  }

  async #update<E, C extends string>(
    args: ChangeArgs<S, E, C>,
    aggregate: Aggregate<S>,
    decision: { state: S; events: readonly E[] },
  ): Promise<Outcome<S, C> | null> {
    const now = this.#clock.now();
    const events = seal(decision, args.events, aggregate.id, aggregate.version, now);
    const version = aggregate.version + Math.max(1, events.length);
    try {
      // What is written is known, so nothing is read back.
      const { matchedCount } = await this.model.updateOne(
        { _id: aggregate.id, version: aggregate.version },
        updateOf(this.#fields, decision.state, args, { events, version, now }),
      );
      if (matchedCount === 0) return null;
      if (events.length > 0) this.#wake();
      return { aggregate: { ...aggregate, version, state: decision.state, updatedAt: now }, rejection: null };
    } catch (error) {
      if (!isDuplicateKey(error) || !args.onDuplicate) throw error;
      return { aggregate, rejection: args.onDuplicate() };
    }
  }

  /** Null only for an upsert that lost the race of the first insert. */
  async #insert<E, C extends string>(
    args: Omit<CreateArgs<S, E, C>, 'decide'> & { retryOnExisting?: boolean },
    id: string,
    decision: { state: S; events: readonly E[] },
  ): Promise<any> {
    const now = this.#clock.now();
    const events = seal(decision, args.events, id, 0, now);
    const document = documentOf(args, id, { state: decision.state, events, now });
    try {
      await new this.model(document).save();
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return this.#afterDuplicate<C>(args, id, error);
    }
    if (events.length > 0) this.#wake();
    const { version } = document;
    return {
      aggregate: { id, version, state: decision.state, createdAt: now, updatedAt: now },
      rejection: null,
    };
  }

  /** Which index was it? The same command, the same event, the same id, or one of the service's own. */
  async #afterDuplicate<C extends string>(
    args: Pick<CreateArgs<S, any, C>, 'command' | 'fromEvent' | 'onDuplicate'> & {
      retryOnExisting?: boolean;
    },
    id: string,
    error: unknown,
  ): Promise<Outcome<S, C> | null> {
    const replay = args.command ? await this.#replay<C>(args) : null;
    if (replay) return replay;
    const existing: any = await this.model.findById(id).lean();
    if (!existing) {
      if (args.onDuplicate) return { aggregate: null, rejection: args.onDuplicate() };
      throw error;
    }
    if (args.retryOnExisting) return null;
    const aggregate = toAggregate<S>(existing);
    if (existing.inbox.includes(args.fromEvent)) return { aggregate, rejection: null, repeated: true };
    return { aggregate, rejection: args.onDuplicate?.() ?? { code: 'VERSION_CONFLICT' } };
  }

  async #replay<C extends string>(args: Pick<CreateArgs<S, any, C>, 'command'>): Promise<Outcome<S, C> | null> {
    const command = args.command!;
    const document: any = await this.model.findOne({ creation: commandKey(command) }).lean();
    if (!document) return null;
    if (document.creationHash !== commandHash(command)) {
      return { aggregate: null, rejection: { code: 'IDEMPOTENCY_KEY_REUSED' } };
    }
    return { aggregate: toAggregate<S>(document), rejection: null, repeated: true };
  }
}

function sortValue(item: Aggregate<any>, key: string): unknown {
  if (key === '_id') return item.id;
  if (key === 'createdAt' || key === 'updatedAt' || key === 'version') return item[key];
  return key.split('.').reduce<any>((value, part) => value?.[part], item.state);
}
