import { sign } from 'node:crypto';
import { failPoint, isDuplicateKey, type Fence } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { nodeHash } from '../crypto.ts';
import { append, EMPTY, rootOf, type Frontier } from '../domain/merkle.ts';
import type { KeyPort } from '../box/keys.ts';
import { requireKept, type HeadMemory } from './head-memory.ts';
import { entries, frontierAt, lastHead, lastLeaf, LogDamaged, mark, TILE_LEVELS } from './log.ts';
import { headId, tileId, type Head, type Stores, type Tile } from '../store.ts';

const READ_AT_ONCE = 5_000;

export interface HeadParts {
  stores: Stores;
  keys: KeyPort;
  memory: HeadMemory;
  now: Date;
  fence: Fence;
}

/**
 * Signs a head for what the log of a contest has grown to; a contest begins with a head of size 0. A size that has its head never gets another.
 * Throws LogDamaged, and signs nothing, when the stored entries are not those that the last head commits to, or less than was signed before.
 */
export async function signHead(parts: HeadParts, contest: string): Promise<void> {
  const { stores } = parts;
  await requireKept(stores, parts.memory, contest);
  const [last, end] = await Promise.all([lastHead(stores, contest), lastLeaf(stores, contest)]);
  const size = end ? end.index + 1 : 0;
  if (last?.size === size) return;
  let tree = last ? await signedTree(stores, contest, last, size) : EMPTY;
  while (tree.size < size) tree = await grow(parts, contest, tree, Math.min(size, tree.size + READ_AT_ONCE));
  await store(parts, contest, tree);
}

/** The tree of the last head, read anew: whatever was changed in the store since then must not be signed over. */
async function signedTree(stores: Stores, contest: string, last: Head, size: number): Promise<Frontier> {
  if (size < last.size) throw new LogDamaged(contest, size, `has ${size} entries, ${last.size} are signed`);
  const tree = await frontierAt(stores, contest, last.size);
  if (rootOf(tree, nodeHash) !== last.root)
    throw new LogDamaged(contest, null, `its first ${last.size} entries are not those that were signed`);
  return tree;
}

/** Takes entries up to `to` into the tree; the tiles they complete are stored before any head that needs them. */
async function grow({ stores }: HeadParts, contest: string, from: Frontier, to: number): Promise<Frontier> {
  const tiles: Tile[] = [];
  let tree = from;
  for (const leaf of await entries(stores, contest, { from: from.size, to }))
    tree = append(tree, leaf, nodeHash, ({ level, index }, hash) => {
      if (level > 0 && level % TILE_LEVELS === 0)
        tiles.push({ _id: tileId(contest, level / TILE_LEVELS, index), hash });
    });
  if (tiles.length > 0)
    await stores.tiles.collection.insertMany(tiles as never, { ordered: false }).catch((error: unknown) => {
      // A run that ended before its head left them, and the same entries give the same tiles.
      if (!isDuplicateKey(error)) throw error;
    });
  return tree;
}

async function store({ stores, keys, memory, now, fence }: HeadParts, contest: string, tree: Frontier): Promise<void> {
  const { size } = tree;
  const time = Math.floor(now.getTime() / 1000);
  const body = { contest, root: rootOf(tree, nodeHash), size, time, type: 'head', v: 1 };
  const sig = sign(null, Buffer.from(canonicalJson(body)), keys.logKey).toString('hex');
  const { type: _type, v: _v, ...fields } = body;
  const head: Head = { _id: headId(contest, size), ...fields, sig, fence: fence.token, witnesses: [] };
  await fence.check();
  // Before anybody can see it: what was shown must not be forgotten with the database.
  await memory.keep(contest, head);
  await stores.heads.create(head).catch(async (error: unknown) => {
    if (!isDuplicateKey(error)) throw error;
    // Signed by a run that ended before its mark, or by another sequencer: that head stands, if it says the same.
    const there = await stores.heads.findById(head._id).lean<Head>();
    if (there?.root !== head.root) throw new LogDamaged(contest, null, `size ${size} is signed with another root`);
  });
  failPoint('head-signed');
  await mark(stores, contest, { size, head: size });
}
