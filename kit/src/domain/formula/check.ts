import { FUNCTIONS, type FormulaFunction } from './functions.ts';
import { FormulaFault, LIMITS, type Expression, type NameType, type Operator, type ValueType } from './syntax.ts';

/** What the names of a formula stand for; undefined for a name that means nothing. */
export type Names = (name: string) => NameType | undefined;

/** Type of a formula and the decimal digits that its result may need; throws FormulaFault at the part that does not fit. */
export function checkFormula(expression: Expression, names: Names): Required<Omit<NameType, 'options'>> & NameType {
  const found = CHECKS[expression.kind](expression as never, names);
  const size = found.size ?? 0;
  if (size > LIMITS.size)
    throw new FormulaFault(expression.at, `число здесь может занять больше ${LIMITS.size} знаков`);
  return { ...found, size };
}

const NUMBER_SIZE = 25;

type Part<K extends Expression['kind']> = Extract<Expression, { kind: K }>;

const CHECKS: { [K in Expression['kind']]: (expression: Part<K>, names: Names) => NameType } = {
  number: ({ size }) => ({ type: 'NUMBER', size }),
  text: ({ value }) => ({ type: 'TEXT', options: [value] }),
  truth: () => ({ type: 'BOOL' }),
  name: ({ name, at }, names) => {
    const known = names(name);
    if (!known) throw new FormulaFault(at, `имя «${name}» неизвестно`);
    return known.type === 'NUMBER' ? { ...known, size: known.size ?? NUMBER_SIZE } : known;
  },
  negative: ({ operand }, names) => expect(operand, 'NUMBER', names),
  not: ({ operand }, names) => expect(operand, 'BOOL', names),
  binary: checkBinary,
  call: checkCall,
};

const SAID: Record<ValueType, string> = { NUMBER: 'число', BOOL: 'условие (да или нет)', TEXT: 'текст' };

function expect(expression: Expression, type: ValueType, names: Names) {
  const found = checkFormula(expression, names);
  if (found.type !== type) throw new FormulaFault(expression.at, `нужно ${SAID[type]}, а здесь ${SAID[found.type]}`);
  return found;
}

const LOGICAL: ReadonlySet<Operator> = new Set(['or', 'and']);
const EQUALITY: ReadonlySet<Operator> = new Set(['=', '!=']);
const ORDER: ReadonlySet<Operator> = new Set(['<', '<=', '>', '>=']);

function checkBinary({ operator, left, right }: Part<'binary'>, names: Names): NameType {
  if (LOGICAL.has(operator)) {
    expect(left, 'BOOL', names);
    expect(right, 'BOOL', names);
    return { type: 'BOOL' };
  }
  if (EQUALITY.has(operator)) return checkEquality(left, right, names);
  const sizes = [expect(left, 'NUMBER', names).size, expect(right, 'NUMBER', names).size];
  if (ORDER.has(operator)) return { type: 'BOOL' };
  if (operator === '/') checkDivisor(right);
  return { type: 'NUMBER', size: sizes[0]! + sizes[1]! + 1 };
}

function checkEquality(left: Expression, right: Expression, names: Names): NameType {
  const one = checkFormula(left, names);
  const other = expect(right, one.type, names);
  checkOptions(right, other, one);
  checkOptions(left, one, other);
  return { type: 'BOOL' };
}

/** A text that is written in the formula must be one that the other side can be: a slip of the pen would never be equal. */
function checkOptions(written: Expression, { type }: NameType, { options }: NameType): void {
  if (type !== 'TEXT' || written.kind !== 'text' || !options || options.includes(written.value)) return;
  throw new FormulaFault(written.at, `значения «${written.value}» здесь не бывает; есть: ${options.join(', ')}`);
}

/** Division by what may be zero has no value, so only a written number may stand there. */
function checkDivisor(divisor: Expression): void {
  if (divisor.kind === 'number' && divisor.value.n !== 0n) return;
  throw new FormulaFault(
    divisor.at,
    'делить через «/» можно только на число, отличное от нуля; для остального есть share, pct и divide(что, на что, если ноль)',
  );
}

function checkCall(call: Part<'call'>, names: Names): NameType {
  if (call.name === 'if') return checkChoice(call, names);
  const known = Object.hasOwn(FUNCTIONS, call.name) ? FUNCTIONS[call.name]! : null;
  if (!known)
    throw new FormulaFault(call.at, `функции «${call.name}» нет; есть: if, ${Object.keys(FUNCTIONS).join(', ')}`);
  checkCount(call, known);
  const types = call.arguments.map((argument, index) => checkArgument(argument, parameterAt(known, index), names));
  if (call.name === 'oneOf')
    for (const [index, type] of types.entries()) checkOptions(call.arguments[index]!, type, types[0]!);
  return { type: known.result, size: known.size(types.map(({ size }) => size ?? 0)) };
}

const parameterAt = ({ parameters }: FormulaFunction, index: number): ValueType | 'PLACES' =>
  parameters[Math.min(index, parameters.length - 1)]!;

function checkCount(call: Part<'call'>, { parameters, more, optional = 0 }: FormulaFunction): void {
  const given = call.arguments.length;
  const least = parameters.length - optional;
  if (given >= least && (more || given <= parameters.length)) return;
  const wanted = more
    ? `не меньше ${least}`
    : least === parameters.length
      ? least
      : `от ${least} до ${parameters.length}`;
  throw new FormulaFault(call.at, `у функции «${call.name}» аргументов должно быть ${wanted}, а здесь ${given}`);
}

function checkArgument(argument: Expression, type: ValueType | 'PLACES', names: Names): NameType {
  if (type !== 'PLACES') return expect(argument, type, names);
  const places = argument.kind === 'number' && argument.value.d === 1n ? Number(argument.value.n) : -1;
  if (places < 0 || places > 6) throw new FormulaFault(argument.at, 'знаков после запятой может быть от 0 до 6');
  return { type: 'NUMBER', size: 1 };
}

function checkChoice({ arguments: given, at }: Part<'call'>, names: Names): NameType {
  const [condition, yes, no] = given;
  if (!condition || !yes || !no || given.length > 3)
    throw new FormulaFault(at, `у функции «if» аргументов должно быть 3, а здесь ${given.length}`);
  expect(condition, 'BOOL', names);
  const one = checkFormula(yes, names);
  const other = expect(no, one.type, names);
  const options = one.options && other.options ? { options: [...new Set([...one.options, ...other.options])] } : {};
  return { type: one.type, size: Math.max(one.size, other.size), ...options };
}
