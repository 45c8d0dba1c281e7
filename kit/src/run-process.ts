import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';

const TIMEOUT_MS = 10_000;

export interface Ran {
  code: number | null;
  output: Buffer;
  /** What it wrote to standard error, as text. */
  said: string;
}

interface RunOptions {
  input?: Uint8Array;
  /** Beside PATH; nothing else of this process's environment is handed on. */
  env?: NodeJS.ProcessEnv;
  timeoutMs?: number;
}

/**
 * Runs a program without a shell, feeds it `input` and waits for its end. One that takes too long is killed with all that it started: a
 * child left behind would hold its output open. Rejects only when it cannot be run.
 */
export async function ranProcess(command: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { input = new Uint8Array(), env = {}, timeoutMs = TIMEOUT_MS } = options;
  const [program, ...args] = command;
  const child = spawn(program!, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own.
    detached: true,
  });
  const timer = setTimeout(() => killGroup(child.pid), timeoutMs);
  const closed = once(child, 'close').finally(() => clearTimeout(timer));
  // A program that never reads its input must not crash its caller.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [output, said, [code]] = await Promise.all([buffer(child.stdout), buffer(child.stderr), closed]);
  return { code, output, said: said.toString() };
}

function killGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch (error) {
    // It has ended in this very moment.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Standard output of a program that ends with 0; rejects otherwise. */
export async function runProcess(
  command: readonly string[],
  input: Uint8Array,
  env: NodeJS.ProcessEnv = {},
): Promise<Buffer> {
  const { code, output } = await ranProcess(command, { input, env });
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}`);
  return output;
}
