import type { Ranked } from '@veche/kit/domain/scoring/assess';
import type { Participant } from './generated.ts';

/** What became of an application in a run. */
export interface SimulatedLine {
  participant: Participant;
  ranked: Ranked;
  /** Kopecks of the contest's money. */
  cost: bigint;
  /** Null where nobody votes and no criterion asks. */
  votes: number | null;
  outcome: 'WINNER' | 'RESERVE' | 'NOT_SELECTED' | 'BARRED';
  explanation: string;
}
