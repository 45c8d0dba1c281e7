import { isBlockOff, scopesWithoutBlock, type Context } from '@veche/kit';
import type { Block, BlockPlace } from '@veche/kit/domain/blocks';
import { blocksOfSettings } from './store/community.ts';
import type { ViewParts } from './views.ts';

type Parts = Pick<ViewParts, 'community' | 'clock'>;

/** Blocks are switched off by settings, and those are kept here. */
const reading = ({ community, clock }: Parts) => ({ blocks: blocksOfSettings(community), clock });

/** Whether a part of the platform is off in a place; settings of one answer are read together and once. */
export const isOff = (parts: Parts, context: Context, block: Block, place: BlockPlace): Promise<boolean> =>
  isBlockOff(reading(parts), context, block, place);

/** Territories and contests whose settings in force switch a block off. */
export const scopesWithout = (parts: Parts, block: Block): Promise<string[]> =>
  scopesWithoutBlock(reading(parts), block);
