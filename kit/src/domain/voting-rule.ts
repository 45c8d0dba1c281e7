import { parseRational } from './rational.ts';

/** Ballot kinds. Ordinal and cumulative ballots give points, the others one vote for each choice. */
export const BALLOT_TYPES = ['approval', 'choose-1', 'ordinal', 'cumulative'] as const;
export type BallotType = (typeof BALLOT_TYPES)[number];

export interface BallotRule {
  type: BallotType;
  /** Fewest and most choices. */
  minLen?: number;
  maxLen?: number;
  /** Cumulative: most points in all, and for one project. */
  maxSumPoints?: number;
  maxPoints?: number;
  /** Ordinal: points by position; without it `maxLen` less the position, from 0. */
  positionPoints?: readonly number[];
  /** Approval within a sum: most roubles that the choices may cost together, decimal. */
  maxSumCost?: string;
}

export const TIE_BREAKS = [
  'lowerCost',
  'moreVotes',
  'moreSupporters',
  'expertScore',
  'earlierApplication',
  'publicLot',
] as const;
export type TieBreak = (typeof TIE_BREAKS)[number];

/** Method of equal shares and its variants, each of which changes winners. */
export interface EqualSharesRule {
  utility: 'cost' | 'plain';
  /** First endowment: budget / ballots exactly, or rounded down to whole kopecks. */
  start: 'exact' | 'integer';
  /** Add1: how many kopecks a voter's endowment is raised by from run to run; 0: one run only. */
  increment: number;
  /** Stop raising at the first outcome in which no further supported project fits. */
  stopWhenExhaustive: boolean;
  completion: 'none' | 'utilitarian';
}

/** The rule of a vote: frozen and hashed at publication, its hash is in each ballot. */
export interface VotingRule {
  version: 1;
  ballot: BallotRule;
  /** The last revision counts, or a ballot is cast once. */
  revote?: 'last' | 'single';
  /** Projects below are not eligible. Share: decimal part of the counted ballots, for example "0.1". */
  eligibility?: { minScore?: number; minShareOfBallots?: string };
  order: 'score' | 'scorePerCost' | 'equalShares';
  /** What happens at the first project that does not fit the money left. */
  onUnaffordable?: 'skip' | 'stop';
  /** With stop: fund that project too if the money left is at least this percentage of its cost. */
  lastTopUpPercent?: number;
  equalShares?: EqualSharesRule;
  tieBreak?: readonly TieBreak[];
  /** Public seed of the lot, fixed before the close. */
  lotSeed?: string;
}

export type CheckedRule = { ok: true; rule: VotingRule } | { ok: false; path: string; reason: string };

type Check = (value: unknown) => string | null;

const whole =
  (min: number, max: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? null
      : `a whole number from ${min} to ${max} is expected`;
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value) ? null : `one of ${values.join(', ')} is expected`;
const decimal: Check = (value) =>
  typeof value === 'string' && /^\d{1,12}(\.\d{1,6})?$/.test(value) ? null : 'a decimal number is expected';
const text: Check = (value) =>
  typeof value === 'string' && value.length > 0 && value.length <= 200 ? null : 'a text is expected';
const listOf =
  (check: Check, max: number): Check =>
  (value) => {
    if (!Array.isArray(value) || value.length === 0 || value.length > max)
      return `a list of 1 to ${max} items is expected`;
    if (new Set(value).size < value.length && check !== anyPoints) return 'an item occurs twice';
    return value.map(check).find((problem) => problem !== null) ?? null;
  };
const anyPoints = whole(0, 1000);

