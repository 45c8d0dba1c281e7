import { compare, rational } from '@veche/kit/domain/rational';
import type { TieBreak, VotingRule } from '@veche/kit/domain/voting-rule';
import type { CountedProject, Election, Tally } from './election.ts';

/** A tie that was met and the key that broke it. */
export interface Tie {
  first: string;
  second: string;
  by: TieBreak;
}

export const DEFAULT_TIE_BREAK: readonly TieBreak[] = ['lowerCost', 'moreVotes', 'earlierApplication', 'publicLot'];

type Key = (a: CountedProject, b: CountedProject) => number;

/** Breaks ties by the keys of the rule in their order; the public lot always ends the list, so that the order is total. */
export class TieBreaker {
  readonly ties: Tie[] = [];
  readonly #keys: [TieBreak, Key][];

  constructor(rule: VotingRule, election: Election, tallies: ReadonlyMap<string, Tally>) {
    const listed = rule.tieBreak ?? DEFAULT_TIE_BREAK;
    const order: TieBreak[] = listed.includes('publicLot') ? [...listed] : [...listed, 'publicLot'];
    const keys = keysOf(election, tallies);
    this.#keys = order.map((name) => [name, keys[name]]);
  }

  /** Negative when `a` goes first; never 0 for two projects. Each tie is noted once. */
  readonly compare = (a: CountedProject, b: CountedProject): number => {
    for (const [by, key] of this.#keys) {
      const order = key(a, b);
      if (order !== 0) {
        this.#note(order < 0 ? a.id : b.id, order < 0 ? b.id : a.id, by);
        return order;
      }
    }
    return 0;
  };

  #note(first: string, second: string, by: TieBreak): void {
    const known = this.ties.some((tie) => tie.first === first && tie.second === second);
    if (!known) this.ties.push({ first, second, by });
  }
}

const NOTHING = rational(-1n);
const descending = (a: bigint, b: bigint): number => (a === b ? 0 : a > b ? -1 : 1);

function keysOf({ lot }: Election, tallies: ReadonlyMap<string, Tally>): Record<TieBreak, Key> {
  const votes = (project: CountedProject): Tally => tallies.get(project.id)!;
  return {
    lowerCost: (a, b) => -descending(a.cost, b.cost),
    moreVotes: (a, b) => descending(votes(a).score, votes(b).score),
    moreSupporters: (a, b) => descending(votes(a).voters, votes(b).voters),
    expertScore: (a, b) => -compare(a.expertScore ?? NOTHING, b.expertScore ?? NOTHING),
    earlierApplication: (a, b) => Math.sign(a.submittedAt.getTime() - b.submittedAt.getTime()),
    publicLot: (a, b) => (lot(a.id) < lot(b.id) ? -1 : lot(a.id) > lot(b.id) ? 1 : 0),
  };
}
