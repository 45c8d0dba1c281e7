import { rational } from '../rational.ts';
import type { Admission } from './admission.ts';
import { supportersOf, type Ballots, type Supporters } from './ballots.ts';
import type { Standing } from './election.ts';
import { displayed } from './ranking.ts';
import type { TieBreaker } from './tie-break.ts';
import type { Allocation, Verdict } from './verdict.ts';

interface Offer {
  standing: Standing;
  supporters: Supporters;
  /** Its supporters' load after the purchase is `load / (scale * voters)`. */
  load: bigint;
}

/** Loads of the purchases so far as whole numbers over one common denominator. */
interface Loads {
  of: bigint[];
  scale: bigint;
  /** Last purchase of each group of ballots, whose load is the group's; -1: none. */
  last: Int32Array;
}

/**
 * Sequential Phragmén (voting.md 1.2): the next project is the one that leaves its supporters with the least load; it ends at the first that
 * does not fit the money.
 */
export function phragmen(
  candidates: readonly Standing[],
  { ballots, admission, ties, money }: { ballots: Ballots; admission: Admission; ties: TieBreaker; money: bigint },
): Allocation {
  const supporters = supportersOf(
    ballots,
    candidates.map(({ index }) => index),
  );
  const loads: Loads = { of: [], scale: 1n, last: new Int32Array(ballots.weights.length).fill(-1) };
  const allocation: Allocation = { placed: [], winners: [], spent: 0n, fromReserve: 0n };
  let left = money;
  let stopped = false;
  const open = new Set(candidates);
  for (;;) {
    const offers = [...open]
      .filter((standing) => admission.refusal(standing) === null)
      .map((standing) => offerOf(standing, supporters.get(standing.index)!, loads));
    const best = leastOf(offers, ties);
    if (!best) break;
    const { standing } = best;
    open.delete(standing);
    stopped = standing.project.cost > left;
    const verdict: Verdict = stopped
      ? { outcome: 'RESERVE', reason: 'OVER_BUDGET', left }
      : { outcome: 'WINNER', reason: 'PHRAGMEN', left, price: rational(best.load, loads.scale * standing.voters) };
    allocation.placed.push({ standing, verdict });
    if (stopped) break;
    buy(best, loads);
    admission.take(standing);
    allocation.winners.push(standing);
    allocation.spent += standing.project.cost;
    left -= standing.project.cost;
  }
  for (const standing of displayed([...open], ties))
    allocation.placed.push({
      standing,
      verdict: { outcome: 'RESERVE', ...(admission.refusal(standing) ?? { reason: 'STOPPED' }), left },
    });
  return allocation;
}

function offerOf(standing: Standing, supporters: Supporters, { of, scale, last }: Loads): Offer {
  const byPurchase = new Float64Array(of.length);
  for (const [at, group] of supporters.groups.entries()) {
    const purchase = last[group]!;
    if (purchase >= 0) byPurchase[purchase]! += supporters.weights[at]!;
  }
  let load = standing.project.cost * scale;
  for (const [purchase, weight] of byPurchase.entries()) if (weight > 0) load += BigInt(weight) * of[purchase]!;
  return { standing, supporters, load };
}

/** The offer of least load; offers equal to it are reported in the order of the tie-break. */
function leastOf(offers: readonly Offer[], ties: TieBreaker): Offer | null {
  let best: Offer[] = [];
  for (const offer of offers) {
    const order = best[0] ? compareLoads(offer, best[0]) : -1n;
    if (order < 0n) best = [offer];
    else if (order === 0n) best.push(offer);
  }
  const [first, ...others] = best.sort((a, b) => ties.compare(a.standing, b.standing));
  for (const other of others) ties.report(first!.standing, other.standing);
  return first ?? null;
}

const compareLoads = (a: Offer, b: Offer): bigint => a.load * b.standing.voters - b.load * a.standing.voters;

function buy({ standing, supporters, load }: Offer, loads: Loads): void {
  loads.of = loads.of.map((earlier) => earlier * standing.voters);
  loads.of.push(load);
  loads.scale *= standing.voters;
  for (const group of supporters.groups) loads.last[group] = loads.of.length - 1;
}
