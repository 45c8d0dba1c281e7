import type { CohortLinearCriterion, Statistic } from '../criterion.ts';
import { clamp } from '../formula/functions.ts';
import { add, compare, div, mul, parseRational, rational, sub, type Rational } from '../rational.ts';
import { measured, type Cohort, type Prepared, type Subject } from './prepared.ts';
import { readPoints, refuse, rounded, type Reader } from './reader.ts';

const ZERO = rational(0n);

/** LINEAR whose bounds may be the least, greatest or mean input of the cohort, rounded as the inputs are. */
export function prepareCohortLinear(reader: Reader, criterion: CohortLinearCriterion, path: string): Prepared {
  const { parameters, maxPoints, code } = criterion;
  const input = measured(reader, parameters, path);
  const at = `${path}.parameters`;
  const statistic = (stat: Statistic, { subjects, once }: Cohort): Rational =>
    once(`${code}.${stat}`, () => rounded(STATISTICS[stat](subjects.map(input)), parameters.inputRound));
  const bound = (end: 'a' | 'b'): ((cohort: Cohort) => Rational) => {
    const [fixed, stat] = [parameters[end] ?? null, parameters[`${end}Stat`] ?? null];
    refuse(reader, (fixed === null) === (stat === null), `${at}.${end}`, `укажите либо ${end}, либо ${end}Stat`);
    const value = fixed === null ? ZERO : parseRational(fixed);
    return stat ? (cohort) => statistic(stat, cohort) : () => value;
  };
  refuse(
    reader,
    !parameters.aStat && !parameters.bStat,
    `${at}.bStat`,
    'ни одна граница не зависит от других заявок: это LINEAR',
  );
  refuse(
    reader,
    Boolean(parameters.aStat) && parameters.aStat === parameters.bStat,
    `${at}.bStat`,
    'границы должны различаться',
  );
  const [a, b] = [bound('a'), bound('b')];
  const max = parseRational(maxPoints);
  const flat = readPoints(reader, parameters.flat ?? '0', maxPoints, `${at}.flat`);
  const points = (subject: Subject, cohort: Cohort): Rational => {
    const from = a(cohort);
    const length = sub(b(cohort), from);
    return length.n === 0n ? flat : mul(clamp(div(sub(input(subject), from), length)), max);
  };
  return { input, points };
}

const STATISTICS: Record<Statistic, (values: readonly Rational[]) => Rational> = {
  MIN: (values) => values.reduce((a, b) => (compare(b, a) < 0 ? b : a)),
  MAX: (values) => values.reduce((a, b) => (compare(b, a) > 0 ? b : a)),
  AVG: (values) => div(values.reduce(add, ZERO), rational(BigInt(values.length))),
};
