import { parseMoney } from '../money.ts';
import type { VotingRule } from '../voting-rule.ts';
import type { Admission } from './admission.ts';
import { naming } from './ballots.ts';
import type { Election, Standing } from './election.ts';
import { equalShares, type SharesFigures } from './equal-shares.ts';
import { greedy } from './greedy.ts';
import { phragmen } from './phragmen.ts';
import { primaryOf, ranked, reportNeighbours } from './ranking.ts';
import type { TieBreaker } from './tie-break.ts';
import type { Allocation } from './verdict.ts';

/** A part of the budget that is allocated alone; without a partition there is one, of no key. */
export interface Part {
  key: string | null;
  /** Kopecks. */
  budget: bigint;
  standings: readonly Standing[];
  /** Ballots that name a project of it. */
  counted: number;
}

/** Parts in the order of the rule. Throws RangeError when they are more than the budget. */
export function partsOf({ partition }: VotingRule, election: Election, standings: readonly Standing[]): Part[] {
  const { ballots, budget } = election;
  if (!partition || partition.by === 'none') return [{ key: null, budget, standings, counted: ballots.counted }];
  const { by, budgets } = partition;
  const parts = budgets!.map(({ key, budget: roubles }): Part => {
    const own = standings.filter((standing) => standing.project[by as 'category' | 'territory'] === key);
    const present = own.filter(({ project }) => !project.withdrawn).map(({ index }) => index);
    return { key, budget: parseMoney(roubles), standings: own, counted: naming(ballots, new Set(present)) };
  });
  if (parts.reduce((sum, part) => sum + part.budget, 0n) > budget)
    throw new RangeError('partition.budgets: the parts are more than the budget');
  return parts;
}

export interface PartState {
  election: Election;
  admission: Admission;
  ties: TieBreaker;
  /** Kopecks that top-ups may still take; null: any sum. */
  reserve: bigint | null;
}

/** Allocates the budget of a part among its candidates; the winners are taken into the admission. */
export function allocate(
  rule: VotingRule,
  { budget: money, counted }: Part,
  candidates: readonly Standing[],
  { election: { ballots }, admission, ties, reserve }: PartState,
): { allocation: Allocation; shares: SharesFigures | null } {
  if (rule.order === 'equalShares') {
    const { allocation, figures } = equalShares(rule.equalShares!, candidates, {
      ballots,
      counted,
      money,
      admission,
      ties,
    });
    for (const winner of allocation.winners) admission.take(winner);
    return { allocation, shares: figures };
  }
  if (rule.order === 'phragmen')
    return { allocation: phragmen(candidates, { ballots, admission, ties, money }), shares: null };
  const primary = primaryOf(rule);
  const ranking = ranked(candidates, primary, ties);
  reportNeighbours(ranking, primary, ties);
  const stop = { lastTopUpPercent: rule.lastTopUpPercent, reserve };
  const walk = rule.onUnaffordable === 'stop' ? { money, stop } : { money };
  return { allocation: greedy(ranking, admission, walk), shares: null };
}
