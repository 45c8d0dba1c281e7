// Runs on the host's own Node (20 or later) without any dependency: installs what the lockfile names, then hands over to the pinned Node.
//   node stand/launch.mjs start|stop|status|logs|reset|up|test|check|run ...
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.veche-lock');
const lock = join(root, '.stand', 'install.lock');

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function takeInstallLock() {
  mkdirSync(dirname(lock), { recursive: true });
  const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
  if (holder && alive(holder))
    fail(`Dependencies are being installed by process ${holder}; wait for it and start again.`);
  writeFileSync(lock, String(process.pid));
}

function install() {
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  takeInstallLock();
  console.log('Installing dependencies from package-lock.json ...');
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  rmSync(lock, { force: true });
  if (done.error) fail('npm was not found; install Node.js 20 or later together with npm.');
  if (done.status !== 0)
    fail(
      'Dependencies could not be installed; check the network and the free disk space and start again, what is downloaded is kept.',
    );
  writeFileSync(stamp, hash);
}

if (Number(process.versions.node.split('.')[0]) < 20)
  fail(`Node.js 20 or later is needed, this is ${process.version}.`);
try {
  install();
} catch (error) {
  fail(error.code === 'ENOSPC' ? 'The disk is full; free some space and start again.' : String(error.message));
}

const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
if (!existsSync(node)) fail('The pinned Node.js is missing from node_modules; remove node_modules and start again.');
const child = spawn(node, [join(root, 'stand', 'src', 'main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: {
    ...process.env,
    NODE_NO_WARNINGS: '1',
    PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  },
});
// Ctrl-C reaches the child by itself; a signal to this process alone is passed on.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
