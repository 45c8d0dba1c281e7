/** Hash of an inner node over its two children, hex: SHA-256 over 0x01, left, right (RFC 9162 section 2.1.1). */
export type NodeHash = (left: string, right: string) => string;

/** Root of a tree without leaves: SHA-256 of the empty string. */
export const EMPTY_ROOT = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** A complete subtree: the node `index` of `level`, which covers the leaves from index * 2^level on, 2^level of them. */
export interface Subtree {
  level: number;
  index: number;
}

/** Leaves from `from` to before `to`. Each range of a proof begins at a multiple of the power of two that it fits into. */
export interface Range {
  from: number;
  to: number;
}

/** A tree that grows: its size and the roots of the complete subtrees it consists of, the largest first. */
export interface Frontier {
  readonly size: number;
  readonly peaks: readonly string[];
}

export const EMPTY: Frontier = { size: 0, peaks: [] };

/** The tree with one leaf more; `completed` learns of each subtree that became complete, leaves included. */
export function append(
  { size, peaks }: Frontier,
  leaf: string,
  node: NodeHash,
  completed: (subtree: Subtree, hash: string) => void = () => {},
): Frontier {
  const rest = [...peaks];
  let hash = leaf;
  let index = size;
  let level = 0;
  completed({ level, index }, hash);
  for (; index % 2 === 1; level += 1) {
    hash = node(rest.pop()!, hash);
    index = (index - 1) / 2;
    completed({ level: level + 1, index }, hash);
  }
  return { size: size + 1, peaks: [...rest, hash] };
}

export const rootOf = ({ peaks }: Frontier, node: NodeHash): string =>
  peaks.length === 0 ? EMPTY_ROOT : join(peaks, node);

/** Root over neighbouring complete subtrees, the largest first: the tree leans to the left (RFC 9162 section 2.1.1). */
export const join = (peaks: readonly string[], node: NodeHash): string =>
  peaks.reduceRight((right, left) => node(left, right));

/** Root of a complete subtree from its nodes of one level below; their number is a power of two. */
export function complete(hashes: readonly string[], node: NodeHash): string {
  let row = hashes;
  while (row.length > 1) row = Array.from({ length: row.length / 2 }, (_, n) => node(row[2 * n]!, row[2 * n + 1]!));
  return row[0]!;
}

/** The complete subtrees that a range consists of, the largest first. */
export function subtreesOf({ from, to }: Range): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = from; at < to;) {
    const level = Math.floor(Math.log2(to - at));
    subtrees.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return subtrees;
}

/** The largest power of two below `n`, n > 1. */
const split = (n: number): number => 2 ** Math.floor(Math.log2(n - 1));

/** PATH(index, D[size]) of RFC 9162 section 2.1.3.1 as ranges of leaves, the lowest first; 0 <= index < size. */
export function inclusionPath(index: number, size: number): Range[] {
  const path: Range[] = [];
  for (let from = 0, to = size; to - from > 1;) {
    const middle = from + split(to - from);
    if (index < middle) {
      path.push({ from: middle, to });
      to = middle;
    } else {
      path.push({ from, to: middle });
      from = middle;
    }
  }
  return path.reverse();
}

/** PROOF(first, D[second]) of RFC 9162 section 2.1.4.1 as ranges of leaves; empty where there is nothing to prove. */
export function consistencyPath(first: number, second: number): Range[] {
  if (first === 0 || first === second) return [];
  const path: Range[] = [];
  let from = 0;
  let to = second;
  while (first !== to) {
    const middle = from + split(to - from);
    if (first <= middle) {
      path.push({ from: middle, to });
      to = middle;
    } else {
      path.push({ from, to: middle });
      from = middle;
    }
  }
  // A verifier knows the old root itself; it needs the last old subtree only where that is not the whole old tree.
  if (from > 0) path.push({ from, to });
  return path.reverse();
}
