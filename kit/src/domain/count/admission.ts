import { parseMoney } from '../money.ts';
import type { Quota, VotingRule } from '../voting-rule.ts';
import type { CountedProject, Standing } from './election.ts';

/** Names of the exclusive groups of each project: those that the rule lists and those that the projects carry. */
export function groupsOf(
  { exclusiveGroups = [] }: VotingRule,
  projects: readonly CountedProject[],
): Map<string, string[]> {
  return new Map(
    projects.map(({ id, groups }) => [
      id,
      [
        ...exclusiveGroups.flatMap((group, index) => (group.includes(id) ? [`rule ${index}`] : [])),
        ...groups.map((name) => `named ${name}`),
      ],
    ]),
  );
}

/** A quota that looks at a project. */
interface Look {
  quota: Quota;
  max: bigint;
  /** Under what the quota counts the project with others. */
  counter: string;
  /** What the project takes of the maximum. */
  takes: bigint;
}

/** Why a project may not win beside the winners so far; of a quota what was left of it: winners or kopecks. */
export type Refusal = { reason: 'EXCLUDED' } | { reason: 'QUOTA'; quota: { rule: Quota; left: bigint } };

/** What does not change from winner to winner. */
interface Bounds {
  groups: ReadonlyMap<string, readonly string[]>;
  looks: ReadonlyMap<string, readonly Look[]>;
}

/** Whether a project may still win beside the winners so far: exclusive groups (mode dropIfFunded) and quotas. */
export class Admission {
  readonly #bounds: Bounds;
  readonly #taken: Set<string>;
  /** Winners or money so far by counter. */
  readonly #used: Map<string, bigint>;

  private constructor(bounds: Bounds, taken: Iterable<string>, used: Iterable<readonly [string, bigint]>) {
    this.#bounds = bounds;
    this.#taken = new Set(taken);
    this.#used = new Map(used);
  }

  static of(rule: VotingRule, projects: readonly CountedProject[]): Admission {
    const groups = rule.exclusiveMode === 'dropIfFunded' ? groupsOf(rule, projects) : new Map();
    const looks = new Map(projects.map((project) => [project.id, looksAt(rule.quotas ?? [], project)]));
    return new Admission({ groups, looks }, [], []);
  }

  /** The state from here on apart from this one. */
  copy(): Admission {
    return new Admission(this.#bounds, this.#taken, this.#used);
  }

  refusal({ project: { id } }: Standing): Refusal | null {
    if (this.#groupsOf(id).some((group) => this.#taken.has(group))) return { reason: 'EXCLUDED' };
    const broken = this.#looksAt(id).find((look) => look.takes > this.#left(look));
    return broken ? { reason: 'QUOTA', quota: { rule: broken.quota, left: this.#left(broken) } } : null;
  }

  take({ project: { id } }: Standing): void {
    for (const group of this.#groupsOf(id)) this.#taken.add(group);
    for (const { counter, takes } of this.#looksAt(id))
      this.#used.set(counter, (this.#used.get(counter) ?? 0n) + takes);
  }

  #groupsOf(id: string): readonly string[] {
    return this.#bounds.groups.get(id) ?? [];
  }

  #looksAt(id: string): readonly Look[] {
    return this.#bounds.looks.get(id) ?? [];
  }

  #left({ max, counter }: Look): bigint {
    return max - (this.#used.get(counter) ?? 0n);
  }
}

const looksAt = (quotas: readonly Quota[], project: CountedProject): Look[] =>
  quotas.flatMap((quota, index) => {
    const key = keyOf(quota, project);
    if (key === null) return [];
    const { maxMoney, maxWinners } = quota;
    const bound =
      maxMoney === undefined
        ? { max: BigInt(maxWinners!), takes: 1n }
        : { max: parseMoney(maxMoney), takes: project.cost };
    return [{ quota, counter: `${index} ${key}`, ...bound }];
  });

/** Under what a quota counts a project; null when it does not look at it. The divisions of a quota are counted together. */
function keyOf(quota: Quota, project: CountedProject): string | null {
  if (quota.by === 'division') return quota.keys.some((key) => project.divisions?.includes(key)) ? '' : null;
  const key = project[quota.by];
  return quota.key === undefined || quota.key === key ? key : null;
}
