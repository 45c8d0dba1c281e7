import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const WITHOUT_SETTINGS = 'registry: settings are wrong';
let place: string;
let output = '';
const running: ChildProcess[] = [];

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'veche-watch-'));
});
afterAll(async () => {
  await Promise.all(running.map(ended));
  rmSync(place, { recursive: true, force: true });
});

/** A watcher that is asked to end ends what it runs. */
async function ended(watcher: ChildProcess): Promise<void> {
  if (watcher.exitCode !== null || watcher.signalCode !== null) return;
  const exit = once(watcher, 'exit');
  watcher.kill('SIGTERM');
  await exit;
}

/** A container of the image: its program, with nothing of this process's environment. */
function begin(): ChildProcess {
  output = '';
  const watcher = spawn(process.execPath, [join(ROOT, 'kit/tools/watch.ts'), join(place, 'app')], {
    cwd: join(ROOT, 'services/registry'),
    env: {},
  });
  for (const stream of [watcher.stdout, watcher.stderr])
    stream.on('data', (chunk: Buffer) => (output += String(chunk)));
  running.push(watcher);
  return watcher;
}

async function said(what: string, times = 1): Promise<void> {
  while (output.split(what).length - 1 < times) await wait(50);
}

test('a service begins anew when a source of its own or of the kit changes, and keeps the changes when its container begins again', async () => {
  const watcher = begin();
  await said(WITHOUT_SETTINGS);
  await said('Waiting for file changes');
  appendFileSync(join(place, 'app/kit/src/service.ts'), '\nprocess.stdout.write("the kit was changed\\n");\n');
  await said('the kit was changed');
  await said(WITHOUT_SETTINGS, 2);
  writeFileSync(join(place, 'app/services/registry/src/main.ts'), 'setInterval(() => console.log("changed"), 50);\n');
  await said('changed', 3);
  expect(readFileSync(join(ROOT, 'kit/src/service.ts'), 'utf8')).not.toContain('the kit was changed');

  await ended(watcher);
  begin();
  await said('changed', 3);
}, 600_000);
