import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Problem } from './problem.ts';

/** Whether a program is on the PATH. */
export const has = (program: string): boolean => !spawnSync(program, ['--version'], { stdio: 'ignore' }).error;

/** Runs a set-up step to its end; each line of its output is shown to `progress`; a failure becomes one sentence with its last lines. */
export function runStep(
  program: string,
  args: string[],
  what: string,
  progress: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const tail: string[] = [];
  const take = (line: string): void => {
    if (!line.trim()) return;
    tail.push(line.trim());
    if (tail.length > 6) tail.shift();
    progress(line.trim());
  };
  createInterface({ input: child.stdout }).on('line', take);
  createInterface({ input: child.stderr }).on('line', take);
  child.on('error', () => reject(new Problem(`${program} was not found; install it to get ${what}.`)));
  child.on('close', (code) => {
    if (code === 0) return resolve();
    const disk = tail.some((line) => /no space left/i.test(line));
    if (disk) return reject(new Problem('The disk is full; free some space and start again.'));
    reject(
      new Problem(
        `${what} could not be prepared (${program} ended with ${code}); check the network and start again, what is downloaded is kept. It said: ${tail.join(' | ')}`,
      ),
    );
  });
  return promise;
}

/** Makes sure of a program: takes it from the PATH, or installs its Debian package as root, or says what to do. */
export async function need(program: string, debianPackage: string, progress: (line: string) => void): Promise<void> {
  if (has(program)) return;
  const root = process.getuid?.() === 0 && has('apt-get');
  if (!root)
    throw new Problem(
      `${program} is missing; install the package ${debianPackage} (or start as root on Debian) and start again.`,
    );
  await apt(debianPackage, progress);
}

/** Installs Debian packages that widen the tests where that is possible; without them those tests are skipped, which the report says. */
export async function wish(packages: readonly { present: () => boolean; debianPackage: string }[]): Promise<void> {
  const root = process.getuid?.() === 0 && has('apt-get');
  for (const { present, debianPackage } of packages) if (root && !present()) await apt(debianPackage, () => {});
}

let installing: Promise<void> = Promise.resolve();

/** apt-get allows one at a time. */
function apt(debianPackage: string, progress: (line: string) => void): Promise<void> {
  installing = installing.then(async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await runStep('apt-get', ['update', '-q'], 'the package list', progress, env);
    await runStep(
      'apt-get',
      ['install', '-y', '-q', '--no-install-recommends', debianPackage],
      debianPackage,
      progress,
      env,
    );
  });
  return installing;
}

/** Java 17 or later, from JAVA_HOME or the PATH. */
export async function java(progress: (line: string) => void): Promise<string> {
  const program = process.env.JAVA_HOME ? `${process.env.JAVA_HOME}/bin/java` : 'java';
  if (!has(program)) await need('java', 'openjdk-17-jre-headless', progress);
  const said = spawnSync(program, ['-version'], { encoding: 'utf8' }).stderr ?? '';
  const version = Number(/version "(\d+)/.exec(said)?.[1] ?? 0);
  if (version < 17)
    throw new Problem(
      `Java 17 or later is needed, ${program} is version ${version || 'unknown'}; install it or set JAVA_HOME.`,
    );
  return program;
}
