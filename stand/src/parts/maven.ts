import { join } from 'node:path';
import { cacheRoot } from '../cache.ts';
import { need, runStep } from '../command.ts';

/** The stand's own repository in the cache. */
export const mavenRepository = (): string => join(cacheRoot(), 'maven');

const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

/** Runs a goal of Maven's dependency plug-in over the stand's own repository, which keeps what was downloaded and refuses a file whose checksum differs. */
export async function maven(
  goal: string,
  args: string[],
  what: string,
  progress: (line: string) => void,
): Promise<void> {
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
