import { rootOf, type Frontier, type NodeHash } from '../src/domain/merkle.ts';

export interface Head {
  contest: string;
  root: string;
  size: number;
  time: number;
  sig: string;
  type: string;
  v: number;
}

/** What a head has to be besides its root. */
export interface HeadCheck {
  contest: string;
  isSigned: (fields: object, sig: string) => boolean;
}

/** Faults of the published heads by themselves: each signed for this contest, sizes growing, times not going back. */
export function* faultsOfHeads(heads: readonly Head[], { contest, isSigned }: HeadCheck): Generator<string> {
  for (const [at, head] of heads.entries()) {
    const { sig, ...body } = head;
    const genuine = isSigned({ ...body, witnesses: undefined }, sig);
    if (!genuine || head.contest !== contest || head.type !== 'head' || head.v !== 1)
      yield `line ${at + 1}: the head is not signed with this key for this contest`;
    const before = heads[at - 1];
    if (before && (head.size <= before.size || head.time < before.time))
      yield `line ${at + 1}: the head of size ${head.size} does not follow the one of size ${before.size}`;
  }
}

/** Holds every head against the log as it was at its size; as all are roots of one log, each is consistent with those before it. */
export class HeadWalk {
  readonly #heads: readonly Head[];
  readonly #node: NodeHash;
  #met = 0;

  constructor(heads: readonly Head[], node: NodeHash) {
    this.#heads = heads;
    this.#node = node;
  }

  /** Faults of the heads of just this size of the log. */
  *at(tree: Frontier): Generator<string> {
    for (; this.#heads[this.#met]?.size === tree.size; this.#met += 1)
      if (this.#heads[this.#met]!.root !== rootOf(tree, this.#node))
        yield `log.txt: the first ${tree.size} leaves are not those of their head`;
  }

  /** What is left when the log has ended; null when the last head covers all of it. */
  end(size: number): string | null {
    const missed = this.#heads[this.#met];
    if (missed) return `heads.jsonl: a head of size ${missed.size} is out of order or beyond the log`;
    const last = this.#heads.at(-1)!.size;
    return last === size ? null : `heads.jsonl: the last head covers ${last} leaves, log.txt has ${size}`;
  }
}
