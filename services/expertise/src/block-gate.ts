import { isBlockOff, type BlockGate, type Clock } from '@veche/kit';
import type { BlockPlace } from '@veche/kit/domain/blocks';
import type { Stores } from './store.ts';

type Args = Readonly<Record<string, any>>;

/** Whether the public jury is off in the contest that a request is about. */
export const blockGate =
  ({ stores, clock }: { stores: Stores; clock: Clock }): BlockGate =>
  async (block, args, context) => {
    const place = await placeOf(stores, await contestIdOf(stores, args));
    return place !== null && isBlockOff({ blocks: stores.blocks, clock }, context, block, place);
  };

/** Every root field of the jury names one of them. */
async function contestIdOf(stores: Stores, { contestId, applicationId, jurorId, sheetId }: Args) {
  if (contestId) return contestId as string;
  if (applicationId) return (await stores.applications.get(applicationId))?.contestId;
  const found = await (jurorId ? stores.jurors.load(jurorId) : stores.jurySheets.load(sheetId));
  return found?.state.contestId;
}

async function placeOf({ contests }: Stores, contestId: string | undefined): Promise<BlockPlace | null> {
  if (contestId === undefined) return null;
  const contest = await contests.get(contestId);
  return contest && { oktmo: contest.oktmo, contestId };
}
