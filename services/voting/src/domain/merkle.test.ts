import { createHash, createPrivateKey, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { includes, isConsistent, rootOf as rootOfWitness, grow } from '../../witness/proof.ts';
import { nodeHash } from '../crypto.ts';
import {
  append,
  complete,
  consistencyPath,
  EMPTY,
  EMPTY_ROOT,
  inclusionPath,
  join,
  rootOf,
  subtreesOf,
  type Frontier,
  type Range,
} from './merkle.ts';

const sha256 = (...parts: (string | Buffer)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
const leaf = (data: Buffer): string => sha256(Buffer.of(0), data);

/** The definition of RFC 9162 section 2.1.1, as it stands there. */
function naive(leaves: readonly string[]): string {
  if (leaves.length === 0) return sha256('');
  if (leaves.length === 1) return leaves[0]!;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha256(
    Buffer.of(1),
    Buffer.from(naive(leaves.slice(0, k)), 'hex'),
    Buffer.from(naive(leaves.slice(k)), 'hex'),
  );
}

const grown = (leaves: readonly string[]): Frontier =>
  leaves.reduce((tree, next) => append(tree, next, nodeHash), EMPTY);
const SOME = Array.from({ length: 70 }, (_, n) => leaf(Buffer.from([n])));
const hashes = (ranges: Range[]): string[] => ranges.map(({ from, to }) => naive(SOME.slice(from, to)));

describe('vectors of RFC 6962', () => {
  const INPUTS = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const leaves = INPUTS.map((hex) => leaf(Buffer.from(hex, 'hex')));
  test.each([
    [0, EMPTY_ROOT],
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('root of the first %d', (size, root) => {
    expect(rootOf(grown(leaves.slice(0, size)), nodeHash)).toBe(root);
  });
});

describe('the log of the reference: batches {1,2,3} and {4,5}, each sorted', () => {
  const LEAVES = [
    '740c023cdb498b1f9119baa2d396229ee4fd99add96802df6e1713e40daf66b7',
    '9f3f8602b3281c03fb80af4f13c6004ec4c11a4c14e3ef03f658a6f01861c7cd',
    'f69d8b5207db9ace28d1d9e4f2dd6378826107c3e28d0eb4a845b49393b64fe1',
    '8784d78fd7b4c2e39b07bb0400255fc8c0c266ce1d7fafdf9dce25bfc1acbc07',
    'd9d1a1b4d45da717a3af575b061e5232ee14136d4154f38fe1241dd8e0072f01',
  ];
  const THREE = '5659595435259cca644f51ef88177d1cb4b64984ba164e2731925a2ede56518b';
  const FIVE = '9ec414cce9ebb21c7c3e1746c64c7b19177c55c150dc7fcbf0e744e4428bf877';
  const between = ({ from, to }: Range): string => naive(LEAVES.slice(from, to));

  test('roots', () => {
    expect(rootOf(grown(LEAVES.slice(0, 3)), nodeHash)).toBe(THREE);
    expect(rootOf(grown(LEAVES), nodeHash)).toBe(FIVE);
  });

  test('inclusion of record 1', () => {
    const path = [LEAVES[0]!, '9d14ee31f6b1bc3be3fcc968cfb2d6934c3782c711e15b4f32a10b4fbc92bb1c', LEAVES[4]!];
    expect(inclusionPath(1, 5).map(between)).toEqual(path);
    expect(includes({ index: 1, leaf: LEAVES[1]!, path, size: 5 }, FIVE)).toBe(true);
  });

  test('consistency of 3 and 5', () => {
    const path = [
      LEAVES[2]!,
      LEAVES[3]!,
      '7ac566876fa66c22d72ab30d559a4488bca13944f2301a3221e5a796adafa074',
      LEAVES[4]!,
    ];
    expect(consistencyPath(3, 5).map(between)).toEqual(path);
    expect(isConsistent({ first: 3, second: 5, path }, THREE, FIVE)).toBe(true);
  });

  test('the signed head', () => {
    const seed = Buffer.from(Array.from({ length: 32 }, (_, n) => n));
    const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
    const head = { contest: 'demo-2026', root: FIVE, size: 5, time: 1790000000, type: 'head', v: 1 };
    const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    expect(sign(null, Buffer.from(canonicalJson(head)), key).toString('hex')).toBe(
      '24a596078b5bce216b84f95d33728799f4f9450086ae65a31081c5eb80b9071b0f76fa4708ca416c91b46a6ea8baf1b0e6ece030fde20aaf970ed8fdd22b6002',
    );
  });
});

describe('against the definition, every size up to 70', () => {
  const sizes = Array.from({ length: SOME.length + 1 }, (_, n) => n);

  test('roots, by growing here and at the witness, and from the subtrees', () => {
    for (const size of sizes) {
      const root = naive(SOME.slice(0, size));
      expect(rootOf(grown(SOME.slice(0, size)), nodeHash)).toBe(root);
      const tree = { size: 0, peaks: [] };
      grow(tree, SOME.slice(0, size));
      expect(rootOfWitness(tree)).toBe(root);
      if (size === 0) continue;
      const parts = subtreesOf({ from: 0, to: size });
      expect(
        join(
          parts.map(({ level, index }) => complete(SOME.slice(index * 2 ** level, (index + 1) * 2 ** level), nodeHash)),
          nodeHash,
        ),
      ).toBe(root);
    }
  });

  test('every inclusion proof holds for its own leaf and root, for no other', () => {
    for (const size of sizes.slice(1)) {
      const root = naive(SOME.slice(0, size));
      for (let index = 0; index < size; index += 1) {
        const proof = { index, leaf: SOME[index]!, path: hashes(inclusionPath(index, size)), size };
        expect(includes(proof, root)).toBe(true);
        expect(includes({ ...proof, leaf: SOME[(index + 1) % SOME.length]! }, root)).toBe(false);
        expect(includes({ ...proof, index: size }, root)).toBe(false);
        if (size > 1) expect(includes({ ...proof, index: (index + 1) % size }, root)).toBe(false);
        expect(includes(proof, naive(SOME.slice(0, size - 1)))).toBe(false);
      }
    }
  });

  test('every consistency proof holds for its own roots, for no other', () => {
    const roots = sizes.map((size) => naive(SOME.slice(0, size)));
    for (const second of sizes)
      for (let first = 0; first <= second; first += 1) {
        const proof = { first, second, path: hashes(consistencyPath(first, second)) };
        const [older, newer] = [roots[first]!, roots[second]!];
        expect(isConsistent(proof, older, newer)).toBe(true);
        expect(isConsistent(proof, SOME[0] === older ? SOME[1]! : SOME[0]!, newer)).toBe(false);
        if (first > 0) expect(isConsistent(proof, older, roots[second - 1]!)).toBe(false);
        expect(isConsistent({ ...proof, path: [...proof.path, SOME[0]!] }, older, newer)).toBe(false);
        if (first > 0 && second > first)
          expect(isConsistent({ ...proof, path: proof.path.slice(1) }, older, newer)).toBe(false);
        if (second > first)
          expect(isConsistent({ first: second, second: first, path: proof.path }, newer, older)).toBe(false);
      }
  });
});

test('a changed, swapped, dropped or added hash of any proof is refused', () => {
  const roots = Array.from({ length: SOME.length + 1 }, (_, size) => naive(SOME.slice(0, size)));
  const damage = (path: string[], at: number, how: number): string[] => {
    const n = at % path.length;
    if (how === 0) return path.with(n, sha256(path[n]!));
    if (how === 1) return path.toSpliced(n, 1);
    return path.toSpliced(n, 0, sha256('more'));
  };
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: SOME.length }),
      fc.nat(),
      fc.nat(),
      fc.integer({ min: 0, max: 2 }),
      (size, which, at, how) => {
        const index = which % size;
        const inclusion = { index, leaf: SOME[index]!, path: hashes(inclusionPath(index, size)), size };
        expect(includes({ ...inclusion, path: damage(inclusion.path, at, how) }, roots[size]!)).toBe(false);
        const first = 1 + (which % (size - 1));
        const path = damage(hashes(consistencyPath(first, size)), at, how);
        expect(isConsistent({ first, second: size, path }, roots[first]!, roots[size]!)).toBe(false);
      },
    ),
    { numRuns: 500 },
  );
});

