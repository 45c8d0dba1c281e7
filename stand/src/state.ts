import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { end, identify, runs, type ProcessId } from './process.ts';
import { Problem } from './problem.ts';

export const ROOT = join(import.meta.dirname, '../..');

/** What a running stand says about itself; tests, demos and `npm run stand` read it. */
export interface State {
  instance: string;
  directory: string;
  launcher: ProcessId;
  parts: Record<string, ProcessId & { log: string }>;
  urls: Record<string, string>;
  secrets: string;
}

export const directoryOf = (instance: string): string => join(ROOT, '.stand', instance);
export const stateFile = (instance: string): string => join(directoryOf(instance), 'state.json');

export function readState(instance: string): State | null {
  const file = stateFile(instance);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as State) : null;
}

/** Replaces the state as a whole, so that a reader never sees half of it. */
export function writeState(state: State): void {
  const file = stateFile(state.instance);
  mkdirSync(state.directory, { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(state, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

const claimFile = (instance: string): string => join(directoryOf(instance), 'launcher.json');

/** Claims an instance by a file that only one process can create; the claim of a dead one is void. */
function claim(instance: string): void {
  const file = claimFile(instance);
  mkdirSync(directoryOf(instance), { recursive: true });
  for (;;) {
    const mine = `${file}.${process.pid}`;
    writeFileSync(mine, JSON.stringify(identify(process.pid)));
    try {
      linkSync(mine, file);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      refuseIfRuns(file);
      rmSync(file, { force: true });
    } finally {
      rmSync(mine, { force: true });
    }
  }
}

function refuseIfRuns(file: string): void {
  if (!existsSync(file)) return;
  const launcher = JSON.parse(readFileSync(file, 'utf8')) as ProcessId;
  if (runs(launcher) && launcher.pid !== process.pid)
    throw new Problem(
      `The stand is running already (process ${launcher.pid}); use it, or end it with \`npm run stop\`.`,
    );
}

/** Takes an instance for this process: refuses when another launcher has it, ends what a killed one left behind. */
export async function takeInstance(instance: string): Promise<State> {
  claim(instance);
  const left = readState(instance);
  if (left) await clean(left);
  const directory = directoryOf(instance);
  const state: State = {
    instance,
    directory,
    launcher: identify(process.pid),
    parts: {},
    urls: {},
    secrets: join(directory, 'secrets'),
  };
  writeState(state);
  return state;
}

/** Ends every part that a state names, the last started first. */
export async function clean(state: State): Promise<void> {
  const parts = Object.values(state.parts).reverse();
  const dataParts = new Set(['mongodb', 'kafka', 'redis'].map((name) => state.parts[name]));
  await Promise.all(parts.filter((part) => !dataParts.has(part)).map((part) => end(part)));
  await Promise.all(parts.filter((part) => dataParts.has(part)).map((part) => end(part)));
}

/** Gives the instance up; its data stays. */
export function forget(instance: string): void {
  rmSync(stateFile(instance), { force: true });
  rmSync(claimFile(instance), { force: true });
}
