import { add, compare, div, mul, sub, type Rational } from '../rational.ts';
import { FUNCTIONS } from './functions.ts';
import type { Expression, Operator, Value } from './syntax.ts';

export type Values = (name: string) => Value;

/** The exact value of a checked formula. It ends for all values, for there is nothing in it to repeat. */
export function evaluate(expression: Expression, values: Values): Value {
  switch (expression.kind) {
    case 'number':
    case 'text':
    case 'truth':
      return expression.value;
    case 'name':
      return values(expression.name);
    case 'negative': {
      const { n, d } = evaluate(expression.operand, values) as Rational;
      return { n: -n, d };
    }
    case 'not':
      return !evaluate(expression.operand, values);
    case 'call':
      return called(expression.name, expression.arguments, values);
    case 'binary':
      return combined(expression.operator, expression.left, expression.right, values);
  }
}

function called(name: string, given: readonly Expression[], values: Values): Value {
  if (name === 'if') return evaluate(evaluate(given[0]!, values) ? given[1]! : given[2]!, values);
  return FUNCTIONS[name]!.compute(given.map((argument) => evaluate(argument, values)));
}

const NUMBERS: Partial<Record<Operator, (a: Rational, b: Rational) => Value>> = {
  '+': add,
  '-': sub,
  '*': mul,
  '/': div,
  '<': (a, b) => compare(a, b) < 0,
  '<=': (a, b) => compare(a, b) <= 0,
  '>': (a, b) => compare(a, b) > 0,
  '>=': (a, b) => compare(a, b) >= 0,
};

function combined(operator: Operator, left: Expression, right: Expression, values: Values): Value {
  const one = evaluate(left, values);
  if (operator === 'and') return one === true && evaluate(right, values);
  if (operator === 'or') return one === true || evaluate(right, values);
  const other = evaluate(right, values);
  const numbers = NUMBERS[operator];
  if (numbers) return numbers(one as Rational, other as Rational);
  return equal(one, other) === (operator === '=');
}

const equal = (a: Value, b: Value): boolean =>
  typeof a === 'object' && typeof b === 'object' ? compare(a, b) === 0 : a === b;
