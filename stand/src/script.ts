import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, stateFile } from './state.ts';

/** Runs a program with the terminal of this one; gives its exit code. */
export function program(args: string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
  child.on('exit', (code) => resolve(code ?? 1));
  return promise;
}

/** A script of the project under the pinned Node; it learns of the running stand by VECHE_STAND_STATE. */
export function runScript([file, ...args]: string[], instance: string | null): Promise<number> {
  const env = instance ? { VECHE_STAND_STATE: stateFile(instance) } : {};
  // Paths in arguments are meant from where the user stands, not from the project's root.
  const origin = { VECHE_CALLED_FROM: process.env.INIT_CWD ?? process.cwd() };
  return program([join(ROOT, file ?? ''), ...args], { ...env, ...origin });
}

export const check = (): Promise<number> => program([join(ROOT, 'kit/tools/check.ts')]);
