import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessId {
  pid: number;
  /** When it was born, in the words of the system. */
  birth: string;
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Start time of a process, empty when there is none. Pids are reused; pid and start time together are not. */
export function birthOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return process.platform === 'linux' ? '' : birthByPs(pid);
  }
}

function birthByPs(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

export const identify = (pid: number): ProcessId => ({ pid, birth: birthOf(pid) });

/** Whether exactly this process still runs. */
export const runs = ({ pid, birth }: ProcessId): boolean => birth !== '' && birthOf(pid) === birth;

/** Ends a process that is proven to be ours: SIGTERM, time to finish, then SIGKILL. */
export async function end(id: ProcessId, patienceMs = 12_000): Promise<void> {
  if (!runs(id)) return;
  process.kill(id.pid, 'SIGTERM');
  for (let waited = 0; runs(id) && waited < patienceMs; waited += 50) await sleep(50);
  if (runs(id)) process.kill(id.pid, 'SIGKILL');
  while (runs(id)) await sleep(20);
}

/** Starts a program whose output goes to a log file; in a group of its own, so that Ctrl-C leaves the order of the end to the launcher. */
export function launch(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  logFile: string,
  cwd?: string,
): ChildProcess {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  try {
    return spawn(command, args, { env, cwd, stdio: ['ignore', log, log], detached: true });
  } finally {
    closeSync(log);
  }
}

/** Memory of a process in MiB, 0 when unknown. */
export function residentMiB(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
