import { add, rational, type Rational } from '../rational.ts';
import type { EqualSharesRule } from '../voting-rule.ts';
import type { Admission } from './admission.ts';
import type { Ballots } from './ballots.ts';
import type { Standing } from './election.ts';
import { greedy } from './greedy.ts';
import { byScore, displayed, ranked, reportNeighbours } from './ranking.ts';
import { SharesRuns, type Run } from './shares-run.ts';
import type { TieBreaker } from './tie-break.ts';
import type { Allocation, Placed } from './verdict.ts';

/** How the endowment was found and whether the outcome was preferred to the greedy one. */
export interface SharesFigures {
  /** Kopecks of each ballot at the start of the run that decided. */
  endowment: Rational;
  runs: number;
  comparison?: { shares: number; greedy: number; kept: 'equalShares' | 'greedy' };
}

export interface Budget {
  ballots: Ballots;
  /** Ballots that hold an equal share. */
  counted: number;
  /** Kopecks. */
  money: bigint;
  /** State before this budget; the winners are taken into it by the caller. */
  admission: Admission;
  ties: TieBreaker;
}

/** The method of equal shares with its completion and comparison. */
export function equalShares(
  rule: EqualSharesRule,
  candidates: readonly Standing[],
  budget: Budget,
): { allocation: Allocation; figures: SharesFigures | null } {
  const { ties, counted } = budget;
  if (counted === 0) return { allocation: complete(rule, candidates, null, budget), figures: null };
  const { run, endowment, runs } = add1(rule, candidates, budget);
  for (const { standing, tied } of run.bought) for (const other of tied) ties.report(standing, other);
  const allocation = complete(rule, candidates, run, budget);
  if ((rule.comparison ?? 'none') === 'none') return { allocation, figures: { endowment, runs } };
  const ranking = ranked(candidates, byScore, ties);
  reportNeighbours(ranking, byScore, ties);
  const other = greedy(ranking, budget.admission.copy(), { money: budget.money });
  const votes = preferences(rule.comparison === 'byAny', budget.ballots, allocation.winners, other.winners);
  const kept = votes.shares >= votes.greedy ? 'equalShares' : 'greedy';
  return {
    allocation: kept === 'equalShares' ? allocation : other,
    figures: { endowment, runs, comparison: { ...votes, kept } },
  };
}

/**
 * Add1 (voting.md 1.2): the endowment is raised and everything rerun from nothing while the outcome stays within the budget; the last such
 * outcome holds. More money can give fewer winners, so every step is run.
 */
function add1(rule: EqualSharesRule, candidates: readonly Standing[], { ballots, ...budget }: Budget) {
  const runs = new SharesRuns(rule, candidates, { ballots, ties: budget.ties });
  const counted = BigInt(budget.counted);
  let endowment = rule.start === 'exact' ? rational(budget.money, counted) : rational(budget.money / counted);
  // Nobody can pay more than all hold, so the first run costs no more than the budget.
  let run = runs.run(endowment, budget.admission, budget.money)!;
  let made = 1;
  while (rule.increment > 0 && mayGrow(rule, candidates, run, budget.money)) {
    const more = add(endowment, rational(BigInt(rule.increment)));
    const next = runs.run(more, budget.admission, budget.money);
    made += 1;
    if (!next) break;
    run = next;
    endowment = more;
  }
  return { run, endowment, runs: made };
}

/** Whether something is left to be bought, and, where that is asked, fits the money left. */
function mayGrow(
  { stopWhenExhaustive }: EqualSharesRule,
  candidates: readonly Standing[],
  { bought, spent, admission }: Run,
  money: bigint,
): boolean {
  const chosen = new Set(bought.map(({ standing }) => standing));
  const open = candidates.filter((standing) => !chosen.has(standing) && admission.refusal(standing) === null);
  return stopWhenExhaustive ? open.some(({ project }) => project.cost <= money - spent) : open.length > 0;
}

/** What was bought, then the others, perhaps completed by score with the money left. */
function complete(
  { completion }: EqualSharesRule,
  candidates: readonly Standing[],
  run: Run | null,
  { money, ties, admission: before }: Budget,
): Allocation {
  const { bought, spent, admission: after } = run ?? { bought: [], spent: 0n, admission: before };
  const admission = after.copy();
  const chosen = new Set(bought.map(({ standing }) => standing));
  const others = candidates.filter((standing) => !chosen.has(standing));
  let left = money;
  const placed = bought.map(({ standing, price }): Placed => {
    const verdict = { outcome: 'WINNER', reason: 'EQUAL_SHARE', left, price: price() } as const;
    left -= standing.project.cost;
    return { standing, verdict };
  });
  const completing = completion === 'utilitarian' && run !== null;
  const ranking = completing ? ranked(others, byScore, ties) : displayed(others, ties);
  if (completing) reportNeighbours(ranking, byScore, ties);
  const walk = completing
    ? greedy(ranking, admission, { money: left, won: 'COMPLETION' })
    : { placed: ranking.map((standing): Placed => ({ standing, verdict: lost(left) })), winners: [], spent: 0n };
  const rest = walk.placed.map(({ standing, verdict }): Placed => {
    if (verdict.outcome === 'WINNER') return { standing, verdict };
    return { standing, verdict: { ...lost(verdict.left), ...admission.refusal(standing) } };
  });
  return {
    placed: [...placed, ...rest],
    winners: [...bought.map(({ standing }) => standing), ...walk.winners],
    spent: spent + walk.spent,
    fromReserve: 0n,
  };
}

const lost = (left: bigint) => ({ outcome: 'RESERVE', reason: 'SUPPORTERS_OUT_OF_MONEY', left }) as const;

/** How many ballots prefer each outcome: by the number of its winners they support, or by having one at all. */
function preferences(
  any: boolean,
  { weights, offsets, projects, points }: Ballots,
  shares: readonly Standing[],
  other: readonly Standing[],
): { shares: number; greedy: number } {
  const inShares = new Set(shares.map(({ index }) => index));
  const inOther = new Set(other.map(({ index }) => index));
  const votes = { shares: 0, greedy: 0 };
  for (const [group, weight] of weights.entries()) {
    let [a, b] = [0, 0];
    for (let at = offsets[group]!; at < offsets[group + 1]!; at += 1) {
      if (points[at]! <= 0) continue;
      if (inShares.has(projects[at]!)) a += 1;
      if (inOther.has(projects[at]!)) b += 1;
    }
    if (any) [a, b] = [Math.min(a, 1), Math.min(b, 1)];
    if (a > b) votes.shares += weight;
    if (b > a) votes.greedy += weight;
  }
  return votes;
}
