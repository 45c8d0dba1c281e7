import { parseMoney } from './money.ts';
import { compare, parseFraction, rational } from './rational.ts';
import { decimal, firstOf, list, object, oneOf, ratio, roubles, sha256, text, whole, type Problem } from './shape.ts';
import {
  BALLOT_TYPES,
  TIE_BREAKS,
  type BallotRule,
  type ExpertRule,
  type Quota,
  type VotingRule,
} from './voting-rule.ts';

export type CheckedRule = { ok: true; rule: VotingRule } | { ok: false; path: string; reason: string };

const MANY = 1000;
const itself = (item: unknown): unknown => item;
const keyOf = ({ key }: { key?: string }): unknown => key;
const COUNT = whole(1, MANY);
const LIMITS = list(object({ key: text, max: COUNT }, ['max']), { max: 200, distinct: keyOf });

const QUOTA = object(
  {
    by: oneOf('category', 'territory', 'division'),
    key: text,
    keys: list(text, { max: 100, distinct: itself }),
    title: text,
    maxWinners: whole(0, MANY),
    maxMoney: roubles,
  },
  ['by'],
);

const RULE = object(
  {
    version: oneOf(1),
    ballot: object(
      {
        type: oneOf(...BALLOT_TYPES),
        minLen: whole(0, MANY),
        maxLen: COUNT,
        maxSumPoints: COUNT,
        maxPoints: COUNT,
        positionPoints: list(whole(0, MANY), { max: MANY }),
        maxSumCost: roubles,
        perCategory: LIMITS,
        perTerritory: LIMITS,
      },
      ['type'],
    ),
    revote: oneOf('last', 'single'),
    doubleVote: oneOf('refuse', 'lastCounts', 'paperCounts'),
    eligibility: object({
      minScore: whole(1, 1_000_000_000),
      minShareOfBallots: decimal,
      costShareFactor: ratio,
      minForShare: ratio,
    }),
    partition: object(
      {
        by: oneOf('category', 'territory', 'none'),
        budgets: list(object({ key: text, budget: roubles }, ['key', 'budget']), { max: MANY, distinct: keyOf }),
        remainder: oneOf('none', 'cityPool'),
      },
      ['by'],
    ),
    order: oneOf('score', 'scorePerCost', 'equalShares', 'phragmen'),
    onUnaffordable: oneOf('skip', 'stop'),
    lastTopUpPercent: whole(1, 100),
    topUpReserve: roubles,
    exclusiveGroups: list(list(text, { min: 2, max: 200, distinct: itself }), { max: 200 }),
    exclusiveMode: oneOf('dropBelowBest', 'dropIfFunded'),
    quotas: list(QUOTA, { max: 500 }),
    equalShares: object(
      {
        utility: oneOf('cost', 'plain'),
        start: oneOf('exact', 'integer'),
        increment: whole(0, 1_000_000_000),
        stopWhenExhaustive: oneOf(true, false),
        completion: oneOf('none', 'utilitarian'),
        comparison: oneOf('none', 'byNumber', 'byAny'),
      },
      ['utility', 'start', 'increment', 'stopWhenExhaustive', 'completion'],
    ),
    expert: object(
      {
        mode: oneOf('criterion', 'gateBefore', 'gateAfter'),
        weight: decimal,
        bands: list(object({ from: ratio, points: decimal }, ['from', 'points']), { max: 100 }),
        minimum: decimal,
      },
      ['mode'],
    ),
    tieBreak: list(oneOf(...TIE_BREAKS), { max: TIE_BREAKS.length, distinct: itself }),
    lotSeed: text,
    lotCommitment: sha256,
  },
  ['version', 'ballot', 'order'],
);

/**
 * Checks a rule as it was written or received, for a contest with this budget (kopecks); an unknown field is refused, for it would be a rule
 * that nobody applies.
 */
export function checkVotingRule(value: unknown, budget: bigint): CheckedRule {
  const rule = value as VotingRule;
  const problem =
    RULE(value, '') ??
    firstOf([
      ballotProblem(rule.ballot),
      eligibilityProblem(rule),
      partitionProblem(rule, budget),
      orderProblem(rule),
      topUpProblem(rule),
      firstOf((rule.quotas ?? []).map(quotaProblem)),
      rule.expert ? expertProblem(rule.expert, rule.order) : null,
      tieProblem(rule),
    ]);
  return problem ? { ok: false, ...problem } : { ok: true, rule };
}

/** The first row whose condition holds. */
const refusal = (...rows: readonly (readonly [boolean, string, string])[]): Problem | null => {
  const row = rows.find(([wrong]) => wrong);
  return row ? { path: row[1], reason: row[2] } : null;
};

const aboveOne = (share: string | undefined): boolean =>
  share !== undefined && compare(parseFraction(share), rational(1n)) > 0;

