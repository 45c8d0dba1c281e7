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

export const divisionOf = ({ project }: Standing, by: Quota['by']): string | null =>
  by === 'category' ? project.category : project.territory;

interface Limit {
  quota: Quota;
  max: bigint;
  /** Winners or money so far by category or territory. */
  used: Map<string, bigint>;
}

/** Whether a project may still win beside the winners so far: exclusive groups (mode dropIfFunded) and quotas. */
export class Admission {
  readonly #groups: ReadonlyMap<string, readonly string[]>;
  readonly #taken: Set<string>;
  readonly #limits: readonly Limit[];

  private constructor(groups: ReadonlyMap<string, readonly string[]>, taken: Set<string>, limits: readonly Limit[]) {
    this.#groups = groups;
    this.#taken = taken;
    this.#limits = limits;
  }

  static of(rule: VotingRule, projects: readonly CountedProject[]): Admission {
    const limits = (rule.quotas ?? []).map((quota) => ({
      quota,
      max: quota.maxMoney === undefined ? BigInt(quota.maxWinners!) : parseMoney(quota.maxMoney),
      used: new Map<string, bigint>(),
    }));
    return new Admission(
      rule.exclusiveMode === 'dropIfFunded' ? groupsOf(rule, projects) : new Map(),
      new Set(),
      limits,
    );
  }

  /** The state from here on apart from this one. */
  copy(): Admission {
    const limits = this.#limits.map((limit) => ({ ...limit, used: new Map(limit.used) }));
    return new Admission(this.#groups, new Set(this.#taken), limits);
  }

  refusal(standing: Standing): 'EXCLUDED' | 'QUOTA' | null {
    if (this.#groupsOf(standing).some((group) => this.#taken.has(group))) return 'EXCLUDED';
    return this.#limits.some((limit) => wouldUse(limit, standing) > limit.max) ? 'QUOTA' : null;
  }

  take(standing: Standing): void {
    for (const group of this.#groupsOf(standing)) this.#taken.add(group);
    for (const limit of this.#limits) {
      const key = divisionOf(standing, limit.quota.by);
      if (key !== null) limit.used.set(key, wouldUse(limit, standing));
    }
  }

  #groupsOf({ project }: Standing): readonly string[] {
    return this.#groups.get(project.id) ?? [];
  }
}

/** What the quota would have used of its maximum with this project; nothing when it does not look at it. */
function wouldUse({ quota, used }: Limit, standing: Standing): bigint {
  const key = divisionOf(standing, quota.by);
  if (key === null || (quota.key !== undefined && quota.key !== key)) return 0n;
  return (used.get(key) ?? 0n) + (quota.maxMoney === undefined ? 1n : standing.project.cost);
}
