import { NORMAL_AGAIN_MS, type Aggregate, type AggregateStore, type Clock } from '@veche/kit';
import type mongoose from 'mongoose';

/** Up to which write of its aggregates a ledger is booked. */
export interface LedgerMark {
  /** Everything that changed before this instant is booked. */
  mark(): Promise<Date>;
  advance(mark: Date): Promise<void>;
}

export function ledgerMark(connection: mongoose.Connection, name: string): LedgerMark {
  const marks = connection.db!.collection<{ _id: string; at: Date }>('ledger_marks');
  return {
    mark: async () => (await marks.findOne({ _id: name }))?.at ?? new Date(0),
    async advance(at) {
      await marks.updateOne({ _id: name }, { $max: { at } }, { upsert: true });
    },
  };
}

/** Aggregates and the ledger that follows them. */
export interface Books<S extends object, P> {
  store: AggregateStore<S>;
  /** Adds the postings that are not there yet. */
  ledger: LedgerMark & { book(postings: readonly P[]): Promise<void> };
  postingsOf: (id: string, state: S) => readonly P[];
}

const AT_ONCE = 500;

/**
 * Books what happened to aggregates. Each is one document and its write one atomic act, so the ledger follows it and never the other way round; the key
 * of a posting is the aggregate and what happened, so that nothing is booked twice however often it is looked at.
 */
export function bookkeeper<S extends object, P>(
  { store, ledger, postingsOf }: Books<S, P>,
  clock: Clock,
): (signal: AbortSignal) => Promise<void> {
  /** Versions booked here of what the next run looks at again. */
  let booked: ReadonlyMap<string, number> = new Map();
  return async (signal) => {
    // Writes become visible out of order: the last minute is looked at again.
    const next = new Date(clock.now().getTime() - NORMAL_AGAIN_MS);
    const again = new Map<string, number>();
    let due: P[] = [];
    const changed = { updatedAt: { $gte: await ledger.mark() } };
    for await (const { id, version, state, updatedAt } of streamOf(store, changed, { updatedAt: 1 })) {
      if (signal.aborted) return;
      if (updatedAt >= next) again.set(id, version);
      if (booked.get(id) === version) continue;
      due.push(...postingsOf(id, state));
      if (due.length < AT_ONCE) continue;
      await ledger.book(due);
      due = [];
    }
    await ledger.book(due);
    await ledger.advance(next);
    booked = again;
  };
}

/** Aggregates one after another, without holding all of them. */
export async function* streamOf<S extends object>(
  store: AggregateStore<S>,
  filter: Record<string, unknown>,
  sort: Record<string, 1>,
): AsyncGenerator<Aggregate<S>> {
  const cursor = store.model.find(filter).sort(sort).lean().cursor({ batchSize: AT_ONCE });
  for await (const document of cursor) yield store.toAggregate(document);
}