function ballotProblem(rule: BallotRule): Problem | null {
  const { type, minLen = 0, maxLen, maxSumPoints, positionPoints, maxSumCost } = rule;
  return refusal(
    [maxLen !== undefined && minLen > maxLen, 'ballot.minLen', 'больше maxLen'],
    [type === 'cumulative' && maxSumPoints === undefined, 'ballot.maxSumPoints', 'нужно для бюллетеней с баллами'],
    [type === 'ordinal' && maxLen === undefined && !positionPoints, 'ballot.maxLen', 'нужно для бюллетеней с порядком'],
    [positionPoints !== undefined && type !== 'ordinal', 'ballot.positionPoints', 'только для бюллетеней с порядком'],
    [
      positionPoints !== undefined && (maxLen ?? 0) > positionPoints.length,
      'ballot.maxLen',
      'больше числа мест в positionPoints',
    ],
    [maxSumCost !== undefined && type !== 'approval', 'ballot.maxSumCost', 'только для бюллетеней approval'],
  );
}

const eligibilityProblem = ({ eligibility, ballot }: VotingRule): Problem | null =>
  refusal(
    [aboveOne(eligibility?.minShareOfBallots), 'eligibility.minShareOfBallots', 'больше 1'],
    [aboveOne(eligibility?.minForShare), 'eligibility.minForShare', 'больше 1'],
    [
      eligibility?.minForShare !== undefined && ballot.type !== 'forAgainst',
      'eligibility.minForShare',
      'только для бюллетеней «за» и «против»',
    ],
  );

function partitionProblem({ partition }: VotingRule, money: bigint): Problem | null {
  if (!partition) return null;
  const { by, budgets, remainder } = partition;
  const parts = (budgets ?? []).reduce((sum, { budget }) => sum + parseMoney(budget), 0n);
  return refusal(
    [by !== 'none' && !budgets, 'partition.budgets', 'не указано'],
    [by === 'none' && budgets !== undefined, 'partition.budgets', 'нужно деление по category или territory'],
    [parts > money, 'partition.budgets', 'вместе больше бюджета'],
    [by === 'none' && remainder !== undefined, 'partition.remainder', 'нужно деление по category или territory'],
  );
}

const orderProblem = ({ order, equalShares, onUnaffordable, ballot }: VotingRule): Problem | null =>
  refusal(
    [order === 'equalShares' && !equalShares, 'equalShares', 'не указано'],
    [order !== 'equalShares' && equalShares !== undefined, 'equalShares', 'только для порядка equalShares'],
    [order === 'equalShares' && onUnaffordable === 'stop', 'onUnaffordable', 'stop не для порядка equalShares'],
    [order === 'phragmen' && onUnaffordable === 'skip', 'onUnaffordable', 'skip не для порядка phragmen'],
    [
      order === 'phragmen' && (ballot.type === 'ordinal' || ballot.type === 'cumulative'),
      'order',
      'phragmen не для бюллетеней с баллами',
    ],
  );

const topUpProblem = ({ order, onUnaffordable, lastTopUpPercent, topUpReserve }: VotingRule): Problem | null =>
  refusal(
    [lastTopUpPercent !== undefined && onUnaffordable !== 'stop', 'lastTopUpPercent', 'нужно onUnaffordable stop'],
    [lastTopUpPercent !== undefined && order === 'phragmen', 'lastTopUpPercent', 'не для порядка phragmen'],
    [topUpReserve !== undefined && lastTopUpPercent === undefined, 'topUpReserve', 'нужно lastTopUpPercent'],
  );

function quotaProblem(quota: Quota, index: number): Problem | null {
  const at = `quotas.${index}`;
  const ofDivisions = quota.by === 'division';
  return refusal(
    [
      (quota.maxWinners === undefined) === (quota.maxMoney === undefined),
      at,
      'нужно одно из двух: maxWinners или maxMoney',
    ],
    [ofDivisions && !('keys' in quota && 'title' in quota), at, 'для division нужны keys и title'],
    [ofDivisions && 'key' in quota, `${at}.key`, 'только для category и territory'],
    [!ofDivisions && ('keys' in quota || 'title' in quota), at, 'keys и title только для division'],
  );
}

function expertProblem({ mode, weight, bands, minimum }: ExpertRule, order: VotingRule['order']): Problem | null {
  const from = (bands ?? []).map((band) => parseFraction(band.from));
  const falls = from.findIndex((share, index) => index > 0 && compare(share, from[index - 1]!) <= 0);
  return refusal(
    [mode === 'criterion' && weight === undefined, 'expert.weight', 'не указано'],
    [mode !== 'criterion' && weight !== undefined, 'expert.weight', 'только для режима criterion'],
    [mode !== 'criterion' && bands !== undefined, 'expert.bands', 'только для режима criterion'],
    [mode === 'gateBefore' && minimum === undefined, 'expert.minimum', 'не указано'],
    [
      mode !== 'gateBefore' && order !== 'score' && order !== 'scorePerCost',
      'expert.mode',
      `${mode} возможен с порядком score или scorePerCost`,
    ],
    [falls >= 0, `expert.bands.${falls}.from`, 'не больше предыдущей границы'],
  );
}

const tieProblem = ({ tieBreak, equalShares, lotSeed, lotCommitment }: VotingRule): Problem | null =>
  refusal(
    [
      (equalShares?.increment ?? 0) > 0 && tieBreak?.includes('commissionDecision') === true,
      'tieBreak',
      'для commissionDecision нужно equalShares.increment 0',
    ],
    [lotCommitment !== undefined && lotSeed !== undefined, 'lotCommitment', 'нельзя вместе с lotSeed'],
  );
