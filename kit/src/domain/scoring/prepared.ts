import type { Measured } from '../criterion.ts';
import type { Values } from '../formula/evaluate.ts';
import type { Rational } from '../rational.ts';
import { readAs, rounded, type Reader } from './reader.ts';

/** An application while it is assessed: values of names, marks of the experts by criterion. */
export interface Subject {
  values: Values;
  marks: ReadonlyMap<string, readonly number[]>;
}

/** The admitted applications of a group. `once` keeps what is the same for all of them. */
export interface Cohort {
  subjects: readonly Subject[];
  once(key: string, compute: () => Rational): Rational;
}

/** A criterion that was read: what it looks at, and its points before weight and rounding. */
export interface Prepared {
  /** The number it looks at, rounded as it says; null where it looks at none. */
  input: ((subject: Subject) => Rational) | null;
  points: (subject: Subject, cohort: Cohort) => Rational;
  /** Whether an application may take part; of gates only. */
  passes?: (subject: Subject) => boolean;
}

/** The number that a criterion looks at. */
export function measured(
  reader: Reader,
  { input, inputRound }: Measured,
  path: string,
): (subject: Subject) => Rational {
  const { value } = readAs(reader, input, 'NUMBER', `${path}.parameters.input`);
  return ({ values }) => rounded(value(values), inputRound);
}
