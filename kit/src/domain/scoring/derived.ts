import type { DerivedField } from '../criterion.ts';
import { evaluate, type Values } from '../formula/evaluate.ts';
import { namesIn, readFormula, type Formula } from '../formula/formula.ts';
import { parseFormula } from '../formula/parse.ts';
import { FormulaFault, type NameType, type Value } from '../formula/syntax.ts';
import type { Reader } from './reader.ts';

/** A derived field as a function of the values of its names. */
export type Derived = (values: Values) => Value;

const PREFIX = 'derived.';

interface Walk {
  fields: ReadonlyMap<string, { field: DerivedField; index: number }>;
  done: Map<string, Formula | null>;
  /** Fields that are being read, each for the one before. */
  chain: string[];
}

/**
 * Reads the derived fields, in whatever order they stand, and lets the reader know their names beside those it is given. A field that needs
 * itself, over others or at once, is refused with the circle.
 */
export function readDerived(
  reader: Reader,
  fields: readonly DerivedField[],
  names: Reader['names'],
): ReadonlyMap<string, Derived> {
  const walk: Walk = {
    fields: new Map(fields.map((field, index) => [PREFIX + field.code, { field, index }])),
    done: new Map(),
    chain: [],
  };
  const known = (name: string): NameType | undefined =>
    names(name) ?? walk.done.get(name) ?? (walk.fields.has(name) && walk.done.has(name) ? UNREADABLE : undefined);
  reader.names = known;
  for (const name of walk.fields.keys()) read(reader, walk, name);
  return new Map(
    [...walk.done].flatMap(([name, formula]): [string, Derived][] =>
      formula ? [[name, (values) => evaluate(formula.expression, values)]] : [],
    ),
  );
}

/** Stands for a field that is refused itself, so that those who use it are not refused for that too. */
const UNREADABLE: NameType = { type: 'NUMBER' };

function read(reader: Reader, walk: Walk, name: string): void {
  if (walk.done.has(name)) return;
  const { field, index } = walk.fields.get(name)!;
  const path = `scoring.derived.${index}`;
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(field.code))
    reader.problems.push({ path: `${path}.code`, reason: 'код — буквы, цифры и знак _, первой буква' });
  walk.chain.push(name);
  const circle = needed(field.formula).find((other) => visit(reader, walk, other));
  walk.chain.pop();
  const found = circle ? null : readFormula(field.formula, reader.names);
  if (circle) {
    const all = [...walk.chain, name];
    const way = [...all.slice(all.indexOf(circle)), circle];
    reader.problems.push({ path: `${path}.formula`, reason: `поля ссылаются по кругу: ${way.join(' → ')}` });
  } else if (found && !found.ok) {
    const { at, reason } = found.problem;
    reader.problems.push({ path: `${path}.formula`, reason: `знак ${at + 1}: ${reason}` });
  }
  walk.done.set(name, found?.ok ? found.formula : null);
}

/** Reads a field that another needs; true when that is being read itself. */
function visit(reader: Reader, walk: Walk, name: string): boolean {
  if (!walk.fields.has(name)) return false;
  if (walk.chain.includes(name)) return true;
  read(reader, walk, name);
  return false;
}

/** Names that a formula needs; none of one that cannot be read, which is told when it is checked. */
function needed(text: string): string[] {
  try {
    return [...namesIn(parseFormula(text))];
  } catch (error) {
    if (error instanceof FormulaFault) return [];
    throw error;
  }
}
