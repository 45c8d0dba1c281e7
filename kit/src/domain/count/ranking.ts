import { compare, type Rational } from '../rational.ts';
import type { VotingRule } from '../voting-rule.ts';
import type { Standing } from './election.ts';
import type { TieBreaker } from './tie-break.ts';

/** What a ranking goes by before ties: negative when `a` is better, 0 for a tie. */
export type Primary = (a: Standing, b: Standing) => number;

export const byScore: Primary = (a, b) => (a.score === b.score ? 0 : a.score > b.score ? -1 : 1);

const byMerit: Primary = (a, b) => compare(b.merit!, a.merit!);

/** Free projects first, for no cost is too small for them; the others by cross-multiplication. */
const byMeritPerCost: Primary = (a, b) => {
  const [left, right] = [a.project.cost, b.project.cost];
  if (left === 0n || right === 0n) return left === right ? byMerit(a, b) : left === 0n ? -1 : 1;
  return compare(times(b.merit!, left), times(a.merit!, right));
};
const times = ({ n, d }: Rational, factor: bigint): Rational => ({ n: n * factor, d });

/** By merit, by merit per cost, or by score where the rule does not rank. */
export const primaryOf = ({ order }: Pick<VotingRule, 'order'>): Primary =>
  order === 'score' ? byMerit : order === 'scorePerCost' ? byMeritPerCost : byScore;

/** Best first; every tie is broken. */
export const ranked = (standings: readonly Standing[], primary: Primary, ties: TieBreaker): Standing[] =>
  standings.toSorted((a, b) => primary(a, b) || ties.compare(a, b));

/** A list for the eye: its ties decide nothing. */
export const displayed = (standings: readonly Standing[], ties: TieBreaker): Standing[] =>
  standings.toSorted((a, b) => byScore(a, b) || ties.display(a, b));

/** Reports the neighbours of a ranking that only a tie-break put in their order. */
export function reportNeighbours(ranking: readonly Standing[], primary: Primary, ties: TieBreaker): void {
  for (const [index, behind] of ranking.entries()) {
    const ahead = ranking[index - 1];
    if (ahead && primary(ahead, behind) === 0) ties.report(ahead, behind);
  }
}
