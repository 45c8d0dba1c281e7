import { compare, type Rational } from '@veche/kit/domain/rational';
import type { Contest } from '../contest.ts';
import type { SimulatedLine } from './line.ts';

/** What became of a part of the applications: a group of the ranking, a group of applicants, a nomination. */
export interface SimulatedPart {
  title: string;
  applications: number;
  barred: number;
  winners: number;
  /** Kopecks. */
  spent: bigint;
  /** Kopecks that it keeps for itself, and what is left of them; null: none of its own. */
  budget: bigint | null;
  left: bigint | null;
  /** Total of the winner with the fewest points; null: nobody won. */
  cutOff: Rational | null;
}

export interface SimulatedMoney {
  /** Kopecks. */
  budget: bigint;
  spent: bigint;
  left: bigint;
  groups: SimulatedPart[];
  divisions: (SimulatedPart & { code: string })[];
}

export function moneyOf(contest: Contest, lines: readonly SimulatedLine[], left: bigint): SimulatedMoney {
  const groups = [...Map.groupBy(lines, ({ ranked }) => ranked.group)];
  const divisions = (contest.divisions ?? []).map(({ code, title, budget }) => {
    const own = lines.filter(({ participant }) => (participant.content.divisions ?? []).includes(code));
    return { code, ...partOf(title, own, budget ?? null) };
  });
  return {
    budget: contest.budget,
    spent: spentBy(lines),
    left,
    groups: groups.map(([group, own]) => partOf(group, own, null)),
    divisions,
  };
}

function partOf(title: string, lines: readonly SimulatedLine[], budget: bigint | null): SimulatedPart {
  const winners = lines.filter(({ outcome }) => outcome === 'WINNER');
  const spent = spentBy(lines);
  return {
    title,
    applications: lines.length,
    barred: lines.filter(({ ranked }) => ranked.barred.length > 0).length,
    winners: winners.length,
    spent,
    budget,
    left: budget === null ? null : budget - spent,
    cutOff: winners.reduce<Rational | null>(
      (least, { ranked: { total } }) => (least === null || compare(total, least) < 0 ? total : least),
      null,
    ),
  };
}

const spentBy = (lines: readonly SimulatedLine[]): bigint =>
  lines.reduce((sum, { outcome, cost }) => (outcome === 'WINNER' ? sum + cost : sum), 0n);
