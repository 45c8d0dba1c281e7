import { checkFormula, type Names } from './check.ts';
import { parseFormula } from './parse.ts';
import { FormulaFault, type Expression, type FormulaProblem, type ValueType } from './syntax.ts';

/** A formula that was read and checked. */
export interface Formula {
  expression: Expression;
  type: ValueType;
  /** Decimal digits that its result may need. */
  size: number;
  options?: readonly string[];
}

export type ReadFormula = { ok: true; formula: Formula } | { ok: false; problem: FormulaProblem };

/** Reads a formula and checks it against what its names stand for; with `type` it must give that. */
export function readFormula(text: string, names: Names, type?: ValueType): ReadFormula {
  try {
    const expression = parseFormula(text);
    const found = checkFormula(expression, names);
    if (type && found.type !== type)
      throw new FormulaFault(0, `формула должна давать ${GIVES[type]}, а даёт ${GIVES[found.type]}`);
    return { ok: true, formula: { expression, ...found } };
  } catch (error) {
    if (!(error instanceof FormulaFault)) throw error;
    return { ok: false, problem: { at: error.at, reason: error.message } };
  }
}

const GIVES: Record<ValueType, string> = { NUMBER: 'число', BOOL: 'да или нет', TEXT: 'текст' };

/** Names that occur in a formula, each once. */
export function namesIn(expression: Expression, found: Set<string> = new Set()): Set<string> {
  if (expression.kind === 'name') found.add(expression.name);
  for (const part of partsOf(expression)) namesIn(part, found);
  return found;
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'call':
      return expression.arguments;
    case 'binary':
      return [expression.left, expression.right];
    case 'negative':
    case 'not':
      return [expression.operand];
    default:
      return [];
  }
}
