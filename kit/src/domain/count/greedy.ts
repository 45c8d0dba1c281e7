import type { VotingRule } from '../voting-rule.ts';
import type { Admission } from './admission.ts';
import type { Standing } from './election.ts';
import type { Allocation, Reason, Verdict } from './verdict.ts';

export interface Walk {
  /** Kopecks. */
  money: bigint;
  /** Stop at the first project that does not fit, and perhaps top it up. */
  stop?: Pick<VotingRule, 'lastTopUpPercent'> & { reserve: bigint | null };
  /** Reason of those that fit. */
  won?: Reason;
}

/** Walks down the order while money lasts: skip goes on to the next, stop ends the walk, perhaps topping up the project at which it ends. */
export function greedy(ranking: readonly Standing[], admission: Admission, walk: Walk): Allocation {
  let left = walk.money;
  let stopped = false;
  const allocation: Allocation = { placed: [], winners: [], spent: 0n, fromReserve: 0n };
  for (const standing of ranking) {
    const verdict = verdictOf(standing, { admission, left, stopped, walk });
    const { cost } = standing.project;
    allocation.placed.push({ standing, verdict });
    if (verdict.outcome === 'WINNER') {
      admission.take(standing);
      allocation.winners.push(standing);
      allocation.spent += cost;
      if (cost > left) allocation.fromReserve += cost - left;
      left = cost > left ? 0n : left - cost;
    }
    stopped ||= verdict.reason === 'TOP_UP' || (verdict.reason === 'OVER_BUDGET' && walk.stop !== undefined);
  }
  return allocation;
}

interface Moment {
  admission: Admission;
  left: bigint;
  stopped: boolean;
  walk: Walk;
}

function verdictOf(standing: Standing, { admission, left, stopped, walk }: Moment): Verdict {
  if (stopped) return { outcome: 'RESERVE', reason: 'STOPPED', left };
  const refusal = admission.refusal(standing);
  if (refusal) return { outcome: 'RESERVE', ...refusal, left };
  const { cost } = standing.project;
  if (cost <= left) return { outcome: 'WINNER', reason: walk.won ?? 'FITS_BUDGET', left };
  if (isToppedUp(walk, cost, left)) return { outcome: 'WINNER', reason: 'TOP_UP', left };
  return { outcome: 'RESERVE', reason: 'OVER_BUDGET', left };
}

/** The money left is at least the given share of the cost, and the reserve has the rest. */
function isToppedUp({ stop }: Walk, cost: bigint, left: bigint): boolean {
  if (stop?.lastTopUpPercent === undefined || 100n * left < BigInt(stop.lastTopUpPercent) * cost) return false;
  return stop.reserve === null || cost - left <= stop.reserve;
}
