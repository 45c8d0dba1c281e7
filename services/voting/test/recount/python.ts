import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Case } from './any-election.ts';

export const PYTHON_RECOUNT = fileURLToPath(new URL('../../recount/python', import.meta.url));

export const hasPython = (): boolean =>
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status === 0;

export interface PythonCount {
  /** Canonical result object, or `{"refused": reason}`. */
  count(given: Case): Promise<string>;
  stop(): Promise<void>;
}

/** The second implementation as one process that counts election after election. */
export function startPython(): PythonCount {
  const child = spawn('python3', ['-B', PYTHON_RECOUNT, '--serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    count: async (given) => {
      child.stdin.write(`${JSON.stringify(given)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('the second implementation ended');
      return value;
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}
