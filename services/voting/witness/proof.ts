import { hash } from 'node:crypto';

/** Root of a tree without leaves. */
export const EMPTY_ROOT = hash('sha256', '', 'hex');

/** SHA-256 over 0x01, left, right (RFC 9162 section 2.1.1), hex. */
export const nodeHash = (left: string, right: string): string =>
  hash('sha256', Buffer.from(`01${left}${right}`, 'hex'), 'hex');

export interface Inclusion {
  index: number;
  leaf: string;
  path: readonly string[];
  size: number;
}

/** The root that an inclusion proof leads to (RFC 9162 section 2.1.3.2); null when it cannot be of a tree of this size. */
export function rootFrom({ index, leaf, path, size }: Inclusion): string | null {
  if (!(index >= 0 && index < size)) return null;
  const at = new Climb(index, size - 1);
  let hashed = leaf;
  for (const sibling of path) {
    if (at.last === 0) return null;
    hashed = at.isRight() ? nodeHash(sibling, hashed) : nodeHash(hashed, sibling);
    at.up();
  }
  return at.last === 0 ? hashed : null;
}

export const includes = (proof: Inclusion, root: string): boolean => rootFrom(proof) === root;

export interface Consistency {
  first: number;
  second: number;
  path: readonly string[];
}

/** RFC 9162 section 2.1.4.2; two equal sizes are consistent if their roots are equal, and every tree is consistent with the empty one. */
export function isConsistent(proof: Consistency, firstRoot: string, secondRoot: string): boolean {
  const { first, second, path } = proof;
  if (first === second) return path.length === 0 && firstRoot === secondRoot;
  if (first === 0) return path.length === 0 && firstRoot === EMPTY_ROOT;
  if (first > second || path.length === 0) return false;
  const roots = rootsOf(proof, firstRoot);
  return roots !== null && roots.older === firstRoot && roots.newer === secondRoot;
}

/** The roots of both trees that a path leads to; null when its length is not that of the way. */
function rootsOf({ first, second, path }: Consistency, firstRoot: string): { older: string; newer: string } | null {
  const [seed, ...rest] = isPowerOfTwo(first) ? [firstRoot, ...path] : path;
  const at = new Climb(first - 1, second - 1);
  at.skipRightEdges();
  let older = seed!;
  let newer = seed!;
  for (const node of rest) {
    if (at.last === 0) return null;
    if (at.isRight()) {
      older = nodeHash(node, older);
      newer = nodeHash(node, newer);
    } else newer = nodeHash(newer, node);
    at.up();
  }
  return at.last === 0 ? { older, newer } : null;
}

const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n));

/** `fn` and `sn` of the RFC: a node and the last node of its level, on the way to the root. */
class Climb {
  node: number;
  last: number;

  constructor(node: number, last: number) {
    this.node = node;
    this.last = last;
  }

  /** Whether the sibling stands to the left. */
  isRight(): boolean {
    return this.node % 2 === 1 || this.node === this.last;
  }

  up(): void {
    // The last node of a level may have no sibling there: it rises until it is a right child.
    if (this.node === this.last) while (this.node % 2 === 0 && this.node !== 0) this.#shift();
    this.#shift();
  }

  skipRightEdges(): void {
    while (this.node % 2 === 1) this.#shift();
  }

  #shift(): void {
    this.node = Math.floor(this.node / 2);
    this.last = Math.floor(this.last / 2);
  }
}

/** Roots of the complete subtrees of a tree that grows, the largest first. */
export interface Tree {
  size: number;
  peaks: string[];
}

/** Adds leaves to a tree in place. */
export function grow(tree: Tree, leaves: readonly string[]): void {
  for (let leaf of leaves) {
    for (let index = tree.size; index % 2 === 1; index = (index - 1) / 2) leaf = nodeHash(tree.peaks.pop()!, leaf);
    tree.peaks.push(leaf);
    tree.size += 1;
  }
}

export const rootOf = ({ peaks }: Tree): string =>
  peaks.length === 0 ? EMPTY_ROOT : peaks.reduceRight((right, left) => nodeHash(left, right));
