import { describe, expect, test } from '@jest/globals';
import { criteriaProblems, type Criterion, type StepCriterion, type StepRange } from './criterion.ts';
import { inputOf, pointsOf, type AssessedFacts } from './criterion-points.ts';
import { parseRational, rational, toDecimalString } from './rational.ts';

const range = (from: string, to: string | null, points: string, ends: '[]' | '(]' | '[)' | '()' = '(]'): StepRange => ({
  from,
  to,
  points,
  fromIncluded: ends[0] === '[',
  toIncluded: ends[1] === ']',
});

const steps = (...ranges: StepRange[]): StepCriterion => ({
  code: 'step',
  kind: 'STEP',
  title: 'Шаги',
  maxPoints: '20',
  weight: '1',
  parameters: { input: 'CITIZENS_SHARE', ranges },
});

const linear = (a: string, b: string, maxPoints = '100'): Criterion & { kind: 'LINEAR' } => ({
  code: 'linear',
  kind: 'LINEAR',
  title: 'Прямая',
  maxPoints,
  weight: '1',
  parameters: { input: 'MUNICIPAL_SHARE', a, b },
});

describe('checking criteria', () => {
  const good = steps(range('0', '5', '5', '[]'), range('5', '10', '10'), range('10', null, '15'));

  test('explicit bounds without gap or overlap are accepted', () => {
    expect(criteriaProblems([good, linear('5', '20')])).toEqual([]);
  });

  test.each([
    ['overlap at 5', steps(range('0', '5', '5', '[]'), range('5', null, '10', '[]'))],
    ['gap between 30 and 31', steps(range('0', '30', '5', '[]'), range('31', null, '10', '[]'))],
    ['gap at 5', steps(range('0', '5', '5', '[)'), range('5', null, '10', '()'))],
    ['overlap between 4 and 5', steps(range('0', '5', '5', '[]'), range('4', null, '10'))],
    ['gap: nothing is said above 60', steps(range('0', '60', '5', '[]'))],
    ['gap: the first range must begin with 0, included', steps(range('1', null, '5', '[]'))],
    ['points above the maximum in the range from 0', steps(range('0', null, '21', '[]'))],
    ['at least one range is needed', steps()],
    ['the bounds must differ', linear('5', '5')],
    ['the weight must be a decimal number from 0', { ...good, weight: '-1' }],
    ['maxPoints must be above 0', { ...good, maxPoints: '0' }],
    ['unknown input HEIGHT', { ...good, parameters: { ...good.parameters, input: 'HEIGHT' as never } }],
    [
      'experts give whole points, at most 100',
      { ...good, kind: 'EXPERT', maxPoints: '2.5', parameters: { commentRequired: true } } as Criterion,
    ],
  ])('%s', (reason, criterion) => {
    expect(criteriaProblems([criterion])).toEqual([{ criterion: criterion.code, reason }]);
  });

  test('a code that occurs twice is named', () => {
    expect(criteriaProblems([good, good])).toEqual([{ criterion: 'step', reason: 'the code occurs twice' }]);
  });
});

describe('points of real regulations', () => {
  test.each([
    ['5', '0.00'],
    ['7.5', '16.67'],
    ['14', '60.00'],
    ['25', '100.00'],
    ['1', '0.00'],
  ])('Bashkortostan, municipal share %s %%: %s', (share, points) => {
    expect(toDecimalString(pointsOf(linear('5', '20'), parseRational(share)), 2)).toBe(points);
  });

  const coFinancing = steps(
    range('0', '10', '1', '[]'),
    range('10', '20', '3'),
    range('20', '30', '6'),
    range('30', '40', '9'),
    range('40', '50', '12'),
    range('50', null, '15'),
  );

  test.each([
    ['10', '1'],
    ['10.0001', '3'],
    ['23', '6'],
    ['50', '12'],
    ['50.5', '15'],
  ])('steps of co-financing: %s %% gives %s', (share, points) => {
    expect(toDecimalString(pointsOf(coFinancing, parseRational(share)), 0)).toBe(points);
  });

  test('inputs are exact percentages of the facts', () => {
    const facts: AssessedFacts = {
      totalCost: 90_000_000n,
      funding: [{ source: 'CITIZENS', amount: 10_000_000n }],
      beneficiaries: 1,
      population: 3,
    };
    expect(inputOf('CITIZENS_SHARE', facts)).toEqual(rational(100n, 9n));
    expect(inputOf('BENEFICIARIES_SHARE', facts)).toEqual(rational(100n, 3n));
    expect(inputOf('BUSINESS_SHARE', facts)).toEqual(rational(0n));
    expect(inputOf('BENEFICIARIES_SHARE', { ...facts, population: 0 })).toEqual(rational(0n));
  });
});
