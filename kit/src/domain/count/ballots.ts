/**
 * Identical ballots merged, in flat arrays: group g is `weights[g]` ballots that give `points[k]` to the project `projects[k]` for
 * `offsets[g]` <= k < `offsets[g + 1]`. Points are 0 or more, or -1 for a vote against.
 */
export interface Ballots {
  /** Counted ballots, empty ones included. */
  counted: number;
  weights: Int32Array;
  offsets: Int32Array;
  projects: Int32Array;
  points: Int32Array;
}

/** Gathers ballots one by one; their order does not matter. */
export class BallotPile {
  readonly #index: ReadonlyMap<string, number>;
  /** How many ballots there are of each kind; a kind is its sorted pairs of project and points, each a code unit. */
  readonly #kinds = new Map<string, number>();
  #counted = 0;

  constructor(projectIds: readonly string[]) {
    this.#index = new Map(projectIds.map((id, index) => [id, index]));
  }

  /** Points of one ballot by project id; a project that is not in the list is passed over. */
  add(points: Iterable<readonly [string, number]>): void {
    this.#counted += 1;
    const entries: [number, number][] = [];
    for (const [id, given] of points) {
      const index = this.#index.get(id);
      if (index !== undefined) entries.push([index, given + 1]);
    }
    const kind = String.fromCharCode(...entries.sort(([a], [b]) => a - b).flat());
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
  }

  ballots(): Ballots {
    const kinds = [...this.#kinds];
    const total = kinds.reduce((sum, [kind]) => sum + kind.length / 2, 0);
    const made = {
      counted: this.#counted,
      weights: Int32Array.from(kinds, ([, weight]) => weight),
      offsets: new Int32Array(kinds.length + 1),
      projects: new Int32Array(total),
      points: new Int32Array(total),
    };
    let end = 0;
    for (const [group, [kind]] of kinds.entries()) {
      for (let unit = 0; unit < kind.length; unit += 2) {
        made.projects[end] = kind.charCodeAt(unit);
        made.points[end] = kind.charCodeAt(unit + 1) - 1;
        end += 1;
      }
      made.offsets[group + 1] = end;
    }
    return made;
  }
}

export interface Tally {
  score: bigint;
  voters: bigint;
  against: bigint;
}

/** Votes, voters and votes against of each of the projects, by index. */
export function tally({ weights, offsets, projects, points }: Ballots, projectCount: number): Tally[] {
  const score = new Float64Array(projectCount);
  const voters = new Float64Array(projectCount);
  const against = new Float64Array(projectCount);
  for (let group = 0; group < weights.length; group += 1) {
    const weight = weights[group]!;
    for (let at = offsets[group]!; at < offsets[group + 1]!; at += 1) {
      const project = projects[at]!;
      const given = points[at]!;
      if (given > 0) {
        // At most 2^31 ballots of 1000 points: a float holds the sum exactly.
        score[project]! += weight * given;
        voters[project]! += weight;
      } else if (given < 0) against[project]! += weight;
    }
  }
  return Array.from(score, (sum, index) => ({
    score: BigInt(sum),
    voters: BigInt(voters[index]!),
    against: BigInt(against[index]!),
  }));
}

/** Ballots that name at least one of these projects, whatever they give to it. */
export function naming({ weights, offsets, projects }: Ballots, of: ReadonlySet<number>): number {
  let ballots = 0;
  for (let group = 0; group < weights.length; group += 1) {
    if (projects.subarray(offsets[group], offsets[group + 1]).some((project) => of.has(project)))
      ballots += weights[group]!;
  }
  return ballots;
}

/** The groups of ballots that give something to a project, with their weights and points. */
export interface Supporters {
  groups: Int32Array;
  weights: Int32Array;
  points: Int32Array;
}

/** Supporters of each of these projects, by index. */
export function supportersOf(ballots: Ballots, of: readonly number[]): Map<number, Supporters> {
  const { weights, offsets, projects, points } = ballots;
  const found = new Map(of.map((index) => [index, { groups: [], weights: [], points: [] } as Growing]));
  for (let group = 0; group < weights.length; group += 1) {
    for (let at = offsets[group]!; at < offsets[group + 1]!; at += 1) {
      const entry = points[at]! > 0 ? found.get(projects[at]!) : undefined;
      entry?.groups.push(group);
      entry?.weights.push(weights[group]!);
      entry?.points.push(points[at]!);
    }
  }
  return new Map(
    [...found].map(([index, lists]) => [
      index,
      {
        groups: Int32Array.from(lists.groups),
        weights: Int32Array.from(lists.weights),
        points: Int32Array.from(lists.points),
      },
    ]),
  );
}

interface Growing {
  groups: number[];
  weights: number[];
  points: number[];
}
