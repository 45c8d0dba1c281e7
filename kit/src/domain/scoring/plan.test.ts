import { describe, expect, test } from '@jest/globals';
import { PLAIN_SCORING, type Criterion, type Scoring, type StepRange } from '../criterion.ts';
import { readPlanOf } from './plan.ts';

const FORM = {
  properties: {
    attendees: { type: 'integer' },
    video: { type: 'boolean' },
    kind: { type: 'string', enum: ['GROUP', 'TOS'] },
    problem: { type: 'string' },
  },
};

const range = (from: string, to: string | null, points: string, ends: '[]' | '(]' | '[)' | '()' = '(]'): StepRange => ({
  from,
  to,
  points,
  fromIncluded: ends[0] === '[',
  toIncluded: ends[1] === ']',
});

const made = (kind: Criterion['kind'], parameters: object, more: object = {}): Criterion =>
  ({ code: 'one', kind, title: 'Критерий', maxPoints: '20', weight: '1', parameters, ...more }) as Criterion;
const steps = (...ranges: StepRange[]) => made('STEP', { input: 'CITIZENS_SHARE', ranges });
const cases = (...given: { when?: string | null; ranges: StepRange[] }[]) =>
  made('STEP', { input: 'CITIZENS_SHARE', cases: given });
const linear = (a: string, b: string) => made('LINEAR', { input: 'MUNICIPAL_SHARE', a, b });
const cohort = (parameters: object) => made('COHORT_LINEAR', { input: 'MUNICIPAL_SHARE', ...parameters });
const rate = (more: object = {}) =>
  made('RATE', {
    input: 'answers.attendees',
    x0: '10',
    unit: '10',
    base: '5',
    k: '1',
    rounding: 'FLOOR',
    lower: [range('0', '10', '1', '[]')],
    ...more,
  });
const options = (...values: string[]) => values.map((value) => ({ value, points: '5' }));
const group = (code: string, more: object = {}) => made('GROUP', {}, { code, ...more });
const part = (code: string, of: string | null, weight = '1') =>
  made('BOOL', { condition: 'answers.video', yes: '1', no: '0' }, { code, group: of, weight });
const ALL = [range('0', null, '5', '[)')];

const problemsOf = (criteria: unknown, scoring: unknown = PLAIN_SCORING): (readonly [string, string])[] => {
  const read = readPlanOf(criteria as Criterion[], scoring as Scoring, FORM);
  return read.ok ? [] : read.problems.map(({ path, reason }) => [path, reason]);
};

const RANGES = 'criteria.0.parameters.ranges';

test.each<[string, Criterion]>([
  ['steps', steps(range('0', '5', '5', '[]'), range('5', '10', '10'), range('10', null, '15'))],
  [
    'steps with a single point',
    steps(range('0', '2', '0', '[)'), range('2', '2', '1', '[]'), range('2', null, '2', '()')),
  ],
  ['cases', cases({ when: 'totalCost < 1_000_000', ranges: ALL }, { ranges: ALL })],
  ['a falling line', linear('20', '5')],
  ['the best of the cohort', cohort({ a: '10', bStat: 'MAX', inputRound: { places: 3, mode: 'CEIL' } })],
  ['a rate', rate()],
  ['a rate from 0', rate({ x0: '0', lower: [] })],
  ['options', made('ENUM', { input: 'answers.kind', options: options('GROUP', 'TOS') })],
  ['options and the rest', made('ENUM', { input: 'category', options: options('PARK'), otherwise: '0' })],
  ['a list', made('CHECKLIST', { items: [{ title: 'Видео', condition: 'answers.video', points: '1' }] })],
  ['the vote', made('VOTE', { measure: 'NET_SHARE' })],
  ['a gate', made('GATE', { condition: 'CITIZENS_SHARE >= 5', message: 'Меньше 5 %' }, { maxPoints: '0' })],
  ['experts', made('EXPERT', { commentRequired: true, aggregate: 'TRIMMED' }, { least: '5', round: null })],
])('%s can be applied', (_what, criterion) => {
  expect(problemsOf([criterion])).toEqual([]);
});

