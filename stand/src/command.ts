import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Problem } from './problem.ts';

/** Whether a program is on the PATH. */
export const has = (program: string): boolean => !spawnSync(program, ['--version'], { stdio: 'ignore' }).error;

const steps = new Set<ChildProcess>();

/** Ends the set-up steps that still run; what they downloaded is kept. */
export function endSteps(): void {
  for (const step of steps) step.kill('SIGTERM');
}

/** A command that the kernel ends (on Linux) when its launcher is killed, so that the next start never meets it on the same files. */
export const tied = (program: string, args: string[]): [string, string[]] =>
  has('setpriv') ? ['setpriv', ['--pdeathsig', 'TERM', program, ...args]] : [program, args];

const NOT_FOUND = 127;

/** Runs a set-up step to its end; each line of its output is shown to `progress`; a failure becomes one sentence with its last lines. */
export function runStep(
  program: string,
  args: string[],
  what: string,
  progress: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(...tied(program, args), { env, stdio: ['ignore', 'pipe', 'pipe'] });
  steps.add(child);
  const tail: string[] = [];
  const take = (line: string): void => {
    if (!line.trim()) return;
    tail.push(line.trim());
    if (tail.length > 6) tail.shift();
    progress(line.trim());
  };
  createInterface({ input: child.stdout }).on('line', take);
  createInterface({ input: child.stderr }).on('line', take);
  const missing = new Problem(`${program} was not found; install it to get ${what}.`);
  child.on('error', () => reject(missing));
  child.on('close', (code) => {
    steps.delete(child);
    if (code === 0) return resolve();
    if (code === NOT_FOUND) return reject(missing);
    const disk = tail.some((line) => /no space left/i.test(line));
    if (disk) return reject(new Problem('The disk is full; free some space and start again.'));
    reject(
      new Problem(
        `${what} could not be prepared (${program} ended with ${code}); check the network and start again: files that came whole are kept, one that did not goes on where its repository allows that, else from its beginning. It said: ${tail.join(' | ')}`,
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

/** Python 3.10 or later with pip. */
export async function python(progress: (line: string) => void): Promise<string> {
  await need('python3', 'python3', progress);
  const said = spawnSync('python3', ['--version'], { encoding: 'utf8' }).stdout;
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(said) ?? []).slice(1).map(Number);
  if (major !== 3 || minor < 10)
    throw new Problem(`Python 3.10 or later is needed, python3 is ${said.trim()}; install it and start again.`);
  return 'python3';
}
