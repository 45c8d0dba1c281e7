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
import { byId, type Context } from '../graphql/context.ts';
import { projectionStore, type ProjectionStore } from './projection-store.ts';
import { within } from './within.ts';

/** Blocks that territories and contests switched off, by scope, as contests told. */
export type BlockStore = ProjectionStore<{ versions: readonly BlockSwitch[] }>;

export const blockStore = (connection: mongoose.Connection): BlockStore =>
  projectionStore<{ versions: readonly BlockSwitch[] }>(connection, {
    collection: 'block_switches',
    fields: { versions: [new mongoose.Schema({ effectiveFrom: Date, blocksOff: [String] }, { _id: false })] },
    indexes: [[{ 'versions.blocksOff': 1 }]], // scopes that ever switched a block off
  });

/** Whether a block is off in a place; scopes of one request are read together and once. */
export async function isBlockOff(
  { blocks, clock }: { blocks: BlockStore; clock: Clock },
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
export async function scopesWithoutBlock(
  { blocks, clock }: { blocks: BlockStore; clock: Clock },
  block: Block,
): Promise<string[]> {
  const found = await blocks.find({ 'versions.blocksOff': { $in: takenAlongWith(block) } });
  return found.filter(({ versions }) => blocksOffBy([versions], clock.now()).includes(block)).map(({ id }) => id);
}

/** Blocks with any of which a block is off. */
export const takenAlongWith = (block: Block): Block[] => BLOCKS.filter((one) => withDependent([one]).includes(block));

/** Keeps what is of scopes with a block off, and is as `what` says, out of a list: territories are codes, all others contests. */
export const outsideOf = (scopes: readonly string[], what: object = {}) =>
  scopes.length === 0
    ? {}
    : {
        $nor: scopes.map((scope) => ({
          ...what,
          ...(/^\d+$/.test(scope) ? { oktmo: within(scope) } : { contestId: scope }),
        })),
      };
