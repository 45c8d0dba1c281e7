import { aggregateStore, within, type AggregateStore, type ConnectionArgs } from '@veche/kit';
import type { TerritoryLevel } from '@veche/kit/domain/oktmo';
import type mongoose from 'mongoose';
import type { Territory } from './domain/territory.ts';

export interface TerritoryStores {
  territories: AggregateStore<Territory>;
  /** That a list was handed in: it keeps the idempotency key of the whole call. */
  imports: AggregateStore<{ count: number }>;
}

export const makeTerritories = (connection: mongoose.Connection): TerritoryStores => ({
  territories: aggregateStore<Territory>(connection, {
    collection: 'territories',
    fields: { name: String, parent: String, level: String },
    indexes: [
      [{ parent: 1, _id: 1, level: 1 }], // parts of a territory
      [{ level: 1, _id: 1 }], // of a level
    ],
  }),
  imports: aggregateStore<{ count: number }>(connection, {
    collection: 'territory_imports',
    fields: { count: Number },
  }),
});

export interface TerritoryFilter {
  within?: string | null;
  parent?: string | null;
  level?: TerritoryLevel | null;
}

/** Territories by code, so each comes before its parts. */
export const pageOfTerritories = (
  { territories }: TerritoryStores,
  { within: scope, parent, level }: TerritoryFilter,
  args: ConnectionArgs,
) =>
  territories.page(
    { ...(parent ? { parent } : {}), ...(level ? { level } : {}), ...(scope ? { _id: within(scope) } : {}) },
    { _id: 1 },
    args,
  );