const COUNT = whole(1, 1000);
const BALLOT: Record<string, Check> = {
  type: oneOf(...BALLOT_TYPES),
  minLen: whole(0, 1000),
  maxLen: COUNT,
  maxSumPoints: COUNT,
  maxPoints: COUNT,
  positionPoints: listOf(anyPoints, 1000),
  maxSumCost: decimal,
};
const EQUAL_SHARES: Record<string, Check> = {
  utility: oneOf('cost', 'plain'),
  start: oneOf('exact', 'integer'),
  increment: whole(0, 1_000_000_000),
  stopWhenExhaustive: oneOf(true, false),
  completion: oneOf('none', 'utilitarian'),
};
const ELIGIBILITY: Record<string, Check> = { minScore: whole(1, 1_000_000_000), minShareOfBallots: decimal };
const RULE: Record<string, Check> = {
  version: oneOf(1),
  ballot: () => null,
  revote: oneOf('last', 'single'),
  eligibility: () => null,
  order: oneOf('score', 'scorePerCost', 'equalShares'),
  onUnaffordable: oneOf('skip', 'stop'),
  lastTopUpPercent: whole(1, 100),
  equalShares: () => null,
  tieBreak: listOf(oneOf(...TIE_BREAKS), TIE_BREAKS.length),
  lotSeed: text,
};

interface Problem {
  path: string;
  reason: string;
}

/** Checks a rule as it was written or received; an unknown field is refused, for it would be a rule that nobody applies. */
export function checkVotingRule(value: unknown): CheckedRule {
  const rule = value as VotingRule;
  const problem =
    fields('', value, RULE, ['version', 'ballot', 'order']) ??
    fields('ballot', rule.ballot, BALLOT, ['type']) ??
    (rule.eligibility ? fields('eligibility', rule.eligibility, ELIGIBILITY, []) : null) ??
    (rule.equalShares ? fields('equalShares', rule.equalShares, EQUAL_SHARES, Object.keys(EQUAL_SHARES)) : null) ??
    ballotProblem(rule.ballot) ??
    orderProblem(rule);
  return problem ? { ok: false, ...problem } : { ok: true, rule };
}

function fields(
  path: string,
  value: unknown,
  checks: Record<string, Check>,
  required: readonly string[],
): Problem | null {
  const at = (key: string): string => (path ? `${path}.${key}` : key);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { path, reason: 'an object is expected' };
  const missing = required.find((key) => !(key in value));
  if (missing) return { path: at(missing), reason: 'is missing' };
  for (const [key, entry] of Object.entries(value)) {
    const reason = Object.hasOwn(checks, key) ? checks[key]!(entry) : 'is unknown';
    if (reason) return { path: at(key), reason };
  }
  return null;
}

function ballotProblem({
  type,
  minLen = 0,
  maxLen,
  maxSumPoints,
  positionPoints,
  maxSumCost,
}: BallotRule): Problem | null {
  if (maxLen !== undefined && minLen > maxLen) return { path: 'ballot.minLen', reason: 'is above maxLen' };
  if (type === 'cumulative' && maxSumPoints === undefined)
    return { path: 'ballot.maxSumPoints', reason: 'is needed for cumulative ballots' };
  if (type === 'ordinal' && maxLen === undefined && !positionPoints)
    return { path: 'ballot.maxLen', reason: 'is needed for ordinal ballots' };
  if (positionPoints && type !== 'ordinal')
    return { path: 'ballot.positionPoints', reason: 'is for ordinal ballots only' };
  if (maxSumCost !== undefined && type !== 'approval')
    return { path: 'ballot.maxSumCost', reason: 'is for approval ballots only' };
  return null;
}

function orderProblem({
  order,
  equalShares,
  lastTopUpPercent,
  onUnaffordable,
  eligibility,
}: VotingRule): Problem | null {
  if (order === 'equalShares' && !equalShares) return { path: 'equalShares', reason: 'is missing' };
  if (order !== 'equalShares' && equalShares) return { path: 'equalShares', reason: 'is for order equalShares only' };
  if (lastTopUpPercent !== undefined && onUnaffordable !== 'stop')
    return { path: 'lastTopUpPercent', reason: 'needs onUnaffordable stop' };
  const share = eligibility?.minShareOfBallots;
  if (share !== undefined && parseRational(share).n > parseRational(share).d)
    return { path: 'eligibility.minShareOfBallots', reason: 'is above 1' };
  return null;
}