test('growing tells each subtree once, when it is complete, with its root', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: SOME.length }), (size) => {
      const told = new Map<string, string>();
      let tree = EMPTY;
      for (const next of SOME.slice(0, size))
        tree = append(tree, next, nodeHash, ({ level, index }, hash) => {
          expect(told.has(`${level}:${index}`)).toBe(false);
          told.set(`${level}:${index}`, hash);
        });
      for (const [name, hash] of told) {
        const [level, index] = name.split(':').map(Number) as [number, number];
        expect(hash).toBe(naive(SOME.slice(index * 2 ** level, (index + 1) * 2 ** level)));
      }
      const levels = [0, 1, 2, 3, 4, 5, 6].map((level) => Math.floor(size / 2 ** level));
      expect(told.size).toBe(levels.reduce((sum, count) => sum + count, 0));
    }),
  );
});

test('a log that grows by any batches: every proof it gives then holds, and one of another moment does not', () => {
  const batches = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(batches, fc.nat(), fc.nat(), (sizes, which, since) => {
      let tree = EMPTY;
      const heads = [{ size: 0, root: rootOf(tree, nodeHash) }];
      for (const count of sizes) {
        for (let n = 0; n < count; n += 1) tree = append(tree, SOME[tree.size]!, nodeHash);
        heads.push({ size: tree.size, root: rootOf(tree, nodeHash) });
      }
      for (const { size, root } of heads) expect(root).toBe(naive(SOME.slice(0, size)));
      const last = heads.at(-1)!;
      const older = heads[since % heads.length]!;
      const path = hashes(consistencyPath(older.size, last.size));
      expect(isConsistent({ first: older.size, second: last.size, path }, older.root, last.root)).toBe(true);
      if (last.size === 0) return;
      const index = which % last.size;
      const proof = { index, leaf: SOME[index]!, path: hashes(inclusionPath(index, last.size)), size: last.size };
      expect(includes(proof, last.root)).toBe(true);
      if (older.size !== last.size) expect(includes(proof, older.root)).toBe(false);
    }),
    { numRuns: 500 },
  );
});
