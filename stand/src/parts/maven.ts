import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { artefact, cacheRoot } from '../cache.ts';
import { need, runStep } from '../command.ts';

/** The stand's own repository in the cache. */
export const mavenRepository = (): string => join(cacheRoot(), 'maven');

const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
const RESUMING = join(import.meta.dirname, '../../maven/pom.xml');

type Progress = (line: string) => void;

/** Runs a goal of Maven's dependency plug-in over the stand's own repository, which keeps what was downloaded and refuses a file whose checksum differs. */
export async function maven(goal: string, args: string[], what: string, progress: Progress): Promise<void> {
  await need('mvn', 'maven', progress);
  const repository = `-Dmaven.repo.local=${mavenRepository()}`;
  let files = 0;
  const count = (line: string): void => {
    const file = /Downloaded from \S+ \S+\/(\S+)/.exec(line)?.[1];
    if (file) files += 1;
    if (file || line.startsWith('[ERROR]')) progress(file ? `${what}: ${files} files, ${file}` : line);
  };
  await runStep('mvn', ['-B', '-C', ...args, repository, `${PLUGIN}:${goal}`], what, count);
}

/** One file that takes minutes. */
export interface LargeFile {
  group: string;
  name: string;
  version: string;
  bytes: number;
}

/** Copies one large file into a directory; tells how many bytes have come, and goes on amid a file where client and repository can. */
export async function mavenFile(file: LargeFile, directory: string, what: string, progress: Progress): Promise<void> {
  const place = join(mavenRepository(), ...file.group.split('.'), file.name, file.version);
  const resuming = await resumingTransport(progress);
  const timer = setInterval(() => {
    const bytes = largest(place);
    if (bytes > 0) progress(`${what}: ${inMb(bytes)} of ${inMb(file.bytes)} MB`);
  }, 1000);
  const { group, name, version } = file;
  const args = [...resuming, `-Dartifact=${group}:${name}:${version}:zip`, `-DoutputDirectory=${directory}`];
  try {
    await maven('copy', args, what, progress);
  } finally {
    clearInterval(timer);
  }
  dropBroken(place);
}

const inMb = (bytes: number): number => Math.floor(bytes / 1_000_000);

const filesOf = (place: string): string[] => (existsSync(place) ? readdirSync(place) : []);

/** What a client without resumption leaves of an attempt that was killed. */
function dropBroken(place: string): void {
  for (const name of filesOf(place)) if (name.endsWith('.tmp')) rmSync(join(place, name));
}

const largest = (place: string): number =>
  Math.max(0, ...filesOf(place).map((name) => statSync(join(place, name), { throwIfNoEntry: false })?.size ?? 0));

/**
 * Options that make Maven 3.8 ask for the rest of a file it has a part of: its default transport begins anew, the other one of the same
 * resolver does not. Later versions have no resumption at all, and none is needed for a repository that answers every request with the whole file.
 */
async function resumingTransport(progress: Progress): Promise<string[]> {
  await need('mvn', 'maven', progress);
  const said = spawnSync('mvn', ['--version'], { encoding: 'utf8' }).stdout ?? '';
  if (!/Apache Maven 3\.8\./.test(said)) return [];
  const jars = await artefact('maven-resume-1.6.3', (part) =>
    maven('copy-dependencies', ['-f', RESUMING, `-DoutputDirectory=${part}`], 'the resuming download', progress),
  );
  const classPath = readdirSync(jars).filter((name) => name.endsWith('.jar'));
  return [`-Dmaven.ext.class.path=${classPath.map((name) => join(jars, name)).join(delimiter)}`];
}
