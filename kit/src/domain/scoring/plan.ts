import type { Criterion, Scoring, VirtualCapital } from '../criterion.ts';
import type { Values } from '../formula/evaluate.ts';
import { parseRational, type Rational } from '../rational.ts';
import type { Problem } from '../shape.ts';
import { criteriaShape, scoringShape } from './criterion-shape.ts';
import { readDerived, type Derived } from './derived.ts';
import { answerTypes, FACTS, type AnswerType } from './facts.ts';
import { childrenOf, groupProblems } from './groups.ts';
import { prepare } from './kinds.ts';
import type { Prepared } from './prepared.ts';
import { readAs, refuse, type Reader } from './reader.ts';
import { readTieBreakers, type Comparison } from './tie-breakers.ts';

/** The rules of a contest, read and ready to be applied to its applications. */
export interface Plan {
  criteria: readonly PlannedCriterion[];
  /** Every criterion after those of its group. */
  order: readonly PlannedCriterion[];
  derived: ReadonlyMap<string, Derived>;
  /** Fields of the form that the formulas read. */
  answers: readonly AnswerType[];
  scoring: Scoring;
  groupOf: (values: Values) => string;
  tieBreakers: readonly Comparison[];
}

export interface PlannedCriterion {
  criterion: Criterion;
  /** Null for a GROUP, whose points are those of its children. */
  prepared: Prepared | null;
  weight: Rational;
  children: readonly PlannedCriterion[];
}

/** What a contest says of its assessment. */
export interface Assessment {
  criteria: readonly Criterion[];
  scoring: Scoring;
  /** Fields of the form that formulas may read. */
  answers: readonly AnswerType[];
}

export type ReadPlan = { ok: true; plan: Plan } | { ok: false; problems: readonly Problem[] };

/**
 * Reads the criteria and the scoring of a contest. Everything that is wrong is told at once, each with its path from `criteria` or
 * `scoring`, in Russian; of a part that has not even the right form only the first problem.
 */
export function readPlan({ criteria, scoring, answers }: Assessment): ReadPlan {
  const malformed = criteriaShape(criteria, 'criteria') ?? scoringShape(scoring, 'scoring');
  if (malformed) return { ok: false, problems: [malformed] };
  const reader: Reader = { problems: [], names: () => undefined };
  const used = new Set<AnswerType>();
  const derived = readDerived(reader, scoring.derived, nameTypes(answers, used, scoring));
  reader.problems.push(...groupProblems(criteria, scoring.weightSum));
  const planned = criteria.map((criterion, index) => planOf(reader, criterion, `criteria.${index}`));
  const groupOf = scoring.groupBy ? readAs(reader, scoring.groupBy, 'TEXT', 'scoring.groupBy').value : () => '';
  const alone = scoring.groupBy === null && scoring.groupThresholds.length > 0;
  refuse(reader, alone, 'scoring.groupThresholds', 'пороги по группам указаны, а правила деления на группы нет');
  const jury = scoring.publicJury;
  const uncounted = jury?.assignment === 'RANDOM' && jury.perApplication === null;
  refuse(reader, uncounted, 'scoring.publicJury.perApplication', 'при жребии укажите, сколько членов жюри на заявку');
  for (const path of capitalFaults(scoring.virtualCapital))
    refuse(reader, true, `scoring.virtualCapital.${path}`, 'больше, чем баллов у одного человека');
  const tieBreakers = readTieBreakers(reader, scoring.tieBreakers, criteria);
  if (reader.problems.length > 0) return { ok: false, problems: reader.problems };
  const linked = link(planned);
  return {
    ok: true,
    plan: { criteria: linked, order: ordered(linked), derived, answers: [...used], scoring, groupOf, tieBreakers },
  };
}

/** The same from a form, for whoever has it. */
export const readPlanOf = (criteria: readonly Criterion[], scoring: Scoring, form: object): ReadPlan =>
  readPlan({ criteria, scoring, answers: answerTypes(form) });

/** Amounts that nobody could give. */
function capitalFaults(capital: VirtualCapital | null | undefined): string[] {
  if (!capital) return [];
  const { endowment, presets, perApplication } = capital;
  const above = presets.flatMap((preset, index) => (preset > endowment ? [`presets.${index}`] : []));
  return (perApplication ?? 0) > endowment ? [...above, 'perApplication'] : above;
}

/** Types of facts and answers; the answers that are asked for are noted. Without virtual capital its names are no names: what reads them would wait for ever. */
function nameTypes(
  answers: readonly AnswerType[],
  used: Set<AnswerType>,
  { virtualCapital }: Scoring,
): Reader['names'] {
  const known = new Map(answers.map((answer) => [answer.name, answer]));
  return (name) => {
    if (!virtualCapital && name.startsWith('capital.')) return undefined;
    const answer = known.get(name);
    if (answer) used.add(answer);
    return FACTS.get(name)?.type ?? answer;
  };
}

type Unlinked = Omit<PlannedCriterion, 'children'>;

function planOf(reader: Reader, criterion: Criterion, path: string): Unlinked {
  refuse(reader, !/^[\w.-]+$/.test(criterion.code), `${path}.code`, 'код — латинские буквы, цифры, точка, дефис');
  const scored = criterion.kind !== 'GATE';
  refuse(reader, scored && parseRational(criterion.maxPoints).n === 0n, `${path}.maxPoints`, 'должно быть больше нуля');
  const least = criterion.least ? parseRational(criterion.least) : null;
  const most = parseRational(criterion.maxPoints);
  refuse(
    reader,
    least !== null && least.n * most.d > most.n * least.d,
    `${path}.least`,
    'больше наибольшего балла критерия',
  );
  const prepared = criterion.kind === 'GROUP' ? null : prepare(reader, criterion, path);
  return { criterion, prepared, weight: parseRational(criterion.weight) };
}

function link(planned: readonly Unlinked[]): PlannedCriterion[] {
  const linked: (PlannedCriterion & { children: PlannedCriterion[] })[] = planned.map((one) => ({
    ...one,
    children: [],
  }));
  for (const one of linked) one.children.push(...childrenOf(one.criterion.code, linked, ({ criterion }) => criterion));
  return linked;
}

/** Children before their groups. */
function ordered(linked: readonly PlannedCriterion[]): PlannedCriterion[] {
  const placed = new Set<PlannedCriterion>();
  const place = (one: PlannedCriterion): void => {
    for (const child of one.children) place(child);
    placed.add(one);
  };
  for (const one of linked) if (!one.criterion.group) place(one);
  return [...placed];
}
