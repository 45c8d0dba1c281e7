import { ROUNDING_MODES, type RoundingRule } from '../criterion.ts';
import type { Names } from '../formula/check.ts';
import { evaluate, type Values } from '../formula/evaluate.ts';
import { readFormula, type Formula } from '../formula/formula.ts';
import { roundTo } from '../formula/functions.ts';
import type { Value, ValueType } from '../formula/syntax.ts';
import { compare, parseRational, type Rational } from '../rational.ts';
import type { Problem } from '../shape.ts';

/** Reads the parts of a regulation and collects what is wrong with them; what is read is of use only when nothing is. */
export interface Reader {
  problems: Problem[];
  names: Names;
}

type Of<T extends ValueType> = T extends 'NUMBER' ? Rational : T extends 'BOOL' ? boolean : string;

/** A formula as a function of the values of its names. */
export function readAs<T extends ValueType>(
  reader: Reader,
  text: string,
  type: T,
  path: string,
): { value: (values: Values) => Of<T>; formula: Formula | null } {
  const read = readFormula(text, reader.names, type);
  if (!read.ok) {
    reader.problems.push({ path, reason: `знак ${read.problem.at + 1}: ${read.problem.reason}` });
    return { value: () => NEVER[type] as Of<T>, formula: null };
  }
  const { expression } = read.formula;
  return { value: (values) => evaluate(expression, values) as Of<T>, formula: read.formula };
}

const NEVER: Record<ValueType, Value> = { NUMBER: { n: 0n, d: 1n }, BOOL: false, TEXT: '' };

/** Tells a problem where the condition holds. */
export function refuse(reader: Reader, wrong: boolean, path: string, reason: string): void {
  if (wrong) reader.problems.push({ path, reason });
}

/** Points of a parameter; they may not be above the most that the criterion gives. */
export function readPoints(reader: Reader, points: string, maxPoints: string, path: string): Rational {
  const value = parseRational(points);
  refuse(
    reader,
    compare(value, parseRational(maxPoints)) > 0,
    path,
    `больше наибольшего балла критерия (${maxPoints})`,
  );
  return value;
}

export const rounded = (value: Rational, rule: RoundingRule | null | undefined): Rational =>
  rule ? roundTo(value, rule.places, ROUNDING_MODES[rule.mode]) : value;
