import { compare, type Rational } from '../rational.ts';
import type { TieBreak, VotingRule } from '../voting-rule.ts';
import type { Election, Standing } from './election.ts';

/** A tie that was met and the key that broke it. */
export interface Tie {
  first: string;
  second: string;
  by: TieBreak;
}

const DEFAULT_TIE_BREAK: readonly TieBreak[] = ['lowerCost', 'moreVotes', 'earlierApplication', 'publicLot'];

type Key = (a: Standing, b: Standing) => number;

/** Breaks ties by the keys of the rule in their order; the public lot always ends the list, so that the order is total. */
export class TieBreaker {
  readonly #keys: readonly [TieBreak, Key][];
  readonly #decided: ReadonlySet<string>;
  readonly #reported = new Map<string, Tie>();
  readonly #undecided: [string, string][] = [];

  constructor({ tieBreak = DEFAULT_TIE_BREAK }: VotingRule, election: Election) {
    const order: TieBreak[] = tieBreak.includes('publicLot') ? [...tieBreak] : [...tieBreak, 'publicLot'];
    const keys = keysOf(election);
    this.#keys = order.map((name) => [name, keys[name]]);
    this.#decided = new Set(election.decision);
  }

  /** Negative when `a` goes first; never 0 for two projects. */
  readonly compare = (a: Standing, b: Standing): number => this.#decide(a, b).order;

  /** The same without the decision of the commission: for lists that decide nothing. */
  readonly display = (a: Standing, b: Standing): number =>
    first(this.#keys, (name, key) => (name === 'commissionDecision' ? 0 : key(a, b)))?.order ?? byId(a, b);

  /** Notes a tie once; one that asks for the commission, which has not decided it, blocks the result. */
  report(a: Standing, b: Standing): void {
    const [ahead, behind] = this.compare(a, b) < 0 ? [a, b] : [b, a];
    const pair = `${ahead.project.id}\n${behind.project.id}`;
    if (this.#reported.has(pair)) return;
    const { by, undecided } = this.#decide(ahead, behind);
    this.#reported.set(pair, { first: ahead.project.id, second: behind.project.id, by });
    if (undecided) this.#undecided.push([ahead.project.id, behind.project.id]);
  }

  /** Ties reported so far, in order. */
  get ties(): Tie[] {
    return [...this.#reported.values()];
  }

  /** Projects that the commission has to put in order: connected groups, each and all in text order. */
  get undecided(): string[][] {
    let groups: string[][] = [];
    for (const pair of this.#undecided) {
      const touched = groups.filter((group) => pair.some((id) => group.includes(id)));
      groups = [...groups.filter((group) => !touched.includes(group)), [...new Set([...touched.flat(), ...pair])]];
    }
    return groups.map((group) => group.toSorted()).sort(([a], [b]) => (a! < b! ? -1 : 1));
  }

  #decide(a: Standing, b: Standing): { order: number; by: TieBreak; undecided: boolean } {
    let undecided = false;
    const found = first(this.#keys, (name, key) => {
      if (name === 'commissionDecision' && !(this.#decided.has(a.project.id) && this.#decided.has(b.project.id)))
        undecided = true;
      return key(a, b);
    });
    return { order: byId(a, b), by: 'publicLot', ...found, undecided };
  }
}

function first(keys: readonly [TieBreak, Key][], by: (name: TieBreak, key: Key) => number) {
  for (const [name, key] of keys) {
    const order = by(name, key);
    if (order !== 0) return { order, by: name };
  }
  return null;
}

const ascending = <T extends bigint | number | string>(a: T, b: T): number => (a === b ? 0 : a < b ? -1 : 1);
const byId: Key = (a, b) => ascending(a.project.id, b.project.id);
const larger = (a: Rational | null, b: Rational | null): number =>
  a && b ? compare(b, a) : Number(a === null) - Number(b === null);

function keysOf({ lot, decision }: Election): Record<TieBreak, Key> {
  const place = new Map(decision.map((id, index) => [id, index]));
  return {
    lowerCost: (a, b) => ascending(a.project.cost, b.project.cost),
    moreVotes: (a, b) => ascending(b.score, a.score),
    moreSupporters: (a, b) => ascending(b.voters, a.voters),
    expertScore: (a, b) => larger(a.project.expertScore, b.project.expertScore),
    higherCofinancing: (a, b) => larger(a.project.cofinancing, b.project.cofinancing),
    earlierApplication: (a, b) => ascending(a.project.submittedAt.getTime(), b.project.submittedAt.getTime()),
    // What the commission has not named goes after what it has, so that the order stays one whatever it left out.
    commissionDecision: (a, b) =>
      ascending(place.get(a.project.id) ?? place.size, place.get(b.project.id) ?? place.size),
    publicLot: (a, b) => ascending(lot(a.project.id), lot(b.project.id)),
  };
}
