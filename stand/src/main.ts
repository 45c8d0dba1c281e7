import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { check, runScript } from './script.ts';
import { asProblem, Problem } from './problem.ts';
import { runs } from './process.ts';
import { start } from './start.ts';
import { clean, directoryOf, forget, readState } from './state.ts';
import { test } from './test-run.ts';

const MAIN = 'main';
const HELP =
  'Use: npm start [-- --no-demo] | npm run stop | npm run stand -- up|status|logs <part>|reset | npm test | npm run check';

async function stop(): Promise<number> {
  const state = readState(MAIN);
  if (!state) {
    console.log('The stand is not running.');
    return 0;
  }
  if (runs(state.launcher)) process.kill(state.launcher.pid, 'SIGTERM');
  for (let n = 0; n < 300 && runs(state.launcher); n++) await sleep(100);
  await clean(state);
  forget(MAIN);
  console.log('Stopped.');
  return 0;
}

function status(): number {
  const state = readState(MAIN);
  if (!state) {
    console.log('The stand is not running; start it with `npm start`.');
    return 1;
  }
  for (const [name, part] of Object.entries(state.parts)) {
    console.log(`${name.padEnd(13)} ${runs(part) ? `runs, process ${part.pid}` : 'does not run'}`);
  }
  for (const [name, url] of Object.entries(state.urls)) console.log(`${name.padEnd(13)} ${url}`);
  return 0;
}

function logs(part: string | undefined): number {
  const state = readState(MAIN);
  const log = part ? state?.parts[part]?.log : undefined;
  if (!log) {
    const known = Object.keys(state?.parts ?? {}).join(', ');
    throw new Problem(known ? `Name a part: ${known}.` : 'The stand is not running; start it with `npm start`.');
  }
  process.stdout.write(readFileSync(log));
  return 0;
}

async function reset(): Promise<number> {
  await stop();
  rmSync(directoryOf(MAIN), { recursive: true, force: true });
  console.log('All data of the stand is removed; the downloads stay in the cache.');
  return 0;
}

function up(rest: string[], demo: boolean): Promise<number> {
  const { values } = parseArgs({
    args: rest,
    options: { 'no-demo': { type: 'boolean' }, once: { type: 'boolean' } },
  });
  return start(MAIN, { demo: demo && !values['no-demo'], once: values.once ?? false });
}

const COMMANDS: Record<string, (rest: string[]) => number | Promise<number>> = {
  start: (rest) => up(rest, true),
  up: (rest) => up(rest, false),
  stop,
  status,
  logs: ([part]) => logs(part),
  reset,
  check,
  run: (rest) => runScript(rest, readState(MAIN) ? MAIN : null),
  test,
};

async function command(name: string | undefined, rest: string[]): Promise<number> {
  if (name && Object.hasOwn(COMMANDS, name)) return COMMANDS[name]!(rest);
  console.log(HELP);
  return name ? 2 : 0;
}

try {
  const [name, ...rest] = process.argv.slice(2);
  process.exitCode = await command(name, rest);
} catch (error) {
  const problem = asProblem(error);
  console.error(problem instanceof Problem ? problem.message : problem);
  process.exitCode = 1;
}
// Pooled connections must not keep a finished command alive.
process.exit();