describe('what is wrong is told with its place', () => {
  test.each<[string, string, Criterion]>([
    [
      `${RANGES}.1.from`,
      'наложение в точке 5: граница',
      steps(range('0', '5', '5', '[]'), range('5', null, '10', '[)')),
    ],
    [`${RANGES}.1.from`, 'разрыв между 30 и 31', steps(range('0', '30', '5', '[]'), range('31', null, '10', '[)'))],
    [`${RANGES}.1.from`, 'разрыв в точке 5: граница', steps(range('0', '5', '5', '[)'), range('5', null, '10', '()'))],
    [`${RANGES}.1.from`, 'наложение между 4 и 5', steps(range('0', '5', '5', '[]'), range('4', null, '10'))],
    [`${RANGES}.1.from`, 'наложение: перед ним', steps(range('0', null, '5', '[)'), range('4', null, '10'))],
    [`${RANGES}.0.to`, 'разрыв: для значений выше 60', steps(range('0', '60', '5', '[]'))],
    [`${RANGES}.0.from`, 'разрыв: первый диапазон', steps(range('1', null, '5', '[)'))],
    [`${RANGES}.0.to`, 'нет ни одного значения', steps(range('0', '0', '5', '[)'), range('0', null, '5', '[)'))],
    [`${RANGES}.0.points`, 'больше наибольшего балла', steps(range('0', null, '21', '[)'))],
    [RANGES, 'нужен список от 1', steps()],
    [`${RANGES}.0.points`, 'нужно десятичное число', steps(range('0', null, '1e3', '[)'))],
    [RANGES, 'укажите либо ranges, либо cases', made('STEP', { input: 'population' })],
    [
      'criteria.0.parameters.cases.1.when',
      'последний случай',
      cases({ when: 'true', ranges: ALL }, { when: 'true', ranges: ALL }),
    ],
    ['criteria.0.parameters.cases.0.when', 'у каждого случая', cases({ ranges: ALL }, { ranges: ALL })],
    [
      'criteria.0.parameters.cases.1.ranges.0.from',
      'разрыв: первый',
      cases({ when: 'true', ranges: ALL }, { ranges: [range('1', null, '1')] }),
    ],
    ['criteria.0.parameters.b', 'границы должны различаться', linear('5', '5')],
    ['criteria.0.parameters.a', 'нужно десятичное число', linear('five', '5')],
    ['criteria.0.parameters.b', 'укажите либо b, либо bStat', cohort({ aStat: 'MIN' })],
    ['criteria.0.parameters.a', 'укажите либо a, либо aStat', cohort({ a: '1', aStat: 'MIN', b: '2' })],
    ['criteria.0.parameters.bStat', 'это LINEAR', cohort({ a: '1', b: '2' })],
    ['criteria.0.parameters.bStat', 'границы должны различаться', cohort({ aStat: 'MAX', bStat: 'MAX' })],
    ['criteria.0.parameters.unit', 'шаг должен быть больше нуля', rate({ unit: '0' })],
    ['criteria.0.parameters.lower', 'разрыв: до 10', rate({ lower: [] })],
    ['criteria.0.parameters.lower.0.to', 'должен кончаться в 10', rate({ lower: [range('0', '9', '1', '[]')] })],
    [
      'criteria.0.parameters.options',
      'нет баллов для значения «TOS»',
      made('ENUM', { input: 'answers.kind', options: options('GROUP') }),
    ],
    [
      'criteria.0.parameters.options.0.value',
      'такого значения не бывает',
      made('ENUM', { input: 'answers.kind', options: options('CLUB'), otherwise: '0' }),
    ],
    [
      'criteria.0.parameters.options.1.value',
      'указано дважды',
      made('ENUM', { input: 'category', options: options('PARK', 'PARK'), otherwise: '0' }),
    ],
    ['criteria.0.parameters.options', 'любое другое', made('ENUM', { input: 'category', options: options('PARK') })],
    [
      'criteria.0.parameters.condition',
      'знак 1: имя «answers.vidoe»',
      made('BOOL', { condition: 'answers.vidoe', yes: '1', no: '0' }),
    ],
    [
      'criteria.0.parameters.condition',
      'имя «answers.problem»',
      made('GATE', { condition: "answers.problem = ''", message: 'Нет' }),
    ],
    [
      'criteria.0.parameters.input',
      'формула должна давать число',
      made('LINEAR', { input: 'answers.video', a: '0', b: '1' }),
    ],
    ['criteria.0.parameters.measure', 'нужно одно из: MAX_SHARE', made('VOTE', { measure: 'LUCK' })],
    ['criteria.0.parameters.colour', 'такого поля нет', made('VOTE', { measure: 'NET_SHARE', colour: 1 })],
    ['criteria.0.parameters.items', 'не указано', made('CHECKLIST', {})],
    ['criteria.0.maxPoints', 'эксперты ставят целые', made('EXPERT', { commentRequired: true }, { maxPoints: '2.5' })],
    ['criteria.0.maxPoints', 'должно быть больше нуля', made('VOTE', { measure: 'NET_SHARE' }, { maxPoints: '0' })],
    ['criteria.0.weight', 'нужно десятичное число', made('VOTE', { measure: 'NET_SHARE' }, { weight: '-1' })],
    ['criteria.0.least', 'больше наибольшего балла', made('VOTE', { measure: 'NET_SHARE' }, { least: '21' })],
    [
      'criteria.0.round.mode',
      'нужно одно из',
      made('VOTE', { measure: 'NET_SHARE' }, { round: { places: 1, mode: 'UP' } }),
    ],
    ['criteria.0.kind', 'нужно одно из', made('LUCK' as never, {})],
    ['criteria.0.code', 'код — латинские', made('VOTE', { measure: 'NET_SHARE' }, { code: 'доля' })],
    ['criteria.0.group', 'группы «none» нет', part('a', 'none')],
    ['criteria.0', 'нет ни одного критерия', group('empty')],
  ])('%s: %s', (path, reason, criterion) => {
    expect(problemsOf([criterion])).toEqual([[path, expect.stringContaining(reason)]]);
  });

  test('all at once, and a code that occurs twice', () => {
    expect(problemsOf([linear('1', '1'), rate({ unit: '0' })]).map(([path]) => path)).toEqual([
      'criteria.1.code',
      'criteria.0.parameters.b',
      'criteria.1.parameters.unit',
    ]);
  });

  test('what is no list of criteria', () => {
    expect(problemsOf('all')).toEqual([['criteria', 'нужен список от 0 до 100 элементов']]);
    expect(problemsOf([null])).toEqual([['criteria.0', 'нужен объект']]);
    expect(problemsOf([made('VOTE', [])])).toEqual([['criteria.0.parameters', 'нужен объект']]);
  });

  test('groups that contain each other', () => {
    const circle = [group('a', { group: 'b' }), group('b', { group: 'c' }), group('c', { group: 'a' })];
    expect(problemsOf(circle)[0]).toEqual(['criteria.0.group', 'группы ссылаются по кругу: a → b → c → a']);
    expect(problemsOf([group('a', { group: 'a' })])[0]![1]).toContain('a → a');
  });
});

