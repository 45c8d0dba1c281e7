import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { recount } from './check.ts';

const USAGE = `npm run recount -- PACKAGE [--key HEX]
PACKAGE: directory or tar archive of a counted contest (/open/contests/<id>/package.tar). HEX: public key of the log from a source you trust.
Prints the result object. Exit code 0: the package holds; 1: it does not; 2: it cannot be counted.`;

const PYTHON = fileURLToPath(new URL('python', import.meta.url));

/** Counts a published package with both implementations and says whether they agree bit for bit. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { key: { type: 'string' } }, allowPositionals: true });
  const [argument] = positionals;
  if (!argument) {
    console.error(USAGE);
    return 2;
  }
  const path = resolve(process.env['VECHE_CALLED_FROM'] ?? process.cwd(), argument);
  const { result, faults } = await recount(path, values.key);
  console.log(result);
  for (const fault of faults) console.error(`wrong: ${fault}`);
  if (!values.key)
    console.error(
      "note: signatures are checked with the package's own key; compare it with the published one, or give --key",
    );
  const same = second(path, values.key, result);
  if (faults.length > 0 || same === false) return 1;
  console.error('The package holds: manifest, log, ballots and result agree.');
  return 0;
}

/** Whether the implementation in Python gives the same bytes; null where there is no Python. */
function second(path: string, key: string | undefined, result: string): boolean | null {
  const run = spawnSync('python3', ['-B', PYTHON, path, ...(key ? ['--key', key] : [])], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (run.error) {
    console.error('note: python3 was not found, so the second implementation did not count');
    return null;
  }
  const same = run.stdout === `${result}\n`;
  console.error(
    same
      ? 'Both implementations, TypeScript and Python, give the same result bit for bit.'
      : `The implementation in Python differs: ${run.stderr || run.stdout}`,
  );
  return same;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`cannot be counted: ${(error as Error).message}`);
  process.exitCode = 2;
}
