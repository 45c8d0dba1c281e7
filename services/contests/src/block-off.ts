import { isBlockOff, scopesWithoutBlock, type BlockScope, type Context } from '@veche/kit';
import type { Block, BlockPlace } from '@veche/kit/domain/blocks';
import { EVERYWHERE, isOktmo, overlap } from '@veche/kit/domain/oktmo';
import { blocksOfSettings } from './store/community.ts';
import { territoriesOf } from './store.ts';
import type { ViewParts } from './views.ts';

type Parts = Pick<ViewParts, 'community' | 'clock'>;

/** Blocks are switched off by settings, and those are kept here. */
const reading = ({ community, clock }: Parts) => ({ blocks: blocksOfSettings(community), clock });

/** Whether a part of the platform is off in a place; settings of one answer are read together and once. */
export const isOff = (parts: Parts, context: Context, block: Block, place: BlockPlace): Promise<boolean> =>
  isBlockOff(reading(parts), context, block, place);

const isTerritory = (scope: string): boolean => scope === EVERYWHERE || isOktmo(scope);

/** Territories and contests whose settings in force switch a block off; for a list of one contest without those that lie elsewhere. */
export async function scopesWithout(
  { stores, ...parts }: Parts & Pick<ViewParts, 'stores'>,
  block: Block,
  contestId?: string | null,
): Promise<BlockScope[]> {
  const scopes = await scopesWithoutBlock(reading(parts), block);
  if (scopes.length === 0) return [];
  // A territory is its own code: only those of contests are looked up.
  const asked = [...scopes.filter((scope) => !isTerritory(scope)), ...(contestId ? [contestId] : [])];
  const contests = asked.length > 0 ? await territoriesOf(stores.contests, asked) : new Map<string, string>();
  const off = scopes.map((scope) => ({ scope, oktmo: contests.get(scope) ?? scope }));
  const listed = contestId && contests.get(contestId);
  return listed ? off.filter(({ oktmo }) => overlap(oktmo, listed)) : off;
}
