import { accept } from '@veche/kit/domain/decision';
import type { Decision } from '@veche/kit/domain/decision';

/** Collection of citizens' money for one project; its id is the project's. */
export interface CampaignState {
  contestId: string;
  oktmo: string;
  /** Money expected from citizens, kopecks. */
  target: bigint;
  openedAt: Date;
  /** False while the project is out of the register. */
  open: boolean;
  /** Sequence of the project's event that was applied last. */
  projectSequence: number;
}

export type CampaignEvent = { kind: 'CampaignOpened' };

/** What the register says of a project. */
export interface ProjectNews {
  sequence: number;
  /** Null: the project left the register. */
  registered: { contestId: string; oktmo: string; citizensPlan: bigint } | null;
}

export function noCampaign(now: Date): CampaignState {
  return { contestId: '', oktmo: '', target: 0n, openedAt: now, open: false, projectSequence: 0 };
}

/** Opens a campaign when citizens' money is planned, closes it when the project leaves the register. */
export function followProject(
  state: CampaignState,
  news: ProjectNews,
  now: Date,
): Decision<CampaignState, CampaignEvent, never> {
  if (news.sequence <= state.projectSequence) return accept(state);
  const seen = { ...state, projectSequence: news.sequence };
  if (!news.registered || news.registered.citizensPlan <= 0n) return accept({ ...seen, open: false });
  const { contestId, oktmo, citizensPlan } = news.registered;
  return accept(
    { ...seen, contestId, oktmo, target: citizensPlan, openedAt: now, open: true },
    { kind: 'CampaignOpened' },
  );
}

/** Promised as percent of the target, whole number rounded down, so that 100 means reached. */
export function percentOf(pledged: bigint, target: bigint): number {
  return target > 0n ? Number((pledged * 100n) / target) : 0;
}
