import { byId, type Context } from '@veche/kit';
import { blocksOffBy, scopesFor, type Block, type BlockPlace } from '@veche/kit/domain/blocks';
import { switchesOf } from './domain/community/settings.ts';
import type { ViewParts } from './views.ts';

/** Whether a part of the platform is off in a place; settings of one answer are read together and once. */
export async function isOff(
  { community, clock }: Pick<ViewParts, 'community' | 'clock'>,
  context: Context,
  block: Block,
  place: BlockPlace,
): Promise<boolean> {
  const settings = byId(context, 'settings', (ids) => community.settings.loadMany(ids));
  const found = await Promise.all(scopesFor(place).map((scope) => settings.load(scope)));
  const deciding = found.filter((one) => one !== null).map(({ state }) => switchesOf(state));
  return blocksOffBy(deciding, clock.now()).includes(block);
}
