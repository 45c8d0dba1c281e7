import type { Rational } from '../rational.ts';
import type { Supporters } from './ballots.ts';

/** What one point of a project costs its supporters: `open / (scale * units)` kopecks, or all they have where that is less. */
export interface Price {
  open: bigint;
  /** Points of those who pay in full. */
  units: number;
  /** 1 for each supporter who pays all it has. */
  poor: Uint8Array;
}

const EMPTY = -2;
const NOTHING_PAID = -1;
/** Half a unit in the last place of a double is 2^-53 of it; the bounds below take a multiple, so that they hold by a margin. */
const ULP = 2 ** -50;
const SHIFT = 128n;

/**
 * Money of the voters in one run of equal shares. What a group of ballots holds is known exactly by what it paid for: all groups start
 * alike, and the payments for each purchase are whole numbers over one common denominator. Beside that each group has a
 * float with a bound of its error, which settles nearly every comparison; the exact numbers are asked only inside that bound.
 */
export class Purses {
  readonly #money: Float64Array;
  /** Last payment of each group, NOTHING_PAID, or EMPTY. */
  readonly #last: Int32Array;
  readonly #earlier: Int32Array;
  readonly #purchase: Int32Array;
  readonly #points: Int32Array;
  #used = 0;
  /** Payments for one point of each purchase and the endowment, times `#scale`. */
  #payments: bigint[] = [];
  #endowment = 0n;
  #scale = 1n;
  #first = 0;
  #error = 0;

  constructor(groups: number, mostPayments: number) {
    this.#money = new Float64Array(groups);
    this.#last = new Int32Array(groups);
    this.#earlier = new Int32Array(mostPayments);
    this.#purchase = new Int32Array(mostPayments);
    this.#points = new Int32Array(mostPayments);
  }

  /** Everybody holds the endowment and has paid for nothing. */
  refill({ n, d }: Rational): void {
    this.#endowment = n;
    this.#scale = d;
    this.#payments = [];
    this.#used = 0;
    this.#first = quotient(n, d);
    this.#money.fill(this.#first);
    this.#last.fill(NOTHING_PAID);
    this.#error = this.#first * ULP;
  }

  /**
   * A lower bound of the price, not below `from`; null when the supporters certainly cannot pay. For any set of voters who give all, the
   * price that the others would have to pay is never above the true one, so float comparisons may choose the set.
   */
  floor({ groups, weights, points }: Supporters, cost: number, from: number): number | null {
    const held = this.#money;
    const rounding = (groups.length + 4) * ULP;
    let floor = from;
    for (let pass = 0; pass < 40; pass += 1) {
      let [poor, poorWeight, units, richer] = [0, 0, 0, 0];
      for (let at = 0; at < groups.length; at += 1) {
        const money = held[groups[at]!]!;
        const weight = weights[at]!;
        if (money < floor * points[at]!) {
          poor += money * weight;
          poorWeight += weight;
        } else {
          richer += money * weight;
          units += weight * points[at]!;
        }
      }
      const most = (poor + richer) * (1 + rounding) + (poorWeight + units) * this.#error;
      if (most < cost * (1 - ULP)) return null;
      if (units === 0) return floor;
      const open = cost - poor - poorWeight * this.#error - (poor + cost) * rounding;
      const next = (open / units) * (1 - ULP);
      if (!(next > floor * (1 + 1e-13))) return floor;
      floor = next;
    }
    return floor;
  }

