import { mkdirSync } from 'node:fs';
import { open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from '@veche/kit';
import { nodeHash } from '../crypto.ts';
import { rootOf } from '../domain/merkle.ts';
import { frontierAt, lastLeaf, LogDamaged, markOf } from './log.ts';
import type { Stores } from '../store.ts';

/** The largest head of a contest that this service has signed. */
export interface SignedSize {
  size: number;
  root: string;
}

/** What was signed, kept outside of the database: one that is restored from a backup does not know what it has lost. */
export interface HeadMemory {
  last(contest: string): Promise<SignedSize | null>;
  /** Durable when it returns; a smaller size than the known one changes nothing. */
  keep(contest: string, signed: SignedSize): Promise<void>;
  contests(): Promise<string[]>;
}

const FILE = /^([0-9a-f-]{36})\.json$/;

/** One small file for each contest. Read anew each time, for another replica may have written it. */
export function fileMemory(directory: string): HeadMemory {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const fileOf = (contest: string): string => join(directory, `${contest}.json`);
  const last = async (contest: string): Promise<SignedSize | null> => {
    const text = await readFile(fileOf(contest), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    return text === null ? null : (JSON.parse(text) as SignedSize);
  };
  return {
    last,
    async keep(contest, { size, root }) {
      const known = await last(contest);
      if (known && known.size >= size) return;
      const fresh = `${fileOf(contest)}.${process.pid}`;
      const file = await open(fresh, 'w', 0o600);
      await file.writeFile(JSON.stringify({ size, root }));
      await file.sync();
      await file.close();
      await rename(fresh, fileOf(contest));
      syncDirectory(directory);
    },
    contests: async () => (await readdir(directory)).flatMap((name) => FILE.exec(name)?.[1] ?? []),
  };
}

/**
 * Throws LogDamaged when the stored log is not one that continues what was signed, by the service's own memory or by what a witness has shown: then
 * nothing may be sealed, signed or counted over it.
 */
export async function requireKept(stores: Stores, memory: HeadMemory, contest: string): Promise<void> {
  const { contradicted } = await markOf(stores, contest);
  if (contradicted) {
    const held = `witness ${contradicted.witness} holds its signed head of ${contradicted.size}`;
    throw new LogDamaged(contest, null, `has ${await sizeOf(stores, contest)} entries, ${held}`);
  }
  const signed = await memory.last(contest);
  if (!signed) return;
  const size = await sizeOf(stores, contest);
  if (size < signed.size)
    throw new LogDamaged(
      contest,
      size,
      `has ${size} entries, ${signed.size} were signed; the database is not the latest`,
    );
  const tree = await frontierAt(stores, contest, signed.size);
  if (rootOf(tree, nodeHash) !== signed.root)
    throw new LogDamaged(contest, null, `its first ${signed.size} entries are not those that were signed`);
}

const sizeOf = async (stores: Stores, contest: string): Promise<number> =>
  ((await lastLeaf(stores, contest))?.index ?? -1) + 1;
