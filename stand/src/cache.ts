import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from './problem.ts';
import { isAlive } from './process.ts';

/** The directory of downloads, shared by all clones of the user (XDG base directories). */
export const cacheRoot = (): string =>
  process.env.VECHE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'veche');

const NEEDED_BYTES = 2 * 1024 ** 3;

/**
 * The directory of an artefact, made once. `build` fills a `.part` directory, which is kept when it fails, so that a broken
 * download goes on where it stopped; a complete one is renamed. Two set-ups at once wait for each other.
 */
export async function artefact(key: string, build: (part: string) => Promise<void>): Promise<string> {
  const target = join(cacheRoot(), key);
  if (existsSync(target)) return target;
  enoughSpace();
  const release = await lock(`${target}.lock`);
  try {
    if (existsSync(target)) return target;
    const part = `${target}.part`;
    mkdirSync(part, { recursive: true });
    await build(part);
    renameSync(part, target);
    return target;
  } finally {
    release();
  }
}

function enoughSpace(): void {
  mkdirSync(cacheRoot(), { recursive: true });
  const { bavail, bsize } = statfsSync(cacheRoot());
  if (bavail * bsize < NEEDED_BYTES) {
    const free = Math.round((bavail * bsize) / 1024 ** 2);
    throw new Problem(
      `Only ${free} MB are free in ${cacheRoot()}, 2048 MB are needed; free some space or set VECHE_CACHE to another disk.`,
    );
  }
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
