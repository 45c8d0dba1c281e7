import { parseMoney } from '@veche/kit/domain/money';
import type { Rejection } from '@veche/kit/domain/decision';
import type { BallotRule, ChoiceLimit } from '@veche/kit/domain/voting-rule';

/** A choice as it arrives; the order of a list is the order of preference. */
export interface Choice {
  project: string;
  points?: number | null;
}

export type BallotCode =
  | 'PROJECT_UNKNOWN'
  | 'PROJECT_OF_ANOTHER_CONTEST'
  | 'PROJECT_REPEATED'
  | 'TOO_FEW_CHOICES'
  | 'TOO_MANY_CHOICES'
  | 'POINTS_INVALID'
  | 'TOO_MANY_POINTS'
  | 'SUM_EXCEEDED'
  | 'TOO_MANY_OF_CATEGORY'
  | 'TOO_MANY_OF_TERRITORY';

/** What the rule's limits ask of a project on the ballot. */
export interface ListedProject {
  /** Kopecks. */
  cost: bigint;
  category: string;
  territory: string | null;
}

type List = ReadonlyMap<string, ListedProject>;

/** Choices as they stand in a ballot record (voting.md 3.5): sorted ids, ids in the voter's order, or [id, points] sorted by id. */
export type RecordedChoices = readonly string[] | readonly (readonly [string, number])[];

type Checked = { choices: RecordedChoices; rejection: null } | { choices: null; rejection: Rejection<BallotCode> };

const refuse = (code: BallotCode, path: readonly string[], params?: Rejection['params']): Checked => ({
  choices: null,
  rejection: { code, path, ...(params ? { params } : {}) },
});

/** Checks a ballot against the rule and the list of projects; every violation has its own code. */
export function checkBallot(rule: BallotRule, list: List, choices: readonly Choice[]): Checked {
  const fault = listFault(list, choices);
  if (fault) return fault;
  const ids = choices.map(({ project }) => project);
  const { min, max } = lengths(rule);
  if (ids.length < min) return refuse('TOO_FEW_CHOICES', ['choices'], { min });
  if (max !== undefined && ids.length > max) return refuse('TOO_MANY_CHOICES', ['choices'], { max });
  return (
    pointsFault(rule, choices) ??
    sumFault(rule, list, ids) ??
    limitFault(rule, list, ids) ?? { choices: recorded(rule, choices), rejection: null }
  );
}

/** What holds for an unfinished ballot too: each choice is on the list, and once. */
export function listFault(list: List, choices: readonly Choice[]): Checked | null {
  const unknown = choices.findIndex(({ project }) => !list.has(project));
  if (unknown >= 0) return refuse('PROJECT_UNKNOWN', ['choices', String(unknown), 'project']);
  const ids = choices.map(({ project }) => project);
  const repeated = ids.findIndex((id, index) => ids.indexOf(id) !== index);
  return repeated >= 0 ? refuse('PROJECT_REPEATED', ['choices', String(repeated), 'project']) : null;
}

/** Fewest and most choices: choose-1 is one, the others as the rule says. */
function lengths({ type, minLen, maxLen, positionPoints }: BallotRule): { min: number; max: number | undefined } {
  if (type === 'choose-1') return { min: minLen ?? 1, max: 1 };
  return { min: minLen ?? 0, max: maxLen ?? positionPoints?.length };
}

function pointsFault({ type, maxSumPoints, maxPoints }: BallotRule, choices: readonly Choice[]): Checked | null {
  const given = choices.map(({ points }) => points ?? null);
  const wrong = given.findIndex((points) => !areValid(type, points));
  if (wrong >= 0) return refuse('POINTS_INVALID', ['choices', String(wrong), 'points']);
  if (type !== 'cumulative') return null;
  const most = given.findIndex((points) => maxPoints !== undefined && points! > maxPoints);
  if (most >= 0) return refuse('TOO_MANY_POINTS', ['choices', String(most), 'points'], { max: maxPoints! });
  const sum = given.reduce((total: number, points) => total + points!, 0);
  return sum > maxSumPoints! ? refuse('TOO_MANY_POINTS', ['choices'], { max: maxSumPoints! }) : null;
}

/** Cumulative ballots give whole points, those for and against 1 or -1, the others none. */
function areValid(type: BallotRule['type'], points: number | null): boolean {
  if (type === 'cumulative') return points !== null && Number.isInteger(points) && points >= 1;
  return type === 'forAgainst' ? points === 1 || points === -1 : points === null;
}

function sumFault({ maxSumCost }: BallotRule, list: List, ids: readonly string[]): Checked | null {
  if (maxSumCost === undefined) return null;
  const sum = ids.reduce((total, id) => total + list.get(id)!.cost, 0n);
  return sum > parseMoney(maxSumCost) ? refuse('SUM_EXCEEDED', ['choices'], { max: maxSumCost }) : null;
}

/** At most so many choices of one category or one territory; a project of no territory falls under no limit of territories. */
function limitFault({ perCategory, perTerritory }: BallotRule, list: List, ids: readonly string[]): Checked | null {
  const projects = ids.map((id) => list.get(id)!);
  const categories = overLimit(
    perCategory,
    projects.map(({ category }) => category),
  );
  if (categories) return refuse('TOO_MANY_OF_CATEGORY', ['choices'], { ...categories });
  const territories = overLimit(
    perTerritory,
    projects.map(({ territory }) => territory),
  );
  return territories && refuse('TOO_MANY_OF_TERRITORY', ['choices'], { ...territories });
}

function overLimit(
  limits: readonly ChoiceLimit[] | undefined,
  keys: readonly (string | null)[],
): { key: string; max: number } | null {
  if (!limits) return null;
  const counts = new Map<string, number>();
  for (const key of keys) {
    if (key === null) continue;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    const limit = limits.find((one) => one.key === key) ?? limits.find((one) => one.key === undefined);
    if (limit && count > limit.max) return { key, max: limit.max };
  }
  return null;
}

/** Choices in the form of the record; the caller has checked them, or compares them with checked ones only. */
export function recorded({ type }: BallotRule, choices: readonly Choice[]): RecordedChoices {
  if (type === 'ordinal') return choices.map(({ project }) => project);
  if (type === 'cumulative' || type === 'forAgainst')
    return choices
      .map(({ project, points }) => [project, points ?? 0] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return choices.map(({ project }) => project).toSorted();
}

/** What a recorded ballot gives to each project: one vote, its points, the points of the position, or -1 against. */
export const pointsOf = (
  { type, positionPoints, maxLen }: BallotRule,
  choices: RecordedChoices,
): (readonly [string, number])[] =>
  choices.map((choice, position) => {
    if (typeof choice !== 'string') return choice;
    return [choice, type === 'ordinal' ? (positionPoints?.[position] ?? maxLen! - position) : 1];
  });
