import { rational, type Rational } from '../rational.ts';
import type { EqualSharesRule } from '../voting-rule.ts';
import type { Admission } from './admission.ts';
import { supportersOf, type Ballots, type Supporters } from './ballots.ts';
import type { Standing } from './election.ts';
import { Purses, type Price } from './purses.ts';
import type { TieBreaker } from './tie-break.ts';

export interface Purchase {
  standing: Standing;
  /** What each unit of utility cost its supporters. */
  price: () => Rational;
  /** Other projects that could be had at the same price, in the order of the tie-break. */
  tied: readonly Standing[];
}

export interface Run {
  bought: readonly Purchase[];
  /** Kopecks. */
  spent: bigint;
  /** With the winners of the run. */
  admission: Admission;
}

/** A project on offer with what never changes. */
interface Offer {
  standing: Standing;
  supporters: Supporters;
  cost: number;
  /** Utility of one point. */
  worth: bigint;
  start: number;
}

/** An offer during a run. A price never falls, so an old one is a lower bound and most offers need no new look. */
interface Live extends Offer {
  /** Lower bound of the price of a point. */
  floor: number;
  seen: 'never' | 'bounded' | 'priced';
}

interface Priced {
  offer: Live;
  /** Null: the project costs nothing. */
  price: Price | null;
}

/** Runs of the method of equal shares over the same ballots (docs/count-rules.md, 7). */
export class SharesRuns {
  readonly #offers: readonly Offer[];
  readonly #purses: Purses;
  readonly #ties: TieBreaker;

  constructor(
    { utility }: Pick<EqualSharesRule, 'utility'>,
    candidates: readonly Standing[],
    { ballots, ties }: { ballots: Ballots; ties: TieBreaker },
  ) {
    const supporters = supportersOf(
      ballots,
      candidates.map(({ index }) => index),
    );
    this.#offers = candidates.map((standing) => offerOf(standing, supporters.get(standing.index)!, utility));
    const payments = this.#offers.reduce((sum, offer) => sum + offer.supporters.groups.length, 0);
    this.#purses = new Purses(ballots.weights.length, payments);
    this.#ties = ties;
  }

  /** One run from nothing; null as soon as it costs more than `limit`. */
  run(endowment: Rational, before: Admission, limit: bigint): Run | null {
    const admission = before.copy();
    this.#purses.refill(endowment);
    const bought: { standing: Standing; tied: readonly Standing[]; payment: number | null; worth: bigint }[] = [];
    let spent = 0n;
    let live = this.#offers.map((offer): Live => ({ ...offer, floor: offer.start, seen: 'never' }));
    for (;;) {
      live = live.filter(({ standing }) => admission.refusal(standing) === null);
      const best = this.#cheapest(live);
      if (!best) break;
      const { standing, worth } = best.first.offer;
      const payment = best.first.price ? this.#purses.payments.of.length : null;
      if (best.first.price) this.#purses.pay(best.first.offer.supporters, best.first.price);
      bought.push({ standing, tied: best.tied, payment, worth });
      spent += standing.project.cost;
      if (spent > limit) return null;
      admission.take(standing);
      live = best.left.filter((offer) => offer !== best.first.offer);
      for (const offer of live) offer.seen = 'never';
    }
    const { of, scale } = this.#purses.payments;
    const priced = bought.map(({ standing, tied, payment, worth }) => ({
      standing,
      tied,
      price: () => (payment === null ? rational(0n) : rational(of[payment]!, scale * worth)),
    }));
    return { bought: priced, spent, admission };
  }

  /** The affordable offers of least price, the tie-break's first apart; those that nobody can pay any more are dropped. */
  #cheapest(live: readonly Live[]): { first: Priced; tied: Standing[]; left: Live[] } | null {
    const dead = new Set<Live>();
    let best: Priced[] = [];
    let bound = Infinity;
    for (;;) {
      const offer = nextOf(live, dead, bound);
      if (!offer) break;
      const price = this.#look(offer);
      if (price === 'later') continue;
      if (price === 'never') {
        dead.add(offer);
        continue;
      }
      const order = best[0] ? compareRho({ offer, price }, best[0]) : -1n;
      if (order < 0n) {
        best = [{ offer, price }];
        bound = this.#rhoAbove({ offer, price });
      } else if (order === 0n) best.push({ offer, price });
    }
    const [first, ...tied] = best.sort((a, b) => this.#ties.compare(a.offer.standing, b.offer.standing));
    if (!first) return null;
    const left = live.filter((offer) => !dead.has(offer));
    return { first, tied: tied.map(({ offer }) => offer.standing), left };
  }

  /** First a better bound, then the exact price. */
  #look(offer: Live): Price | null | 'later' | 'never' {
    if (offer.cost === 0) {
      offer.seen = 'priced';
      return null;
    }
    if (offer.seen === 'never') {
      const floor = this.#purses.floor(offer.supporters, offer.cost, offer.floor);
      offer.floor = floor ?? offer.floor;
      offer.seen = 'bounded';
      return floor === null ? 'never' : 'later';
    }
    offer.seen = 'priced';
    return this.#purses.price(offer.supporters, offer.standing.project.cost, offer.floor) ?? 'never';
  }

  /** Float above the price of a unit of utility. */
  #rhoAbove({ offer, price }: Priced): number {
    return price ? (this.#purses.approximate(price) / Number(offer.worth)) * (1 + 2 ** -48) : 0;
  }
}

function offerOf(standing: Standing, supporters: Supporters, utility: EqualSharesRule['utility']): Offer {
  const cost = Number(standing.project.cost);
  const points = supporters.points.reduce((sum, given, at) => sum + given * supporters.weights[at]!, 0);
  const worth = utility === 'cost' && standing.project.cost > 0n ? standing.project.cost : 1n;
  return { standing, supporters, cost, worth, start: (cost / points) * (1 - 2 ** -48) };
}

/** Lower bound of the price of a unit of utility. */
const rhoFloor = ({ floor, worth }: Live): number => (floor / Number(worth)) * (1 - 2 ** -50);

/** The offer of least bound that has no exact price yet and may still be the best or equal to it. */
function nextOf(live: readonly Live[], dead: ReadonlySet<Live>, bound: number): Live | null {
  let next: Live | null = null;
  let least = bound;
  for (const offer of live) {
    if (offer.seen === 'priced' || dead.has(offer)) continue;
    const rho = rhoFloor(offer);
    if (next ? rho < least : rho <= least) {
      next = offer;
      least = rho;
    }
  }
  return next;
}

/** Sign of the difference of the prices of a unit of utility, exactly; their common scale falls out. */
function compareRho(a: Priced, b: Priced): bigint {
  if (!a.price || !b.price) return BigInt(a.price ? 1 : 0) - BigInt(b.price ? 1 : 0);
  const left = a.price.open * BigInt(b.price.units) * b.offer.worth;
  const right = b.price.open * BigInt(a.price.units) * a.offer.worth;
  return left - right;
}
