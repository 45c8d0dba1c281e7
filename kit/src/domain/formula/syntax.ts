import type { Rational } from '../rational.ts';

/**
 * The formula language of regulations: numbers are exact fractions, there are truths and texts, no loops and no calls but those of the
 * table, so every formula ends. What it may look like is bounded before it is computed: LIMITS.
 */
export type Expression =
  | { kind: 'number'; at: number; value: Rational; size: number }
  | { kind: 'text'; at: number; value: string }
  | { kind: 'truth'; at: number; value: boolean }
  | { kind: 'name'; at: number; name: string }
  | { kind: 'call'; at: number; name: string; arguments: readonly Expression[] }
  | { kind: 'negative'; at: number; operand: Expression }
  | { kind: 'not'; at: number; operand: Expression }
  | { kind: 'binary'; at: number; operator: Operator; left: Expression; right: Expression };

export type Operator = 'or' | 'and' | '=' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/';

export type Value = Rational | boolean | string;

export type ValueType = 'NUMBER' | 'BOOL' | 'TEXT';

/** What a name stands for. `size` bounds the decimal digits of a number; `options` are the texts that it can be. */
export interface NameType {
  type: ValueType;
  size?: number;
  options?: readonly string[];
}

/** Characters of a text, nested calls and brackets, parts, and decimal digits that a result may need. */
export const LIMITS = { length: 1000, depth: 30, parts: 200, size: 600 };

/** What is wrong with a formula, in Russian, and where: `at` counts characters from 0. */
export interface FormulaProblem {
  at: number;
  reason: string;
}

/** Carries a problem out of the reader; `readFormula` catches it. */
export class FormulaFault extends Error {
  readonly at: number;

  constructor(at: number, reason: string) {
    super(reason);
    this.at = at;
  }
}