describe('weights', () => {
  const sumOf = (weightSum: string | null, ...weights: string[]) =>
    problemsOf(
      weights.map((weight, index) => part(`c${index}`, null, weight)),
      { ...PLAIN_SCORING, weightSum },
    );

  test('100 is taken, 99 and 100.000001 are not', () => {
    expect(sumOf('100', '20', '10', '70')).toEqual([]);
    expect(sumOf('100', '20', '10', '69')).toEqual([
      ['scoring.weightSum', 'сумма весов 99, а должна быть 100 (c0, c1, c2)'],
    ]);
    expect(sumOf('100', '20', '10', '70.000001')[0]![1]).toContain('100.000001');
    expect(sumOf('1', '0.07', '0.06', '0.87')).toEqual([]);
    expect(sumOf(null, '7', '2', '0.5')).toEqual([]);
    expect(sumOf('0', '0')[0]![1]).toContain('больше нуля');
  });

  test('inside a group its own sum holds, and a gate weighs nothing', () => {
    const gate = made('GATE', { condition: 'true', message: 'Нет' }, { code: 'gate', weight: '7', maxPoints: '0' });
    const of = (weightSum: string) => [
      gate,
      made('GROUP', { weightSum }, { code: 'g', weight: '100' }),
      part('a', 'g', '0.4'),
      part('b', 'g', '0.5'),
    ];
    expect(problemsOf(of('0.9'), { ...PLAIN_SCORING, weightSum: '100' })).toEqual([]);
    expect(problemsOf(of('1'), { ...PLAIN_SCORING, weightSum: '100' })).toEqual([
      ['criteria.1.parameters.weightSum', 'сумма весов 0.9, а должна быть 1 (a, b)'],
    ]);
  });
});

