import type {
  BoolCriterion,
  ChecklistCriterion,
  Criterion,
  EnumCriterion,
  ExpertCriterion,
  GateCriterion,
  LinearCriterion,
  VoteCriterion,
  VoteMeasure,
} from '../criterion.ts';
import { clamp, percentOf } from '../formula/functions.ts';
import { add, compare, div, mul, parseRational, rational, sub, type Rational } from '../rational.ts';
import { aggregateOf } from './aggregate.ts';
import { prepareCohortLinear } from './cohort-linear.ts';
import { prepareRate, prepareStep } from './ranged.ts';
import { measured, type Cohort, type Prepared, type Subject } from './prepared.ts';
import { readAs, readPoints, refuse, type Reader } from './reader.ts';

const ZERO = rational(0n);
const HUNDRED = rational(100n);

/** Reads a criterion of any kind but GROUP; what is wrong goes to the reader, with paths from `path`. */
export function prepare(reader: Reader, criterion: Exclude<Criterion, { kind: 'GROUP' }>, path: string): Prepared {
  return (KINDS[criterion.kind] as (r: Reader, c: typeof criterion, p: string) => Prepared)(reader, criterion, path);
}

type Kind<K> = (reader: Reader, criterion: Extract<Criterion, { kind: K }>, path: string) => Prepared;

const KINDS: { [K in Exclude<Criterion['kind'], 'GROUP'>]: Kind<K> } = {
  EXPERT: prepareExpert,
  LINEAR: prepareLinear,
  COHORT_LINEAR: prepareCohortLinear,
  STEP: prepareStep,
  RATE: prepareRate,
  BOOL: prepareBool,
  ENUM: prepareEnum,
  CHECKLIST: prepareChecklist,
  VOTE: prepareVote,
  GATE: prepareGate,
};

function prepareExpert(reader: Reader, { code, maxPoints, parameters }: ExpertCriterion, path: string): Prepared {
  const whole = /^\d{1,3}$/.test(maxPoints) && Number(maxPoints) <= 100;
  refuse(reader, !whole, `${path}.maxPoints`, 'эксперты ставят целые баллы, не больше 100');
  return { input: null, points: ({ marks }) => aggregateOf(marks.get(code) ?? [], parameters.aggregate ?? 'MEAN') };
}

function prepareLinear(reader: Reader, criterion: LinearCriterion, path: string): Prepared {
  const input = measured(reader, criterion.parameters, path);
  const [a, b, max] = [criterion.parameters.a, criterion.parameters.b, criterion.maxPoints].map(parseRational);
  const flat = compare(a!, b!) === 0;
  refuse(reader, flat, `${path}.parameters.b`, 'границы должны различаться');
  return { input, points: (subject) => mul(clamp(div(sub(input(subject), a!), flat ? HUNDRED : sub(b!, a!))), max!) };
}

function prepareBool(reader: Reader, { maxPoints, parameters }: BoolCriterion, path: string): Prepared {
  const { value } = readAs(reader, parameters.condition, 'BOOL', `${path}.parameters.condition`);
  const yes = readPoints(reader, parameters.yes, maxPoints, `${path}.parameters.yes`);
  const no = readPoints(reader, parameters.no, maxPoints, `${path}.parameters.no`);
  return { input: null, points: ({ values }) => (value(values) ? yes : no) };
}

function prepareEnum(reader: Reader, { maxPoints, parameters }: EnumCriterion, path: string): Prepared {
  const at = `${path}.parameters`;
  const { value, formula } = readAs(reader, parameters.input, 'TEXT', `${at}.input`);
  const points = new Map<string, Rational>();
  for (const [index, option] of parameters.options.entries()) {
    refuse(reader, points.has(option.value), `${at}.options.${index}.value`, 'значение указано дважды');
    const unknown = formula?.options !== undefined && !formula.options.includes(option.value);
    refuse(reader, unknown, `${at}.options.${index}.value`, 'такого значения не бывает');
    points.set(option.value, readPoints(reader, option.points, maxPoints, `${at}.options.${index}.points`));
  }
  const otherwise = readPoints(reader, parameters.otherwise ?? '0', maxPoints, `${at}.otherwise`);
  const open = parameters.otherwise === null || parameters.otherwise === undefined;
  const missing = open ? missingOption(formula?.options, points) : null;
  refuse(reader, missing !== null, `${at}.options`, `разрыв: нет баллов для значения «${missing}»`);
  return { input: null, points: ({ values }) => points.get(value(values)) ?? otherwise };
}

/** A value without points; the empty one, of a field that was not filled in, has none anyway. */
function missingOption(known: readonly string[] | undefined, points: ReadonlyMap<string, Rational>): string | null {
  if (!known) return 'любое другое';
  return known.find((option) => option !== '' && !points.has(option)) ?? null;
}

function prepareChecklist(reader: Reader, { maxPoints, parameters }: ChecklistCriterion, path: string): Prepared {
  const items = parameters.items.map(({ condition, points }, index) => {
    const at = `${path}.parameters.items.${index}`;
    const { value } = readAs(reader, condition, 'BOOL', `${at}.condition`);
    return { value, points: readPoints(reader, points, maxPoints, `${at}.points`) };
  });
  const max = parseRational(maxPoints);
  return {
    input: null,
    points: ({ values }) => {
      const sum = items.reduce((total, { value, points }) => (value(values) ? add(total, points) : total), ZERO);
      return compare(sum, max) > 0 ? max : sum;
    },
  };
}

function prepareGate(reader: Reader, { parameters }: GateCriterion, path: string): Prepared {
  const { value } = readAs(reader, parameters.condition, 'BOOL', `${path}.parameters.condition`);
  return { input: null, points: () => ZERO, passes: ({ values }) => value(values) };
}

const number = ({ values }: Subject, name: string): Rational => values(name) as Rational;
const votesFor = (subject: Subject): Rational => number(subject, 'vote.for');
const votesAgainst = (subject: Subject): Rational => number(subject, 'vote.against');
const all = (subject: Subject): Rational => add(votesFor(subject), votesAgainst(subject));

const MEASURES: Record<VoteMeasure, (subject: Subject, cohort: Cohort) => Rational> = {
  MAX_SHARE: (subject, { subjects, once }) =>
    percentOf(
      votesFor(subject),
      once('vote.max', () => subjects.map(votesFor).reduce(larger, ZERO)),
    ),
  POPULATION_SHARE: (subject) => percentOf(votesFor(subject), number(subject, 'population')),
  FOR_SHARE: (subject) => percentOf(votesFor(subject), all(subject)),
  NET_SHARE: (subject) => percentOf(sub(votesFor(subject), votesAgainst(subject)), all(subject)),
};

const larger = (a: Rational, b: Rational): Rational => (compare(a, b) < 0 ? b : a);

function prepareVote(_reader: Reader, { maxPoints, parameters }: VoteCriterion): Prepared {
  const max = parseRational(maxPoints);
  const measure = MEASURES[parameters.measure];
  return { input: null, points: (subject, cohort) => mul(clamp(div(measure(subject, cohort), HUNDRED)), max) };
}
