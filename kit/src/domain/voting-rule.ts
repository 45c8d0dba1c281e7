/** Ballot kinds. Ordinal and cumulative ballots give points, the others one vote for each choice. */
export const BALLOT_TYPES = ['approval', 'choose-1', 'ordinal', 'cumulative', 'forAgainst'] as const;
export type BallotType = (typeof BALLOT_TYPES)[number];

/** Most choices of one category or territory; without `key` for each one that has no limit of its own. */
export interface ChoiceLimit {
  key?: string;
  max: number;
}

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
  perCategory?: readonly ChoiceLimit[];
  perTerritory?: readonly ChoiceLimit[];
}

export const TIE_BREAKS = [
  'lowerCost',
  'moreVotes',
  'moreSupporters',
  'expertScore',
  'higherCofinancing',
  'earlierApplication',
  'commissionDecision',
  'publicLot',
] as const;
export type TieBreak = (typeof TIE_BREAKS)[number];

/** Projects that are below are not eligible; all that is given must hold. */
export interface EligibilityThresholds {
  minScore?: number;
  /** Share of the counted ballots that name the project, decimal: "0.1". */
  minShareOfBallots?: string;
  /** Share of the ballots at least this part of the project's share of the budget: "1/3". */
  costShareFactor?: string;
  /** For and against: for / (for + against) must be above it: "0.5". */
  minForShare?: string;
}

/** The budget split in advance; each part is counted alone. */
export interface PartitionRule {
  by: 'category' | 'territory' | 'none';
  /** Roubles of each part. */
  budgets?: readonly { key: string; budget: string }[];
  /** Where unspent money goes: nowhere, or into one more walk over all that is left. */
  remainder?: 'none' | 'cityPool';
}

/** At most so many winners, or roubles of winners: one of the two. */
export type Quota = (PlaceQuota | DivisionQuota) & { maxWinners?: number; maxMoney?: string };

/** Of one category or territory; without `key` of each. */
interface PlaceQuota {
  by: 'category' | 'territory';
  key?: string;
}

/** Of the groups or nominations with these codes together; `title` is what explanations call them. */
interface DivisionQuota {
  by: 'division';
  keys: readonly string[];
  title: string;
}

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
  /** Keep the outcome only if as many voters prefer it to the greedy one as the reverse. */
  comparison?: 'none' | 'byNumber' | 'byAny';
}

/** The second stage: experts as a gate for the vote, the vote as a gate for the experts, or the vote as one criterion of a sum. */
export interface ExpertRule {
  mode: 'criterion' | 'gateBefore' | 'gateAfter';
  /** Criterion: points for the full vote, or the factor of the bands' points. */
  weight?: string;
  /** Criterion: points by the share of ballots that name the project; without them its voters / most voters. */
  bands?: readonly { from: string; points: string }[];
  /** Lowest expert score with which a project may win. */
  minimum?: string;
}

/** The rule of a vote (docs/count-rules.md): frozen and hashed at publication, its hash is in each ballot. */
export interface VotingRule {
  version: 1;
  ballot: BallotRule;
  /** The last revision counts, or a ballot is cast once. */
  revote?: 'last' | 'single';
  /**
   * What a further ballot of one voter by another channel does: online on the one side, paper and meeting on the other. Refused, the later counts, or
   * the one on paper counts. Without it `refuse` under `single`, else `lastCounts`.
   */
  doubleVote?: 'refuse' | 'lastCounts' | 'paperCounts';
  eligibility?: EligibilityThresholds;
  partition?: PartitionRule;
  order: 'score' | 'scorePerCost' | 'equalShares' | 'phragmen';
  /** What happens at the first project that does not fit the money left. */
  onUnaffordable?: 'skip' | 'stop';
  /** With stop: fund that project too if the money left is at least this percentage of its cost. */
  lastTopUpPercent?: number;
  /** Most roubles that top-ups may take from the reserve. */
  topUpReserve?: string;
  /** Ids of projects of which only one may win. */
  exclusiveGroups?: readonly (readonly string[])[];
  /** All but the best placed leave before the allocation, or they are refused once another is funded. */
  exclusiveMode?: 'dropBelowBest' | 'dropIfFunded';
  quotas?: readonly Quota[];
  equalShares?: EqualSharesRule;
  expert?: ExpertRule;
  tieBreak?: readonly TieBreak[];
  /** Public seed of the lot, fixed before the close; or the SHA-256 of one that is revealed after it. */
  lotSeed?: string;
  lotCommitment?: string;
}
