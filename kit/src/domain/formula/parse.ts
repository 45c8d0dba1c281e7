import { parseRational } from '../rational.ts';
import { FormulaFault, LIMITS, type Expression, type Operator } from './syntax.ts';
import { tokensOf, type Token } from './tokens.ts';

/** Operators from the loosest to the tightest; those of a line are read from left to right. */
const LEVELS: readonly (readonly Operator[])[] = [
  ['or'],
  ['and'],
  ['=', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/'],
];
const COMPARISON = 2;
const WORDS: ReadonlySet<string> = new Set(['or', 'and', 'not', 'true', 'false']);
const NUMBER = /^\d{1,15}(\.\d{1,6})?$/;

interface Reader {
  tokens: readonly Token[];
  next: number;
  depth: number;
  parts: number;
}

/** The tree of a formula; throws FormulaFault where it stops being one. */
export function parseFormula(text: string): Expression {
  const reader: Reader = { tokens: tokensOf(text), next: 0, depth: 0, parts: 0 };
  const expression = level(reader, 0);
  const rest = peek(reader);
  if (rest.kind !== 'end') throw new FormulaFault(rest.at, `лишнее: ${shown(rest)}`);
  return expression;
}

const peek = (reader: Reader): Token => reader.tokens[reader.next]!;

function take(reader: Reader): Token {
  const token = peek(reader);
  if (token.kind !== 'end') reader.next += 1;
  return token;
}

const shown = ({ kind, value }: Token): string => (kind === 'end' ? 'конец формулы' : `«${value}»`);

function counted(reader: Reader, expression: Expression): Expression {
  reader.parts += 1;
  if (reader.parts > LIMITS.parts) throw new FormulaFault(expression.at, `в формуле больше ${LIMITS.parts} частей`);
  return expression;
}

/** Reads inside a bracket, a call or a sign, each of which makes the tree deeper. */
function deeper(reader: Reader, at: number, read: () => Expression): Expression {
  reader.depth += 1;
  if (reader.depth > LIMITS.depth) throw new FormulaFault(at, `вложенность больше ${LIMITS.depth}`);
  const expression = read();
  reader.depth -= 1;
  return expression;
}

function level(reader: Reader, index: number): Expression {
  if (index === LEVELS.length) return unary(reader);
  let left = level(reader, index + 1);
  for (let links = 0; ; links += 1) {
    const token = peek(reader);
    const operator = LEVELS[index]!.find((one) => one === token.value && token.kind !== 'text');
    if (!operator) return left;
    if (index === COMPARISON && links > 0)
      throw new FormulaFault(token.at, 'сравнения не пишутся подряд, соедините их через and');
    take(reader);
    const right = level(reader, index + 1);
    left = counted(reader, { kind: 'binary', at: token.at, operator, left, right });
  }
}

function unary(reader: Reader): Expression {
  const { kind, at, value } = peek(reader);
  const sign = kind === 'sign' && value === '-' ? 'negative' : kind === 'name' && value === 'not' ? 'not' : null;
  if (!sign) return primary(reader);
  take(reader);
  // `not` binds looser than a comparison: not a = b means not (a = b).
  const operand = deeper(reader, at, () => (sign === 'not' ? level(reader, COMPARISON) : unary(reader)));
  return counted(reader, { kind: sign, at, operand });
}

function primary(reader: Reader): Expression {
  const token = take(reader);
  const { kind, at, value } = token;
  if (kind === 'number') return counted(reader, numberOf(at, value));
  if (kind === 'text') return counted(reader, { kind: 'text', at, value });
  if (kind === 'name' && (value === 'true' || value === 'false'))
    return counted(reader, { kind: 'truth', at, value: value === 'true' });
  if (kind === 'name' && !WORDS.has(value)) return named(reader, token);
  if (kind !== 'sign' || value !== '(')
    throw new FormulaFault(at, `ожидалось число, имя или скобка, а здесь ${shown(token)}`);
  const inside = deeper(reader, at, () => level(reader, 0));
  close(reader, at);
  return inside;
}

function numberOf(at: number, written: string): Expression {
  const digits = written.replaceAll('_', '');
  if (!NUMBER.test(digits)) throw new FormulaFault(at, 'число — до 15 знаков до точки и до 6 после');
  return { kind: 'number', at, value: parseRational(digits), size: digits.length + 1 };
}

function named(reader: Reader, { at, value: name }: Token): Expression {
  if (peek(reader).kind !== 'sign' || peek(reader).value !== '(') return counted(reader, { kind: 'name', at, name });
  const opened = take(reader);
  const given: Expression[] = [];
  if (peek(reader).value !== ')' || peek(reader).kind !== 'sign')
    do given.push(deeper(reader, at, () => level(reader, 0)));
    while (comma(reader));
  close(reader, opened.at);
  return counted(reader, { kind: 'call', at, name, arguments: given });
}

function comma(reader: Reader): boolean {
  const { kind, value } = peek(reader);
  if (kind !== 'sign' || value !== ',') return false;
  take(reader);
  return true;
}

function close(reader: Reader, opened: number): void {
  const token = take(reader);
  if (token.kind !== 'sign' || token.value !== ')')
    throw new FormulaFault(token.at, `ожидалась скобка, закрывающая знак ${opened + 1}, а здесь ${shown(token)}`);
}
