import type { Rational } from '@veche/kit/domain/rational';

/** A project as the count knows it; money in kopecks. */
export interface CountedProject {
  id: string;
  number: string;
  title: string;
  cost: bigint;
  submittedAt: Date;
  /** Score of the experts, where the rule asks for it; null when they did not score it. */
  expertScore: Rational | null;
}

/** Identical ballots merged: how many there are and what they give to each project they name. */
export interface MergedBallots {
  weight: bigint;
  points: ReadonlyMap<string, bigint>;
}

export interface Election {
  /** Kopecks. */
  budget: bigint;
  projects: readonly CountedProject[];
  ballots: readonly MergedBallots[];
  /** Counted ballots, empty ones included. */
  counted: bigint;
  /** Place of a project in the public lot: a hash of the published seed and the id. */
  lot: (projectId: string) => string;
}

export interface Tally {
  /** Sum of votes or points. */
  score: bigint;
  /** Voters who named the project. */
  voters: bigint;
}

/** Votes and voters of each project; independent of the order of ballots. */
export function tally({ projects, ballots }: Pick<Election, 'projects' | 'ballots'>): Map<string, Tally> {
  const tallies = new Map(projects.map(({ id }) => [id, { score: 0n, voters: 0n }]));
  for (const { weight, points } of ballots) {
    for (const [id, given] of points) {
      const entry = tallies.get(id);
      if (!entry || given <= 0n) continue;
      entry.score += weight * given;
      entry.voters += weight;
    }
  }
  return tallies;
}

/** Merges ballots that say the same; `points` of each ballot by project. */
export function merge(ballots: Iterable<ReadonlyMap<string, bigint>>): MergedBallots[] {
  const merged = new Map<string, { weight: bigint; points: ReadonlyMap<string, bigint> }>();
  for (const points of ballots) {
    const key = [...points]
      .map(([id, given]) => `${id}=${given}`)
      .sort()
      .join('\n');
    const known = merged.get(key);
    if (known) known.weight += 1n;
    else merged.set(key, { weight: 1n, points });
  }
  return [...merged.values()];
}
