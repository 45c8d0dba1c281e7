import { compare, div, mul, rational, roundToInteger, type Rational, type Rounding } from '../rational.ts';
import type { Value, ValueType } from './syntax.ts';

/** A function of the language; every one gives a value for all values of its parameters. */
export interface FormulaFunction {
  /** What it takes. PLACES is a whole number from 0 to 6, written as such. */
  parameters: readonly (ValueType | 'PLACES')[];
  /** Further arguments may follow, of the type of the last parameter. */
  more?: true;
  /** How many of the last parameters may be left out. */
  optional?: number;
  result: ValueType;
  /** Decimal digits that the result may need, from those of the arguments. */
  size: (sizes: readonly number[]) => number;
  compute: (values: readonly Value[]) => Value;
}

const ZERO = rational(0n);
const ONE = rational(1n);
const HUNDRED = rational(100n);

const sum = (sizes: readonly number[]): number => sizes.reduce((a, b) => a + b, 0);
const largest = (sizes: readonly number[]): number => Math.max(...sizes);
const none = (): number => 0;

/** `places` decimals of an exact number, as a number. */
export function roundTo(value: Rational, places: number, mode: Rounding): Rational {
  const scale = 10n ** BigInt(places);
  return rational(roundToInteger(value.n * scale, value.d, mode), scale);
}

/** part / whole, or what is said for a whole that is not above zero. */
const ratioOf = (part: Rational, whole: Rational, otherwise: Rational): Rational =>
  compare(whole, ZERO) > 0 ? div(part, whole) : otherwise;

/** An exact percentage; 0 where the whole is not above zero, for then nothing is known of it. */
export const percentOf = (part: Rational, whole: Rational): Rational => mul(ratioOf(part, whole, ZERO), HUNDRED);

const rounding = (mode: Rounding): FormulaFunction => ({
  parameters: ['NUMBER', 'PLACES'],
  optional: 1,
  result: 'NUMBER',
  size: ([size]) => size! + PLACES_SIZE,
  compute: ([value, places]) =>
    roundTo(value as Rational, places === undefined ? 0 : Number((places as Rational).n), mode),
});

const PLACES_SIZE = 14;

const chosen = (order: 1 | -1): FormulaFunction => ({
  parameters: ['NUMBER', 'NUMBER'],
  more: true,
  result: 'NUMBER',
  size: largest,
  compute: (values) => (values as Rational[]).reduce((a, b) => (compare(a, b) === order ? a : b)),
});

const fraction = (of: (part: Rational, whole: Rational) => Rational): FormulaFunction => ({
  parameters: ['NUMBER', 'NUMBER'],
  result: 'NUMBER',
  size: (sizes) => sum(sizes) + 3,
  compute: ([part, whole]) => of(part as Rational, whole as Rational),
});

export const FUNCTIONS: Readonly<Record<string, FormulaFunction>> = {
  min: chosen(-1),
  max: chosen(1),
  round: rounding('half-up'),
  floor: rounding('floor'),
  ceil: rounding('ceil'),
  pct: fraction(percentOf),
  share: fraction((part, whole) => ratioOf(part, whole, ZERO)),
  divide: {
    parameters: ['NUMBER', 'NUMBER', 'NUMBER'],
    result: 'NUMBER',
    size: sum,
    compute: ([part, whole, otherwise]) =>
      (whole as Rational).n === 0n ? otherwise! : div(part as Rational, whole as Rational),
  },
  clamp: {
    parameters: ['NUMBER', 'NUMBER', 'NUMBER'],
    result: 'NUMBER',
    size: largest,
    compute: ([value, low, high]) => clamp(value as Rational, low as Rational, high as Rational),
  },
  abs: {
    parameters: ['NUMBER'],
    result: 'NUMBER',
    size: largest,
    compute: ([value]) => ({ n: absolute((value as Rational).n), d: (value as Rational).d }),
  },
  oneOf: {
    parameters: ['TEXT', 'TEXT'],
    more: true,
    result: 'BOOL',
    size: none,
    compute: ([value, ...options]) => options.includes(value!),
  },
};

/** The value between its bounds; the upper one wins when they cross. */
export function clamp(value: Rational, low: Rational = ZERO, high: Rational = ONE): Rational {
  const raised = compare(value, low) < 0 ? low : value;
  return compare(raised, high) > 0 ? high : raised;
}

const absolute = (n: bigint): bigint => (n < 0n ? -n : n);
