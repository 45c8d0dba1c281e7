import type mongoose from 'mongoose';
import type { Clock } from '../clock.ts';

/** What the stores of one connection share: made by the service before its stores, asked for by them. */
export interface StoreDefaults {
  clock: Clock;
  wake: () => void;
}

interface Initialised {
  init(): Promise<void>;
}

const defaults = new WeakMap<mongoose.Connection, StoreDefaults>();
const stores = new WeakMap<mongoose.Connection, Set<Initialised>>();

export function setStoreDefaults(connection: mongoose.Connection, values: StoreDefaults): void {
  defaults.set(connection, values);
}

export function defaultsOf(connection: mongoose.Connection): StoreDefaults | undefined {
  return defaults.get(connection);
}

export function registerStore(connection: mongoose.Connection, store: Initialised): void {
  const known = stores.get(connection) ?? new Set();
  stores.set(connection, known.add(store));
}

/** Creates the collections and indexes of every store made on the connection so far. */
export async function initStores(connection: mongoose.Connection): Promise<void> {
  for (const store of stores.get(connection) ?? []) await store.init();
}
