import { parseMoney } from '@veche/kit/domain/money';
import type { Rejection } from '@veche/kit/domain/decision';
import type { BallotRule } from '@veche/kit/domain/voting-rule';

/** A choice as it arrives; the order of a list is the order of preference. */
export interface Choice {
  project: string;
  points?: number | null;
}

export type BallotCode =
  | 'PROJECT_UNKNOWN'
  | 'PROJECT_REPEATED'
  | 'TOO_FEW_CHOICES'
  | 'TOO_MANY_CHOICES'
  | 'POINTS_INVALID'
  | 'TOO_MANY_POINTS'
  | 'SUM_EXCEEDED';

/** Choices as they stand in a ballot record (voting.md 3.5): sorted ids, ids in the voter's order, or [id, points] sorted by id. */
export type RecordedChoices = readonly string[] | readonly (readonly [string, number])[];

type Checked = { choices: RecordedChoices; rejection: null } | { choices: null; rejection: Rejection<BallotCode> };

const refuse = (code: BallotCode, path: readonly string[], params?: Rejection['params']): Checked => ({
  choices: null,
  rejection: { code, path, ...(params ? { params } : {}) },
});

/** Checks a ballot against the rule and the list of projects with their costs (kopecks); every violation has its own code. */
export function checkBallot(rule: BallotRule, costs: ReadonlyMap<string, bigint>, choices: readonly Choice[]): Checked {
  const unknown = choices.findIndex(({ project }) => !costs.has(project));
  if (unknown >= 0) return refuse('PROJECT_UNKNOWN', ['choices', String(unknown), 'project']);
  const ids = choices.map(({ project }) => project);
  const repeated = ids.findIndex((id, index) => ids.indexOf(id) !== index);
  if (repeated >= 0) return refuse('PROJECT_REPEATED', ['choices', String(repeated), 'project']);
  const { min, max } = lengths(rule);
  if (ids.length < min) return refuse('TOO_FEW_CHOICES', ['choices'], { min });
  if (max !== undefined && ids.length > max) return refuse('TOO_MANY_CHOICES', ['choices'], { max });
  return (
    pointsFault(rule, choices) ?? sumFault(rule, costs, ids) ?? { choices: recorded(rule, choices), rejection: null }
  );
}

/** Fewest and most choices: choose-1 is one, the others as the rule says. */
function lengths({ type, minLen, maxLen, positionPoints }: BallotRule): { min: number; max: number | undefined } {
  if (type === 'choose-1') return { min: minLen ?? 1, max: 1 };
  return { min: minLen ?? 0, max: maxLen ?? positionPoints?.length };
}

function pointsFault({ type, maxSumPoints, maxPoints }: BallotRule, choices: readonly Choice[]): Checked | null {
  const given = choices.map(({ points }) => points ?? null);
  const wrong = given.findIndex((points) =>
    type === 'cumulative' ? points === null || !Number.isInteger(points) || points < 1 : points !== null,
  );
  if (wrong >= 0) return refuse('POINTS_INVALID', ['choices', String(wrong), 'points']);
  if (type !== 'cumulative') return null;
  const most = given.findIndex((points) => maxPoints !== undefined && points! > maxPoints);
  if (most >= 0) return refuse('TOO_MANY_POINTS', ['choices', String(most), 'points'], { max: maxPoints! });
  const sum = given.reduce((total: number, points) => total + points!, 0);
  return sum > maxSumPoints! ? refuse('TOO_MANY_POINTS', ['choices'], { max: maxSumPoints! }) : null;
}

function sumFault(
  { maxSumCost }: BallotRule,
  costs: ReadonlyMap<string, bigint>,
  ids: readonly string[],
): Checked | null {
  if (maxSumCost === undefined) return null;
  const sum = ids.reduce((total, id) => total + costs.get(id)!, 0n);
  return sum > parseMoney(maxSumCost) ? refuse('SUM_EXCEEDED', ['choices'], { max: maxSumCost }) : null;
}

/** Choices in the form of the record; the caller has checked them, or compares them with checked ones only. */
export function recorded({ type }: BallotRule, choices: readonly Choice[]): RecordedChoices {
  if (type === 'ordinal') return choices.map(({ project }) => project);
  if (type === 'cumulative')
    return choices
      .map(({ project, points }) => [project, points ?? 0] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return choices.map(({ project }) => project).toSorted();
}

/** What a recorded ballot gives to each project: one vote, its points, or the points of the position. */
export function pointsOf({ type, positionPoints, maxLen }: BallotRule, choices: RecordedChoices): Map<string, bigint> {
  const entries = choices.map((choice, position): [string, bigint] => {
    if (typeof choice !== 'string') return [choice[0], BigInt(choice[1])];
    return [choice, type === 'ordinal' ? BigInt(positionPoints?.[position] ?? maxLen! - position) : 1n];
  });
  return new Map(entries);
}
