import { add, compare, div, mul, rational, sub, type Rational } from '../rational.ts';

/** The definition of one run of equal shares word for word: every ballot apart, every number an exact fraction, nothing remembered. */
export function plainShares(
  costs: readonly bigint[],
  ballots: readonly (readonly number[])[],
  { endowment, utility }: { endowment: Rational; utility: 'cost' | 'plain' },
): { project: number; rho: Rational }[] {
  const money = ballots.map(() => endowment);
  const open = new Set(costs.keys());
  const bought: { project: number; rho: Rational }[] = [];
  const unit = (project: number): bigint => (utility === 'cost' ? costs[project]! : 1n);
  const due = (ballot: readonly number[], project: number, rho: Rational): Rational =>
    mul(rho, rational(BigInt(ballot[project]!) * unit(project)));
  const least = (a: Rational, b: Rational): Rational => (compare(a, b) <= 0 ? a : b);
  const rhoOf = (project: number): Rational | null => {
    if (costs[project] === 0n) return rational(0n);
    const limits = ballots.flatMap((ballot, voter) =>
      ballot[project]! > 0 ? [div(money[voter]!, rational(BigInt(ballot[project]!) * unit(project)))] : [],
    );
    const paid = (rho: Rational): Rational =>
      ballots.reduce((sum, ballot, voter) => add(sum, least(money[voter]!, due(ballot, project, rho))), rational(0n));
    const enough = limits.sort(compare).find((rho) => compare(paid(rho), rational(costs[project]!)) >= 0);
    if (!enough) return null;
    // Between the limit before and this one the sum is a straight line; who would pay in full here pays on that line.
    const full = ballots.flatMap((ballot, voter) =>
      ballot[project]! > 0 && compare(due(ballot, project, enough), money[voter]!) <= 0 ? [ballot[project]!] : [],
    );
    const line = rational(BigInt(full.reduce((sum, points) => sum + points, 0)) * unit(project));
    return sub(enough, div(sub(paid(enough), rational(costs[project]!)), line));
  };
  for (;;) {
    const offers = [...open].flatMap((project) => {
      const rho = rhoOf(project);
      return rho ? [{ project, rho }] : [];
    });
    const best = offers.sort((a, b) => compare(a.rho, b.rho) || a.project - b.project)[0];
    if (!best) return bought;
    for (const [voter, ballot] of ballots.entries())
      money[voter] = sub(money[voter]!, least(money[voter]!, due(ballot, best.project, best.rho)));
    open.delete(best.project);
    bought.push(best);
  }
}