  /** The exact price, from a lower bound of it; null when the supporters cannot pay. */
  price(supporters: Supporters, cost: bigint, floor: number): Price | null {
    const { groups, weights, points } = supporters;
    const poor = new Uint8Array(groups.length);
    const paid = new Float64Array(this.#payments.length);
    let [units, poorWeight] = [0, 0];
    const give = (at: number): void => {
      poor[at] = 1;
      if (this.#last[groups[at]!] === EMPTY) return;
      poorWeight += weights[at]!;
      this.#addPayments(groups[at]!, weights[at]!, paid);
    };
    for (let at = 0; at < groups.length; at += 1) {
      const group = groups[at]!;
      const bound = floor * points[at]! * (1 - ULP);
      if (this.#last[group] === EMPTY || this.#money[group]! + this.#error < bound) give(at);
      else units += weights[at]! * points[at]!;
    }
    for (;;) {
      if (units === 0) return null;
      let open = cost * this.#scale - BigInt(poorWeight) * this.#endowment;
      for (const [purchase, sum] of paid.entries()) if (sum > 0) open += BigInt(sum) * this.#payments[purchase]!;
      const price = { open, units, poor };
      const newlyPoor = this.#cannotPay(supporters, price);
      if (newlyPoor.length === 0) return price;
      for (const at of newlyPoor) {
        give(at);
        units -= weights[at]! * points[at]!;
      }
    }
  }

  /** The price as a float, for bounds. */
  approximate({ open, units }: Price): number {
    return quotient(open, this.#scale * BigInt(units));
  }

  pay({ groups, points }: Supporters, price: Price): void {
    const each = this.approximate(price);
    const purchase = this.#payments.length;
    for (let at = 0; at < groups.length; at += 1) {
      const group = groups[at]!;
      if (price.poor[at] === 1) {
        this.#last[group] = EMPTY;
        this.#money[group] = 0;
      } else {
        this.#money[group]! -= each * points[at]!;
        this.#earlier[this.#used] = this.#last[group]!;
        this.#purchase[this.#used] = purchase;
        this.#points[this.#used] = points[at]!;
        this.#last[group] = this.#used++;
      }
    }
    this.#record(price);
    this.#error += this.#first * ULP;
  }

  /** Payments for one point of each purchase so far, in order, with their common denominator. */
  get payments(): { of: readonly bigint[]; scale: bigint } {
    return { of: this.#payments, scale: this.#scale };
  }

  /** Supporters not yet poor who hold less than the price asks of them; the float decides unless it is too close. */
  #cannotPay({ groups, points }: Supporters, price: Price): number[] {
    const each = this.approximate(price);
    const found: number[] = [];
    for (let at = 0; at < groups.length; at += 1) {
      if (price.poor[at] === 1) continue;
      const due = each * points[at]!;
      const above = this.#money[groups[at]!]! - due;
      const doubt = this.#error + due * ULP;
      if (above > doubt) continue;
      if (above < -doubt || this.#holdsLess(groups[at]!, points[at]!, price)) found.push(at);
    }
    return found;
  }

  #holdsLess(group: number, points: number, { open, units }: Price): boolean {
    let money = this.#endowment;
    for (let node = this.#last[group]!; node >= 0; node = this.#earlier[node]!)
      money -= BigInt(this.#points[node]!) * this.#payments[this.#purchase[node]!]!;
    return money * BigInt(units) < open * BigInt(points);
  }

  #addPayments(group: number, weight: number, paid: Float64Array): void {
    for (let node = this.#last[group]!; node >= 0; node = this.#earlier[node]!)
      paid[this.#purchase[node]!]! += weight * this.#points[node]!;
  }

  /** Brings all payments to the denominator that the new one needs. */
  #record({ open, units }: Price): void {
    const common = gcd(Number(open % BigInt(units)), units);
    const factor = BigInt(units / common);
    if (factor > 1n) {
      this.#scale *= factor;
      this.#endowment *= factor;
      this.#payments = this.#payments.map((payment) => payment * factor);
    }
    this.#payments.push(open / BigInt(common));
  }
}

/** n/d to a double; prices are far above 2^-64, so the shift keeps more bits than a double has. */
const quotient = (n: bigint, d: bigint): number => Number((n << SHIFT) / d) / 2 ** Number(SHIFT);

function gcd(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}
