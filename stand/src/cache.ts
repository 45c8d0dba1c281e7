import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { treeDigest } from './digest.ts';
import { Problem } from './problem.ts';
import { isAlive } from './process.ts';

/** The directory of downloads, shared by all clones of the user (XDG base directories). */
export const cacheRoot = (): string =>
  process.env.VECHE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'veche');

const NEEDED_MB = 2048;
const SEAL = '.seal';

const checked = new Map<string, Promise<boolean>>();

/**
 * The directory of an artefact, made once. `build` fills a `.part` directory, which is kept when it fails, so that a broken
 * download goes on where it stopped; a complete one is sealed by the hash of its files and renamed. One whose files are not
 * those of the seal any more is made anew. Two set-ups at once wait for each other.
 */
export async function artefact(key: string, build: (part: string) => Promise<void>): Promise<string> {
  const target = join(cacheRoot(), key);
  if (await isWhole(target)) return target;
  enoughSpace(cacheRoot(), NEEDED_MB, 'set VECHE_CACHE to another disk');
  const release = await lock(`${target}.lock`);
  try {
    if (await isWhole(target)) return target;
    rmSync(target, { recursive: true, force: true });
    const part = `${target}.part`;
    mkdirSync(part, { recursive: true });
    await build(part);
    writeFileSync(join(part, SEAL), await treeDigest(part, [SEAL]));
    renameSync(part, target);
    checked.delete(target);
    return target;
  } finally {
    release();
  }
}

/** Whether an artefact is there as it was sealed; the hash is taken once a process. */
async function isWhole(target: string): Promise<boolean> {
  const seal = join(target, SEAL);
  if (!existsSync(seal)) return false;
  const known = checked.get(target) ?? treeDigest(target, [SEAL]).then((hash) => hash === readFileSync(seal, 'utf8'));
  checked.set(target, known);
  if (await known) return true;
  checked.delete(target);
  return false;
}

/** Refuses early what would fail in the middle by a full disk. */
export function enoughSpace(directory: string, neededMb: number, otherwise: string): void {
  mkdirSync(directory, { recursive: true });
  const { bavail, bsize } = statfsSync(directory);
  const free = Math.floor((bavail * bsize) / 1024 ** 2);
  if (free < neededMb)
    throw new Problem(
      `Only ${free} MB are free in ${directory}, ${neededMb} MB are needed; free some space or ${otherwise}.`,
    );
}

async function lock(file: string): Promise<() => void> {
  mkdirSync(dirname(file), { recursive: true });
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (!isAlive(Number(readFileSync(file, 'utf8')))) rmSync(file, { force: true });
      else await sleep(500);
    }
  }
}
