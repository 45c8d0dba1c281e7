import type { VotingRule } from '@veche/kit/domain/voting-rule';
import type { CountedProject, Election, Tally } from './election.ts';
import type { TieBreaker } from './tie-break.ts';
import type { Verdict } from './verdict.ts';

/** Order by score, or by score per cost compared by cross-multiplication; free projects that are supported come first. */
export function ranked(
  rule: Pick<VotingRule, 'order'>,
  projects: readonly CountedProject[],
  tallies: ReadonlyMap<string, Tally>,
  ties: TieBreaker,
): CountedProject[] {
  const score = ({ id }: CountedProject): bigint => tallies.get(id)!.score;
  const perCost = rule.order === 'scorePerCost';
  return projects.toSorted((a, b) => {
    const [left, right] = perCost ? [score(a) * b.cost, score(b) * a.cost] : [score(a), score(b)];
    if (left !== right) return left > right ? -1 : 1;
    return ties.compare(a, b);
  });
}

/** Walks down the order while money lasts: skip goes on to the next, stop ends the walk, perhaps topping up the project at which it ends. */
export function greedy(rule: VotingRule, election: Election, order: readonly CountedProject[]): Map<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  let left = election.budget;
  let stopped = false;
  for (const { id, cost } of order) {
    if (stopped) verdicts.set(id, { outcome: 'RESERVE', reason: 'STOPPED', left });
    else if (cost <= left) {
      verdicts.set(id, { outcome: 'WINNER', reason: 'FITS_BUDGET', left });
      left -= cost;
    } else {
      const toppedUp = topUp(rule, cost, left);
      verdicts.set(
        id,
        toppedUp ? { outcome: 'WINNER', reason: 'TOP_UP', left } : { outcome: 'RESERVE', reason: 'OVER_BUDGET', left },
      );
      if (toppedUp) left = 0n;
      stopped = rule.onUnaffordable === 'stop';
    }
  }
  return verdicts;
}

/** With `stop`, the first project that does not fit is funded too if the money left is at least the given share of its cost. */
const topUp = ({ onUnaffordable, lastTopUpPercent }: VotingRule, cost: bigint, left: bigint): boolean =>
  onUnaffordable === 'stop' && lastTopUpPercent !== undefined && 100n * left >= BigInt(lastTopUpPercent) * cost;
