import mongoose from 'mongoose';
import type { Clock } from '../clock.ts';
import {
  BLOCKS,
  blocksOffBy,
  scopesFor,
  withDependent,
  type Block,
  type BlockPlace,
  type BlockSwitch,
} from '../domain/blocks.ts';
import { overlap } from '../domain/oktmo.ts';
import { byId, type Context } from '../graphql/context.ts';
import { projectionStore, type ProjectionStore } from './projection-store.ts';
import { within } from './within.ts';

/** What a scope decided about blocks, version by version. */
interface Switches {
  id: string;
  versions: readonly BlockSwitch[];
}

/** Where a service reads what scopes decided about blocks. */
export interface BlockReader {
  /** Unordered; scopes that decided nothing may be left out. */
  getMany(scopes: readonly string[]): Promise<Switches[]>;
  /** Scopes that ever switched off one of the blocks. */
  naming(blocks: readonly Block[]): Promise<Switches[]>;
}

/** Blocks that territories and contests switched off, by scope, as contests told. */
export type BlockStore = ProjectionStore<Omit<Switches, 'id'>> & BlockReader;

export function blockStore(connection: mongoose.Connection): BlockStore {
  const store = projectionStore<Omit<Switches, 'id'>>(connection, {
    collection: 'block_switches',
    fields: { versions: [new mongoose.Schema({ effectiveFrom: Date, blocksOff: [String] }, { _id: false })] },
    indexes: [[{ 'versions.blocksOff': 1 }]], // scopes that ever switched a block off
  });
  return Object.assign(store, {
    naming: (blocks: readonly Block[]) => store.find({ 'versions.blocksOff': { $in: [...blocks] } }),
  });
}

interface Reading {
  blocks: BlockReader;
  clock: Clock;
}

/** Whether a block is off in a place; scopes of one request are read together and once. */
export async function isBlockOff(
  { blocks, clock }: Reading,
  context: Context,
  block: Block,
  place: BlockPlace,
): Promise<boolean> {
  const loader = byId(context, 'block switches', (ids) => blocks.getMany(ids));
  const found = await Promise.all(scopesFor(place).map((scope) => loader.load(scope)));
  const deciding = found.filter((one) => one !== null).map(({ versions }) => versions);
  return blocksOffBy(deciding, clock.now()).includes(block);
}

/** Scopes that switch a block off now, of any level. */
export async function scopesWithoutBlock({ blocks, clock }: Reading, block: Block): Promise<string[]> {
  const found = await blocks.naming(takingAlong(block));
  return found.filter(({ versions }) => blocksOffBy([versions], clock.now()).includes(block)).map(({ id }) => id);
}

/** Blocks with any of which a block is off. */
const takingAlong = (block: Block): Block[] => BLOCKS.filter((one) => withDependent([one]).includes(block));

/** A territory or a contest where a block is off. */
export interface BlockScope {
  scope: string;
  /** A territory's own code, or the territory of the contest. */
  oktmo: string;
}

/** What a list is narrowed to already. */
interface Narrowed {
  oktmo?: string | null;
  contestId?: string | null;
}

/**
 * Keeps what is of scopes with a block off, and is as `what` says, out of a list. Scopes that have nothing in a list that is narrowed already
 * are not asked about, so that mostly an index answers it; what is of a contest lies in its territory.
 */
export function outsideOf(off: readonly BlockScope[], { oktmo, contestId }: Narrowed = {}, what: object = {}) {
  const conditions = off
    .map((one) => ({ ...one, isTerritory: one.scope === one.oktmo }))
    .filter((one) => !oktmo || overlap(one.oktmo, oktmo))
    .filter(({ scope, isTerritory }) => !contestId || isTerritory || scope === contestId)
    .map(({ scope, isTerritory }) => ({ ...what, ...(isTerritory ? { oktmo: within(scope) } : { contestId: scope }) }));
  return conditions.length === 0 ? {} : { $nor: conditions };
}
