import type { Rounding } from './rational.ts';

/** How a number is rounded: HALF_UP takes halves away from zero, as regulations mean by "округление". */
export interface RoundingRule {
  /** Decimals, 0 to 6. */
  places: number;
  mode: RoundingMode;
}

export const ROUNDING_MODES = {
  HALF_UP: 'half-up',
  HALF_EVEN: 'half-even',
  FLOOR: 'floor',
  CEIL: 'ceil',
  TRUNCATE: 'truncate',
} as const satisfies Record<string, Rounding>;
export type RoundingMode = keyof typeof ROUNDING_MODES;

interface Common {
  /** Unique in the contest. */
  code: string;
  title: string;
  /** Most points before the weight, decimal; of no meaning in a gate. */
  maxPoints: string;
  /** Factor of the points in the total or in the group, decimal, not negative; of no meaning in a gate. */
  weight: string;
  /** Code of the GROUP that it belongs to. */
  group?: string | null;
  /** Rounds the points before the weight. */
  round?: RoundingRule | null;
  /** Points before the weight that an application must reach; with fewer it does not take part in the ranking. */
  least?: string | null;
}

/** A number that the criterion looks at: a formula, and how its value is rounded first. */
export interface Measured {
  /** Formula of a number. */
  input: string;
  inputRound?: RoundingRule | null;
}

/** Each expert gives whole points from 0 to `maxPoints`. */
export interface ExpertCriterion extends Common {
  kind: 'EXPERT';
  parameters: { commentRequired: boolean; aggregate?: Aggregate | null };
}

