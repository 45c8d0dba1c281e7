import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../stand/src/state.ts';

/** Time to a ready platform and memory of all processes, with an empty cache and with a warm one. The stand must not be running. */
async function start(cache: string): Promise<{ total: number; line: string }> {
  const begun = performance.now();
  const env = { ...process.env, VECHE_CACHE: cache };
  const child = spawn(process.execPath, [join(ROOT, 'stand/launch.mjs'), 'up', '--once'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on('close', resolve);
  const code = await promise;
  const line = /Платформа готова.*/.exec(output)?.[0];
  if (code !== 0 || !line) throw new Error(`the start failed:\n${output}`);
  return { total: (performance.now() - begun) / 1000, line };
}

const cache = mkdtempSync(join(tmpdir(), 'veche-cache-'));
try {
  for (const label of ['empty cache', 'warm']) {
    const { total, line } = await start(cache);
    console.log(
      `${label.padEnd(12)} ${line}; with stop ${total.toFixed(1)} s; load of the machine ${loadavg()[0]!.toFixed(1)}`,
    );
  }
} finally {
  rmSync(cache, { recursive: true, force: true });
}
