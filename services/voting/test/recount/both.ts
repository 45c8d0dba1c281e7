import { spawnSync } from 'node:child_process';
import { recount } from '../../recount/check.ts';
import { hasPython, PYTHON_RECOUNT } from './python.ts';

/** What both implementations say of a package; `second` is null where there is no Python. */
export async function both(path: string, trusted: string) {
  const ours = await recount(path, trusted);
  if (!hasPython()) return { ...ours, second: null };
  const run = spawnSync('python3', ['-B', PYTHON_RECOUNT, path, '--key', trusted], { encoding: 'utf8' });
  return { ...ours, second: { result: run.stdout.trimEnd(), wrong: run.stderr, code: run.status } };
}