/** Of the experts who took part: TRIMMED leaves out one highest and one lowest mark when there are three or more. */
export const AGGREGATES = ['MEAN', 'MEDIAN', 'TRIMMED'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** Straight line: no points at `a`, all at `b`, clamped. */
export interface LinearCriterion extends Common {
  kind: 'LINEAR';
  parameters: Measured & { a: string; b: string };
}

/**
 * Straight line of which one end or both are taken from the admitted applications of the same group, so that a score is not final before
 * the admission is. Where both ends meet, everybody has `flat` points.
 */
export interface CohortLinearCriterion extends Common {
  kind: 'COHORT_LINEAR';
  parameters: Measured & {
    a?: string | null;
    aStat?: Statistic | null;
    b?: string | null;
    bStat?: Statistic | null;
    flat?: string | null;
  };
}

export const STATISTICS = ['MIN', 'MAX', 'AVG'] as const;
export type Statistic = (typeof STATISTICS)[number];

/** A range of values with its points; each end says whether it belongs to the range. `to` null: without end. */
export interface StepRange {
  from: string;
  fromIncluded: boolean;
  to: string | null;
  toIncluded: boolean;
  points: string;
}

/** Ranges that hold when a condition does; the last case has none and holds otherwise. */
export interface StepCase {
  when?: string | null;
  ranges: readonly StepRange[];
}

/** Points of the range in which the value lies; a value below 0 counts as 0. */
export interface StepCriterion extends Common {
  kind: 'STEP';
  parameters: Measured & ({ ranges: readonly StepRange[] } | { cases: readonly StepCase[] });
}

/** `base` and `k` more for each full `unit` above `x0`, at most `maxPoints`; up to `x0` the ranges of `lower` hold. */
export interface RateCriterion extends Common {
  kind: 'RATE';
  parameters: Measured & {
    x0: string;
    unit: string;
    base: string;
    k: string;
    /** How the number of units is made whole. */
    rounding: 'FLOOR' | 'CEIL' | 'HALF_UP';
    lower: readonly StepRange[];
  };
}

export interface BoolCriterion extends Common {
  kind: 'BOOL';
  parameters: { condition: string; yes: string; no: string };
}

/** Points by option; `otherwise` for texts that no option has. */
export interface EnumCriterion extends Common {
  kind: 'ENUM';
  parameters: {
    /** Formula of a text. */
    input: string;
    options: readonly { value: string; points: string }[];
    otherwise?: string | null;
  };
}

/** Points of the items that hold, at most `maxPoints`. */
export interface ChecklistCriterion extends Common {
  kind: 'CHECKLIST';
  parameters: { items: readonly { title: string; condition: string; points: string }[] };
}

/** Part of `maxPoints` by what the residents voted. */
export interface VoteCriterion extends Common {
  kind: 'VOTE';
  parameters: { measure: VoteMeasure };
}

/**
 * MAX_SHARE: votes for / most votes of the group; POPULATION_SHARE: votes for / population; FOR_SHARE: for / (for + against); NET_SHARE:
 * (for - against) / (for + against), 0 where more are against.
 */
export const VOTE_MEASURES = ['MAX_SHARE', 'POPULATION_SHARE', 'FOR_SHARE', 'NET_SHARE'] as const;
export type VoteMeasure = (typeof VOTE_MEASURES)[number];

/** Gives no points; an application for which the condition does not hold does not take part in the ranking. */
export interface GateCriterion extends Common {
  kind: 'GATE';
  parameters: {
    condition: string;
    message: string;
    /** Decided before the experts: whom it stops is given to no expert. Otherwise only the ranking looks at it. */
    before?: boolean | null;
  };
}

/** Weighted sum of the criteria that name it as their group, divided by `weightSum` when there is one; at most `maxPoints`. */
export interface GroupCriterion extends Common {
  kind: 'GROUP';
  parameters: { weightSum?: string | null };
}

export type Criterion =
  | ExpertCriterion
  | LinearCriterion
  | CohortLinearCriterion
  | StepCriterion
  | RateCriterion
  | BoolCriterion
  | EnumCriterion
  | ChecklistCriterion
  | VoteCriterion
  | GateCriterion
  | GroupCriterion;

export type CriterionKind = Criterion['kind'];

/** A value that is computed once and named `derived.<code>` in every other formula. */
export interface DerivedField {
  code: string;
  title: string;
  formula: string;
}

/** Where two totals are equal: more points of a criterion, more or less of a formula, or the earlier submission comes first. */
export interface TieBreaker {
  by: 'CRITERION' | 'FORMULA' | 'EARLIER';
  criterion?: string | null;
  formula?: string | null;
  first?: 'MORE' | 'LESS' | null;
}

/** What makes a ranking of the points. */
export interface Scoring {
  derived: readonly DerivedField[];
  /** What the weights must add up to; the weighted sum is divided by it. Null: the plain weighted sum. */
  weightSum: string | null;
  /** Rounds the total. */
  round: RoundingRule | null;
  /** Total that an application must reach. */
  threshold: string | null;
  /** Formula of a text that splits the applications into groups, each with a ranking of its own. */
  groupBy: string | null;
  /** Thresholds of single groups, before `threshold`. */
  groupThresholds: readonly { group: string; threshold: string }[];
  tieBreakers: readonly TieBreaker[];
  /** The least that experts may sign their sheets with; absent: a certificate (63-ФЗ article 5). */
  sheetSignature?: 'SIMPLE' | 'ENHANCED';
  /** The same of documents: applications, minutes, letters. */
  documentSignature?: 'SIMPLE' | 'ENHANCED';
  /** A jury of residents that scores in a stage of its own; absent: there is none. */
  publicJury?: PublicJury | null;
  /** Points that residents give to applications in the same stage; absent: there are none. */
  virtualCapital?: VirtualCapital | null;
}

/** OPEN: a member chooses what to score. RANDOM: a draw from a published seed gives it. */
export const JURY_ASSIGNMENTS = ['OPEN', 'RANDOM'] as const;
export type JuryAssignment = (typeof JURY_ASSIGNMENTS)[number];

/** A wide public jury. Its points are `jury.share` of formulas, so that a gate can stand between it and the experts. */
export interface PublicJury {
  /** Each member gives whole points from 0 to `maxPoints` for each. */
  criteria: readonly { code: string; title: string; maxPoints: string }[];
  assignment: JuryAssignment;
  /** Members who are drawn from all who were admitted; null: all of them are members. */
  seats: number | null;
  /** With RANDOM: members for each application. */
  perApplication: number | null;
  /** Least age of a member in full years, on the day of the application to the jury. */
  minAge: number;
  /** Only those who are registered in the territory of the contest. */
  residentsOnly: boolean;
}

/** LIVE: everybody follows what was given. HIDDEN_UNTIL_END: nobody does before the stage is over. */
export const CAPITAL_PROGRESS = ['LIVE', 'HIDDEN_UNTIL_END'] as const;
export type CapitalProgress = (typeof CAPITAL_PROGRESS)[number];

/**
 * Virtual capital: points of residents with a confirmed account, given to admitted applications. A point stands against a rouble of what the
 * application asks for (`capital.share` of formulas); it is no money and becomes none.
 */
export interface VirtualCapital {
  /** Points of each person, whole. */
  endowment: number;
  /** Amounts that are offered; any other whole amount may be given too. */
  presets: readonly number[];
  /** Most points of one person for one application; null: all that the person has. */
  perApplication: number | null;
  progress: CapitalProgress;
  /** ОКТМО of the territory in which a giver must be registered; null or absent: anybody with a confirmed account gives. */
  residence?: string | null;
}

/** The scoring of contests that say nothing of it. */
export const PLAIN_SCORING: Scoring = {
  derived: [],
  weightSum: null,
  round: null,
  threshold: null,
  groupBy: null,
  groupThresholds: [],
  tieBreakers: [],
};
