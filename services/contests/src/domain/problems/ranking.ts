/** BORDA: with k places to give the first is worth k points, the next one less. COUNT: each problem that is named counts one. */
export const POLL_RULES = ['BORDA', 'COUNT'] as const;
export type PollRule = (typeof POLL_RULES)[number];

export interface Tally {
  problemId: string;
  points: number;
  /** How often it was named first; of a show of hands none. */
  firsts: number;
  /** How many people named it. */
  voters: number;
}

export interface RankedLine extends Tally {
  place: number;
  tied: boolean;
  /** Why it stands where it stands beside one with the same points, in Russian; null where the points decide. */
  why: string | null;
}

/** Points of each problem out of the orders that people gave; what nobody named has none. */
export function talliesOf(
  problemIds: readonly string[],
  orders: Iterable<readonly string[]>,
  { rule, choices }: { rule: PollRule; choices: number },
): Tally[] {
  const tallies = new Map(problemIds.map((problemId) => [problemId, { problemId, points: 0, firsts: 0, voters: 0 }]));
  for (const order of orders)
    for (const [index, problemId] of order.entries()) {
      const tally = tallies.get(problemId);
      if (!tally) continue;
      tally.points += rule === 'BORDA' ? choices - index : 1;
      tally.firsts += index === 0 ? 1 : 0;
      tally.voters += 1;
    }
  return [...tallies.values()];
}

/** Points first, then how often it was named first, then by how many people; what is equal in all of them shares a place (1, 2, 2, 4). */
export function rankedBy(tallies: readonly Tally[]): RankedLine[] {
  const sorted = tallies.toSorted((one, other) => compare(one, other) || (one.problemId < other.problemId ? -1 : 1));
  return sorted.map((tally) => {
    const place = sorted.findIndex((one) => compare(one, tally) === 0) + 1;
    const equals = sorted.filter((one) => one !== tally && one.points === tally.points);
    const tied = equals.some((one) => compare(one, tally) === 0);
    return { ...tally, place, tied, why: whyOf(tally, equals, tied) };
  });
}

const compare = (one: Tally, other: Tally): number =>
  other.points - one.points || other.firsts - one.firsts || other.voters - one.voters;

function whyOf({ firsts, voters }: Tally, equals: readonly Tally[], tied: boolean): string | null {
  if (equals.length === 0) return null;
  if (tied) return 'Поровну баллов, первых мест и назвавших: место общее.';
  const byFirsts = equals.some((one) => one.firsts !== firsts);
  return byFirsts
    ? `Баллов поровну; решило число первых мест: ${firsts}.`
    : `Баллов и первых мест поровну; решило число назвавших: ${voters}.`;
}
