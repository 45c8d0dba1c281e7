import type { RateCriterion, StepCase, StepCriterion, StepRange } from '../criterion.ts';
import type { Values } from '../formula/evaluate.ts';
import { add, compare, div, mul, parseRational, rational, roundToInteger, sub, type Rational } from '../rational.ts';
import { measured, type Prepared } from './prepared.ts';
import { readAs, readPoints, refuse, type Reader } from './reader.ts';
import { pointsIn, rangeProblems, readRanges, type Ranges } from './step-ranges.ts';

const ZERO = rational(0n);

/** Ranges that are checked: what they leave out or give twice goes to the reader. */
function readCover(
  reader: Reader,
  ranges: readonly StepRange[],
  { end, maxPoints, path }: { end: string | null; maxPoints: string; path: string },
): Ranges {
  reader.problems.push(...rangeProblems(ranges, end, path));
  for (const [index, { points }] of ranges.entries()) readPoints(reader, points, maxPoints, `${path}.${index}.points`);
  return readRanges(ranges);
}

export function prepareStep(reader: Reader, { maxPoints, parameters }: StepCriterion, path: string): Prepared {
  const input = measured(reader, parameters, path);
  const at = `${path}.parameters`;
  const { ranges, cases } = parameters as { ranges?: readonly StepRange[]; cases?: readonly StepCase[] };
  refuse(reader, (ranges === undefined) === (cases === undefined), `${at}.ranges`, 'укажите либо ranges, либо cases');
  if (!cases) {
    const cover = readCover(reader, ranges ?? ALL, { end: null, maxPoints, path: `${at}.ranges` });
    return { input, points: (subject) => pointsIn(cover, input(subject)) ?? ZERO };
  }
  const read = cases.map((one, index) => readCase(reader, one, { maxPoints, path: `${at}.cases.${index}` }));
  for (const [index, { when }] of cases.entries())
    caseOrder(reader, when, index === cases.length - 1, `${at}.cases.${index}`);
  return {
    input,
    points: (subject) => {
      const held = read.find(({ holds }) => holds(subject.values));
      return (held && pointsIn(held.cover, input(subject))) ?? ZERO;
    },
  };
}

const ALL: readonly StepRange[] = [{ from: '0', fromIncluded: true, to: null, toIncluded: false, points: '0' }];

function caseOrder(reader: Reader, when: string | null | undefined, last: boolean, path: string): void {
  refuse(
    reader,
    last && Boolean(when),
    `${path}.when`,
    'последний случай действует для всех остальных и условия не имеет',
  );
  refuse(reader, !last && !when, `${path}.when`, 'условие есть у каждого случая, кроме последнего');
}

function readCase(
  reader: Reader,
  { when, ranges }: StepCase,
  { maxPoints, path }: { maxPoints: string; path: string },
): { holds: (values: Values) => boolean; cover: Ranges } {
  const cover = readCover(reader, ranges, { end: null, maxPoints, path: `${path}.ranges` });
  return { cover, holds: when ? readAs(reader, when, 'BOOL', `${path}.when`).value : () => true };
}

const MODES = { FLOOR: 'floor', CEIL: 'ceil', HALF_UP: 'half-up' } as const;

export function prepareRate(reader: Reader, { maxPoints, parameters }: RateCriterion, path: string): Prepared {
  const at = `${path}.parameters`;
  const input = measured(reader, parameters, path);
  const { lower, rounding } = parameters;
  const [x0, unit, k, max] = [parameters.x0, parameters.unit, parameters.k, maxPoints].map(parseRational);
  const base = readPoints(reader, parameters.base, maxPoints, `${at}.base`);
  refuse(reader, unit!.n === 0n, `${at}.unit`, 'шаг должен быть больше нуля');
  const bare = lower.length === 0;
  refuse(reader, bare && x0!.n !== 0n, `${at}.lower`, `разрыв: до ${parameters.x0} баллов нет`);
  const cover = bare ? [] : readCover(reader, lower, { end: parameters.x0, maxPoints, path: `${at}.lower` });
  const step = unit!.n === 0n ? rational(1n) : unit!;
  const above = (x: Rational): Rational => {
    const units = div(sub(x, x0!), step);
    const points = add(base, mul(k!, rational(roundToInteger(units.n, units.d, MODES[rounding]))));
    return compare(points, max!) > 0 ? max! : points;
  };
  return {
    input,
    points: (subject) => {
      const x = input(subject);
      return pointsIn(cover, x) ?? above(compare(x, x0!) < 0 ? x0! : x);
    },
  };
}
