import { isBlockOff, type BlockGate, type Clock, type Context } from '@veche/kit';
import type { BlockPlace } from '@veche/kit/domain/blocks';
import { contestOfJuror } from './store/jury.ts';
import type { Stores } from './store.ts';
import { applicationFacts, contestFacts, loadJurySheet } from './views.ts';

type Args = Readonly<Record<string, any>>;

/** Whether the public jury is off in the contest that a request is about. */
export const blockGate =
  ({ stores, clock }: { stores: Stores; clock: Clock }): BlockGate =>
  async (block, args, context) => {
    const place = await placeOf(stores, context, await contestIdOf(stores, context, args));
    return place !== null && isBlockOff({ blocks: stores.blocks, clock }, context, block, place);
  };

/** Every root field of the jury names one of them. */
async function contestIdOf(stores: Stores, context: Context, { contestId, applicationId, jurorId, sheetId }: Args) {
  if (contestId) return contestId as string;
  if (applicationId) return (await applicationFacts(stores, context, applicationId))?.contestId;
  return jurorId ? contestOfJuror(jurorId) : (await loadJurySheet(stores, context, sheetId))?.state.contestId;
}

async function placeOf(stores: Stores, context: Context, contestId: string | undefined): Promise<BlockPlace | null> {
  const contest = contestId === undefined ? null : await contestFacts(stores, context, contestId);
  return contest && { oktmo: contest.oktmo, contestId: contest.id };
}
