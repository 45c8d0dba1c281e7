/** An exact fraction in lowest terms; the denominator is always positive. Scores are added and compared as these. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

export type Rounding = 'half-up' | 'half-even' | 'floor' | 'ceil' | 'truncate';

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** n/d reduced. Throws RangeError when d is zero. */
export function rational(n: bigint, d: bigint = 1n): Rational {
  if (d === 0n) throw new RangeError('division by zero');
  const common = gcd(n, d) || 1n;
  const sign = d < 0n ? -1n : 1n;
  return { n: (sign * n) / common, d: (sign * d) / common };
}

/** "12.375" or "-3" to an exact fraction. Throws RangeError on anything else. */
export function parseRational(text: string): Rational {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) throw new RangeError('a number must look like 12.375');
  const fraction = match[3] ?? '';
  const n = BigInt(match[2]! + fraction);
  return rational(match[1] ? -n : n, 10n ** BigInt(fraction.length));
}

/** "2/3" or a decimal to an exact fraction. Throws RangeError on anything else. */
export function parseFraction(text: string): Rational {
  const match = /^(-?\d+)\/(\d+)$/.exec(text);
  return match ? rational(BigInt(match[1]!), BigInt(match[2]!)) : parseRational(text);
}

/** "n/d" in lowest terms, or "n" when it is whole. */
export const fractionText = ({ n, d }: Rational): string => (d === 1n ? String(n) : `${n}/${d}`);

export const add = (a: Rational, b: Rational): Rational => rational(a.n * b.d + b.n * a.d, a.d * b.d);
export const sub = (a: Rational, b: Rational): Rational => rational(a.n * b.d - b.n * a.d, a.d * b.d);
export const mul = (a: Rational, b: Rational): Rational => rational(a.n * b.n, a.d * b.d);
/** Throws RangeError when b is zero. */
export const div = (a: Rational, b: Rational): Rational => rational(a.n * b.d, a.d * b.n);

/** -1, 0 or 1, exactly. */
export function compare(a: Rational, b: Rational): -1 | 0 | 1 {
  const left = a.n * b.d;
  const right = b.n * a.d;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The fraction rounded to `places` decimals as text, e.g. toDecimalString({2/3}, 2, 'half-up') = "0.67". */
export function toDecimalString(value: Rational, places: number, mode: Rounding = 'half-up'): string {
  const rounded = roundToInteger(value.n * 10n ** BigInt(places), value.d, mode);
  const negative = rounded < 0n;
  const digits = String(negative ? -rounded : rounded).padStart(places + 1, '0');
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return negative ? `-${text}` : text;
}

/** At most six decimals without zeros at the end, rounded down, so that what is not enough is not shown as enough; of values not below zero. */
export const shortDecimal = (value: Rational): string => toDecimalString(value, 6, 'floor').replace(/\.?0+$/, '');

/** n/d to a whole number. half-up rounds halves away from zero, as regulations mean by "округление". */
export function roundToInteger(n: bigint, d: bigint, mode: Rounding): bigint {
  const whole = n / d;
  const rest = n % d;
  if (rest === 0n) return whole;
  const away = n < 0n ? whole - 1n : whole + 1n;
  if (mode === 'truncate') return whole;
  if (mode === 'floor') return n < 0n ? away : whole;
  if (mode === 'ceil') return n < 0n ? whole : away;
  return isPastHalf((rest < 0n ? -rest : rest) * 2n, d, mode, whole) ? away : whole;
}

function isPastHalf(twice: bigint, d: bigint, mode: Rounding, whole: bigint): boolean {
  if (twice !== d) return twice > d;
  return mode === 'half-up' || whole % 2n !== 0n;
}
