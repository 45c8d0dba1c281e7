import type { EqualSharesRule, VotingRule } from '../voting-rule.ts';
import { BallotPile, type Ballots } from './ballots.ts';
import { count } from './count.ts';
import type { Election } from './election.ts';

/** An election from letters: `AB` is a ballot for A and B, `aB` one against A and for B. Letters apply in their order. */
export function election(budget: bigint, costs: Record<string, bigint>, ballots: readonly string[]): Election {
  const projects = Object.entries(costs).map(([id, cost], index) => ({
    id,
    number: String(index + 1),
    title: `Проект ${id}`,
    cost,
    category: 'one',
    territory: null,
    submittedAt: new Date(index),
    expertScore: null,
    cofinancing: null,
    groups: [],
    withdrawn: false,
  }));
  const votes = ballots.map((ballot) =>
    [...ballot].map((letter): [string, number] => [letter.toUpperCase(), letter === letter.toUpperCase() ? 1 : -1]),
  );
  return { budget, projects, ballots: pile(Object.keys(costs), votes), lot: (id) => id, decision: [] };
}

export function pile(ids: readonly string[], votes: Iterable<readonly (readonly [string, number])[]>): Ballots {
  const gathered = new BallotPile(ids);
  for (const vote of votes) gathered.add(vote);
  return gathered.ballots();
}

export const SKIP: VotingRule = {
  version: 1,
  ballot: { type: 'approval' },
  order: 'score',
  onUnaffordable: 'skip',
};
export const STOP: VotingRule = { ...SKIP, onUnaffordable: 'stop' };
export const PHRAGMEN: VotingRule = { version: 1, ballot: { type: 'approval' }, order: 'phragmen' };
export const equalShares = (more: Partial<EqualSharesRule> = {}): VotingRule => ({
  ...SKIP,
  order: 'equalShares',
  equalShares: { utility: 'cost', start: 'exact', increment: 0, stopWhenExhaustive: true, completion: 'none', ...more },
});

export const withCategory = (of: Election, category: (id: string) => string): Election => ({
  ...of,
  projects: of.projects.map((project) => ({ ...project, category: category(project.id) })),
});

export const withDivisions = (of: Election, divisions: (id: string) => string[]): Election => ({
  ...of,
  projects: of.projects.map((project) => ({ ...project, divisions: divisions(project.id) })),
});

/** Letters of the winners and their cost. */
export function winners(rule: VotingRule, of: Election): string {
  const { winners: won, spent } = count(rule, of);
  return `${won.toSorted().join('')} ${spent}`;
}

// The worked elections of the reference; none of them depends on ties.
export const E1 = election(100n, { A: 15n, B: 15n, C: 51n, D: 34n, E: 56n, F: 8n }, [
  ...Array<string>(2).fill('ACDEF'),
  'A',
  'BD',
  ...Array<string>(3).fill('CE'),
  ...Array<string>(2).fill('CDEF'),
  'BDE',
]);
export const E2 = election(100n, { A: 7n, B: 11n, C: 58n, D: 18n, E: 23n, F: 53n, G: 22n }, [
  'BD',
  ...Array<string>(3).fill('ABCDEFG'),
  ...Array<string>(4).fill('CF'),
  ...Array<string>(3).fill('DEF'),
  ...Array<string>(2).fill('ABCEF'),
]);