describe('scoring', () => {
  const field = (code: string, formula: string) => ({ code, title: code, formula });
  const derived = (...fields: object[]) => problemsOf([linear('0', '1')], { ...PLAIN_SCORING, derived: fields });

  test('derived fields may stand in any order', () => {
    expect(derived(field('b', 'derived.a * 2'), field('a', 'answers.attendees + 1'))).toEqual([]);
  });

  test.each<[string, object[]]>([
    ['derived.a → derived.a', [field('a', 'derived.a + 1')]],
    ['derived.a → derived.b → derived.a', [field('a', 'derived.b'), field('b', '1 + derived.a')]],
  ])('a circle is refused: %s', (circle, fields) => {
    const problems = derived(...fields);
    expect(problems).toHaveLength(1);
    expect(problems[0]![1]).toBe(`поля ссылаются по кругу: ${circle}`);
  });

  test('fields that grow by each other are refused before they are computed', () => {
    const power = ['totalCost', 'a1', 'a2', 'a3', 'a4', 'a5'].map((name, index) => {
      const from = index === 0 ? name : `derived.${name}`;
      return field(`a${index + 1}`, `${from} * ${from}`);
    });
    expect(derived(...power).some(([, reason]) => reason.includes('больше 600 знаков'))).toBe(true);
  });

  test.each<[string, string, object]>([
    ['scoring.derived.0.code', 'код — буквы', { derived: [field('two words', '1')] }],
    ['scoring.derived.0.formula', 'знак 5: ожидалось', { derived: [field('a', '1 + * 2')] }],
    ['scoring.derived', 'повторяется', { derived: [field('a', '1'), field('a', '2')] }],
    ['scoring.groupBy', 'формула должна давать текст', { groupBy: 'totalCost' }],
    ['scoring.groupThresholds', 'правила деления на группы нет', { groupThresholds: [{ group: 'a', threshold: '1' }] }],
    ['scoring.threshold', 'десятичное', { threshold: '-1' }],
    [
      'scoring.tieBreakers.0.criterion',
      'критерия с баллами «two» нет',
      { tieBreakers: [{ by: 'CRITERION', criterion: 'two' }] },
    ],
    ['scoring.tieBreakers.0.first', 'MORE или LESS', { tieBreakers: [{ by: 'FORMULA', formula: 'totalCost' }] }],
    ['scoring.tieBreakers.0.by', 'нужно одно из', { tieBreakers: [{ by: 'LOT' }] }],
    ['scoring.luck', 'такого поля нет', { luck: 1 }],
  ])('%s: %s', (path, reason, change) => {
    expect(problemsOf([linear('0', '1')], { ...PLAIN_SCORING, ...change })).toEqual([
      [path, expect.stringContaining(reason)],
    ]);
  });

  test('only the answers that formulas read are told to others', () => {
    const read = readPlanOf([rate()], { ...PLAIN_SCORING, groupBy: 'answers.kind' }, FORM);
    expect(read.ok && read.plan.answers.map(({ name }) => name)).toEqual(['answers.attendees', 'answers.kind']);
  });
});
