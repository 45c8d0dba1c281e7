import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../witness');

/** A program of the outsiders' folder as anybody would run it; its exit code and output when it ends by itself. */
export function runTool(name: string, args: string[]) {
  const child: ChildProcess = spawn(process.execPath, [join(FOLDER, name), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (output += String(chunk)));
  const { promise, resolve } = Promise.withResolvers<{ code: number | null; output: string }>();
  child.on('close', (code) => resolve({ code, output }));
  return { child, ended: promise };
}

export const runWitness = (url: string, directory: string, args: string[]) =>
  runTool('witness.ts', [`--url=${url}`, `--dir=${directory}`, '--every=0.2', ...args]);

/** What a look finds in the end, within half a minute. */
export async function eventually<T>(look: () => Promise<T | null | false | undefined>): Promise<T> {
  for (const end = Date.now() + 30_000; ;) {
    const found = await look().catch(() => null);
    if (found) return found;
    if (Date.now() > end) throw new Error('did not come about');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
