import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toDecimalString, parseRational, type Rational } from '../rational.ts';
import { evaluate } from './evaluate.ts';
import { namesIn, readFormula } from './formula.ts';
import type { NameType, Value } from './syntax.ts';

const NAMES = new Map<string, NameType>(
  Object.entries({
    totalCost: { type: 'NUMBER' },
    'money.municipal': { type: 'NUMBER' },
    'answers.video': { type: 'BOOL' },
    'answers.kind': { type: 'TEXT', options: ['GROUP', 'TOS'] },
    category: { type: 'TEXT' },
  }),
);
const VALUES: Record<string, Value> = {
  totalCost: parseRational('1500000'),
  'money.municipal': parseRational('75000'),
  'answers.video': true,
  'answers.kind': 'TOS',
  category: 'PARK',
};

const read = (text: string) => readFormula(text, (name) => NAMES.get(name));

function valueOf(text: string): Value {
  const found = read(text);
  if (!found.ok) throw new Error(`${text}: ${found.problem.reason}`);
  return evaluate(found.formula.expression, (name) => VALUES[name]!);
}

describe('values', () => {
  test.each<[string, string]>([
    ['1 + 2 * 3', '7'],
    ['(1 + 2) * 3', '9'],
    ['10 - 3 - 2', '5'],
    ['12 / 4 / 3', '1'],
    ['-2 * -3', '6'],
    ['0.1 + 0.2', '0.3'],
    ['1_500_000 - totalCost', '0'],
    ['pct(money.municipal, totalCost)', '5'],
    ['pct(1, 0)', '0'],
    ['share(money.municipal, 300000)', '0.25'],
    ['divide(7, totalCost - totalCost, 42)', '42'],
    ['divide(7, 2, 0)', '3.5'],
    ['min(3, 1, 2) + max(3, 1, 2)', '4'],
    ['round(2.5) + round(0.125, 2)', '3.13'],
    ['floor(2.99) + ceil(13.3331, 3)', '15.334'],
    ['clamp(17, 0, 10) + abs(-3)', '13'],
    ['if(answers.video, 5, 1)', '5'],
    ["if(answers.kind = 'GROUP', 5, if(totalCost < 1_000_000, 3, 2))", '2'],
  ])('%s is %s', (text, wanted) => {
    expect(valueOf(text)).toEqual(parseRational(wanted));
  });

  test.each<[string, boolean]>([
    ["answers.kind = 'TOS' and totalCost >= 1500000", true],
    ['totalCost > 1500000 or not answers.video', false],
    ["not answers.kind = 'TOS'", false],
    ["oneOf(category, 'PARK', 'YARD')", true],
    ["category != 'PARK'", false],
    ['1 / 3 = 2 / 6', true],
    ['true and not false', true],
  ])('%s is %s', (text, wanted) => {
    expect(valueOf(text)).toBe(wanted);
  });

  test('a third is exact and rounds where asked', () => {
    expect(toDecimalString(valueOf('1 / 3 + 1 / 3') as Rational, 4, 'ceil')).toBe('0.6667');
  });
});

describe('faults are told with their place', () => {
  test.each<[string, number, RegExp]>([
    ['', 0, /конец формулы/],
    ['1 +', 3, /конец формулы/],
    ['1 + + 2', 4, /ожидалось число/],
    ['(1 + 2', 6, /закрывающая знак 1/],
    ['1 2', 2, /лишнее: «2»/],
    ['pct(money.municpal, totalCost)', 4, /имя «money.municpal» неизвестно/],
    ['totalCost & 1', 10, /знак «&»/],
    ["category = 'PARK", 11, /не закончен/],
    ["answers.kind = 'TSO'", 15, /значения «TSO» здесь не бывает; есть: GROUP, TOS/],
    ["oneOf(answers.kind, 'GROUP', 'TSO')", 29, /не бывает/],
    ['answers.video + 1', 0, /нужно число, а здесь условие/],
    ['if(totalCost, 1, 2)', 3, /нужно условие/],
    ["if(answers.video, 1, 'a')", 21, /нужно число, а здесь текст/],
    ['1 < 2 < 3', 6, /не пишутся подряд/],
    ['totalCost / money.municipal', 12, /только на число/],
    ['totalCost / 0', 12, /отличное от нуля/],
    ['sum(1, 2)', 0, /функции «sum» нет/],
    ['constructor(1)', 0, /функции «constructor» нет/],
    ['min(1)', 0, /не меньше 2, а здесь 1/],
    ['pct(1, 2, 3)', 0, /должно быть 2, а здесь 3/],
    ['round(1.5, totalCost)', 11, /от 0 до 6/],
    ['round(1.5, 7)', 11, /от 0 до 6/],
    ['1.2345678', 0, /до 6 после/],
    ['9'.repeat(16), 0, /до 15 знаков/],
    ['toString', 0, /неизвестно/],
    ['process.exit(1)', 0, /функции «process.exit» нет/],
  ])('%s: at %i', (text, at, reason) => {
    expect(read(text)).toEqual({ ok: false, problem: { at, reason: expect.stringMatching(reason) } });
  });

  test.each<[string, string, RegExp]>([
    ['length', '1'.padEnd(1001), /длиннее 1000 знаков/],
    ['brackets', `${'('.repeat(31)}1${')'.repeat(31)}`, /вложенность больше 30/],
    ['signs', `${'-'.repeat(31)}1`, /вложенность больше 30/],
    ['calls', `${'abs('.repeat(31)}1${')'.repeat(31)}`, /вложенность больше 30/],
    ['parts', Array(102).fill('1').join('+'), /больше 200 частей/],
    ['digits', Array(30).fill('totalCost').join('*'), /больше 600 знаков/],
  ])('too large in %s', (_what, text, reason) => {
    expect(read(text)).toEqual({
      ok: false,
      problem: { at: expect.any(Number), reason: expect.stringMatching(reason) },
    });
  });

  test('a formula of another type than wanted', () => {
    const found = readFormula('1 + 1', () => undefined, 'BOOL');
    expect(found).toEqual({ ok: false, problem: { at: 0, reason: 'формула должна давать да или нет, а даёт число' } });
  });
});

test('names of a formula, each once', () => {
  const found = read('if(answers.video, totalCost + totalCost, -money.municipal)');
  expect(found.ok && [...namesIn(found.formula.expression)]).toEqual(['answers.video', 'totalCost', 'money.municipal']);
});

test('any text is either a formula with a value of its type or a fault inside it', () => {
  const word = fc.constantFrom(
    ..."( ) , + - * / = < >= and or not if( min( pct( 1 0.5 true answers.video totalCost category 'PARK'".split(' '),
  );
  const anything = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.array(word, { maxLength: 14 }).map((words) => words.join(' ')),
  );
  let formulas = 0;
  fc.assert(
    fc.property(anything, (text) => {
      const found = read(text);
      if (!found.ok) return found.problem.at >= 0 && found.problem.at <= text.length;
      formulas += 1;
      const value = evaluate(found.formula.expression, (name) => VALUES[name]!);
      const type = { object: 'NUMBER', boolean: 'BOOL', string: 'TEXT' }[typeof value as 'object'];
      return type === found.formula.type;
    }),
    { numRuns: 3000 },
  );
  expect(formulas).toBeGreaterThan(20);
});
