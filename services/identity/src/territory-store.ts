import { aggregateStore, within, type AggregateStore, type ConnectionArgs } from '@veche/kit';
import type { TerritoryLevel } from '@veche/kit/domain/oktmo';
import type mongoose from 'mongoose';
import type { Territory } from './domain/territory.ts';

/** That a list was handed in: it keeps the idempotency key of the whole call. */
export interface TerritoryImport {
  count: number;
  /** Whether all of it was entered, so that a repetition writes nothing over what later lists say. */
  done: boolean;
}

export interface TerritoryStores {
  territories: AggregateStore<Territory>;
  imports: AggregateStore<TerritoryImport>;
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
  imports: aggregateStore<TerritoryImport>(connection, {
    collection: 'territory_imports',
    fields: { count: Number, done: Boolean },
  }),
});

/** Municipalities inside some regions that lie in nothing yet. */
export async function rootsInside({ territories }: TerritoryStores, regions: readonly string[]) {
  const roots = (region: string) =>
    territories.find({ parent: null, level: 'MUNICIPALITY', _id: within(region) }, { sort: { _id: 1 } });
  const found = (await Promise.all(regions.map(roots))).flat();
  return [...new Map(found.map((one) => [one.id, one])).values()];
}

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
