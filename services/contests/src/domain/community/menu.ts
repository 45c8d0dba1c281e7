import { BLOCKS, BLOCK_PARTS } from '@veche/kit/domain/blocks';
import type { Rules } from './settings.ts';

/** What a place offers a caller; `opens` tells whether the caller holds one of the roles there. */
export const menuOf = ({ blocksOff }: Rules, opens: (roles: readonly string[]) => boolean) =>
  BLOCKS.filter((block) => !blocksOff.includes(block)).map((block) => {
    const { name, menu } = BLOCK_PARTS[block];
    const actions = Object.entries(menu).filter(([, roles]) => opens(roles));
    return { block, name, actions: actions.map(([field]) => field) };
  });
