import type { Rational } from '../rational.ts';
import type { Ballots } from './ballots.ts';

/** A project as the count knows it; money in kopecks. */
export interface CountedProject {
  id: string;
  number: string;
  title: string;
  cost: bigint;
  category: string;
  /** OKTMO or another name of a district; null where the contest has none. */
  territory: string | null;
  submittedAt: Date;
  /** Score of the experts, where the rule asks for it; null when they did not score it. */
  expertScore: Rational | null;
  /** Own share of the applicants; null when unknown. */
  cofinancing: Rational | null;
  /** Names of exclusive groups that the project belongs to. */
  groups: readonly string[];
  /** Codes of its groups of applicants and nominations; absent where the contest has none. */
  divisions?: readonly string[];
  withdrawn: boolean;
  /** Why the rules of the contest keep it out of the winners, in Russian; absent where they do not. */
  barredBy?: readonly string[];
}

/** Inputs of a count (docs/count-rules.md, 3). */
export interface Election {
  /** Kopecks. */
  budget: bigint;
  projects: readonly CountedProject[];
  /** Made from the ids of `projects` in their order. */
  ballots: Ballots;
  /** Place of a project in the public lot: a hash of the published seed and the id. */
  lot: (projectId: string) => string;
  /** Order in which the commission decided ties; may be empty. */
  decision: readonly string[];
}

/** A project with what the ballots say of it. */
export interface Standing {
  project: CountedProject;
  /** Position in `Election.projects`. */
  index: number;
  /** Sum of votes or points. */
  score: bigint;
  /** Voters who gave it more than nothing. */
  voters: bigint;
  /** Voters against, in ballots for and against. */
  against: bigint;
  /** What it is ranked by: the score, or what the experts make of it; null when their score is missing. */
  merit: Rational | null;
}
