import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot } from '../../stand/src/cache.ts';
import { Problem } from '../../stand/src/problem.ts';
import { ROOT } from '../../stand/src/state.ts';
import { Images, PROGRAMS } from './images.ts';
import { ClusterNode } from './node/node.ts';
import { NETWORK } from './node/settings.ts';
import { PARTS, Steps } from './steps.ts';
import { tools } from './tools.ts';

/**
 * `npm run test:cluster`: a real node of Kubernetes on this machine, the images built by the project's Dockerfile, the chart installed, the main job played
 * through it, then upgrades, deletions and a rollback under steady votes, what docs/operate.md has done, and a restore. What is downloaded and compiled
 * is kept for the next run. Some parts alone: `npm run test:cluster -- bad-installs votes guide restore`.
 */
const NPM = join(process.execPath, '../../../npm');
const work = join(cacheRoot(), 'cluster', `run-${process.pid}`);
const steps = new Steps();

/** npm of the machine: the image needs it while it is built. */
function npmPackage(): string {
  const root = spawnSync('npm', ['root', '--global'], { encoding: 'utf8' }).stdout.trim();
  return root ? join(root, 'npm') : NPM;
}

async function build(programs: string): Promise<string> {
  const images = new Images(join(work, 'images'));
  await steps.run('base image', () => images.base(join(work, 'roots'), { node: process.execPath, npm: npmPackage() }));
  await steps.run('what all programs share', () => images.platform());
  for (const [name, { program, args }] of Object.entries(ClusterNode.images(programs)))
    images.single(name, join(work, 'roots'), program, args);
  // The second image of a program differs in its version, as the next release does.
  for (const [tag, version] of Object.entries({ one: '0.1.0', two: '0.1.1' }))
    await steps.run(`images "${tag}" of ${Object.keys(PROGRAMS).length} programs`, () => {
      for (const name of Object.keys(PROGRAMS)) images.program(name, tag, version);
    });
  const archive = join(work, 'images.tar');
  images.archive(archive);
  return archive;
}

/** Groups of processes belong to the machine; the kubelet's are empty once it ended. */
function removeGroups(): void {
  const root = '/sys/fs/cgroup';
  const remove = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true }))
      if (entry.isDirectory()) remove(join(path, entry.name));
    rmdirSync(path);
  };
  for (const controller of ['', ...readdirSync(root)]) {
    try {
      remove(join(root, controller, 'kubepods'));
    } catch {
      // Not every controller has one.
    }
  }
}

const unknown = process.argv.slice(2).find((part) => !PARTS.includes(part));
if (unknown) throw new Problem(`There is no part ${unknown}, only ${PARTS.join(', ')}.`);
mkdirSync(work, { recursive: true });
let code = 1;
try {
  const all = await steps.run('programs of a node', () => tools((line) => steps.tell(line)));
  const archive = await build(all.programs);
  const namespaces = ['--net', '--mount', '--propagation', 'shared', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const inside = [
    process.execPath,
    join(ROOT, 'test/cluster/inside.ts'),
    join(work, 'cluster'),
    archive,
    JSON.stringify(all),
    ...process.argv.slice(2),
  ];
  const env = { ...process.env, STAND_HOST: NETWORK.node };
  code = spawnSync('unshare', [...namespaces, ...inside], { stdio: 'inherit', cwd: ROOT, env }).status ?? 1;
} finally {
  removeGroups();
  if (code === 0) rmSync(work, { recursive: true, force: true });
  else console.log(`Logs and state are kept in ${work}.`);
}
process.exit(code);
