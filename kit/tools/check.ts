import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, findBreakingChanges, parse, visit } from 'graphql';
import { unsafeConstructs } from './composition-rules.ts';
import { generated, sdlOf, subgraphs } from './generate.ts';

const ROOT = join(import.meta.dirname, '../..');
/** The contract of events and the public schema as they were released; a change must stay compatible with both. */
const RELEASED_EVENTS = 'proto/released.binpb';
const RELEASED_SCHEMA = 'gateway/released-schema.graphql';

interface Step {
  name: string;
  run(): Promise<string[]>;
}

/** Runs a tool; gives its output when it fails, nothing when it passes. */
const tool =
  (program: string, ...args: string[]) =>
  (): Promise<string[]> => {
    const { promise, resolve } = Promise.withResolvers<string[]>();
    const child = spawn(join(ROOT, 'node_modules/.bin', program), args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve([error.message]));
    child.on('close', (code) => resolve(code === 0 ? [] : [output.trim() || `ended with ${code}`]));
    return promise;
  };

const SOURCES = ['kit', 'proto', 'gateway', 'client', 'services', 'stand', 'test'];

/** What every process begins with; jest takes named imports of CommonJS modules that Node itself refuses. */
const PROGRAMS = [...subgraphs().map((name) => `services/${name}/src/definition.ts`), 'gateway/src/server.ts'].map(
  (path) => join(ROOT, path),
);
const IMPORT_ALL = 'for (const path of process.argv.slice(1)) await import(path);';

/** The steps in the order in which they are told. */
const steps: Step[] = [
  { name: 'format', run: tool('oxfmt', '--check', ...SOURCES) },
  { name: 'lint', run: tool('oxlint', '--type-aware', ...SOURCES) },
  { name: 'types', run: tool('tsc', '--noEmit', '-p', 'tsconfig.json') },
  { name: 'imports', run: tool('node', '--input-type=module', '--eval', IMPORT_ALL, ...PROGRAMS) },
  {
    name: 'boundaries',
    run: tool('depcruise', '--config', '.dependency-cruiser.mjs', 'kit', 'proto', 'gateway', 'services'),
  },
  { name: 'generated files', run: generatedIsCurrent },
  { name: 'buf lint', run: tool('buf', 'lint') },
  { name: 'buf breaking', run: tool('buf', 'breaking', '--against', RELEASED_EVENTS) },
  { name: 'schema descriptions', run: async () => subgraphs().flatMap(undescribed) },
  {
    name: 'federation rules',
    run: async () => subgraphs().flatMap((name) => unsafeConstructs(sdlOf(name)).map((what) => `${name}: ${what}`)),
  },
  { name: 'schema breaking', run: breakingOfSchema },
  { name: 'chart and k8s', run: tool('node', 'test/deploy/check.ts') },
  { name: 'dead code', run: tool('knip', '--no-progress', '--no-config-hints') },
];

/** Committed generated files must be what the sources give now. */
async function generatedIsCurrent(): Promise<string[]> {
  const stale: string[] = [];
  for (const [file, content] of await generated()) {
    const path = join(ROOT, file);
    if (!existsSync(path) || readFileSync(path, 'utf8') !== content) stale.push(`${file} is stale: npm run generate`);
  }
  return stale;
}

/** Every type, field, argument and enum value must tell a frontend developer what it is. */
export function undescribed(name: string): string[] {
  return missingDescriptions(sdlOf(name)).map((what) => `${name}: ${what} has no description`);
}

const ROOTS = new Set(['Query', 'Mutation']);

export function missingDescriptions(sdl: string): string[] {
  const missing: string[] = [];
  const check = (node: { description?: unknown; name: { value: string } }): void => {
    if (!node.description && !ROOTS.has(node.name.value)) missing.push(node.name.value);
  };
  visit(parse(sdl), {
    ObjectTypeDefinition: check,
    InputObjectTypeDefinition: check,
    EnumTypeDefinition: check,
    ScalarTypeDefinition: check,
    FieldDefinition: check,
    InputValueDefinition: check,
    EnumValueDefinition: check,
  });
  return missing;
}

async function breakingOfSchema(): Promise<string[]> {
  const read = (file: string) => buildSchema(readFileSync(join(ROOT, file), 'utf8'));
  return findBreakingChanges(read(RELEASED_SCHEMA), read('gateway/public-schema.graphql')).map(
    ({ description }) => description,
  );
}

/** Runs every step, two at a time for two cores; gives the number of those that failed. */
async function main(): Promise<number> {
  let failed = 0;
  const queue = [...steps];
  const worker = async (): Promise<void> => {
    for (let step = queue.shift(); step; step = queue.shift()) {
      const begun = performance.now();
      const problems = await step.run().catch((error: Error) => [error.message]);
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${step.name} (${seconds} s)`);
      for (const problem of problems) console.log(problem);
      failed += problems.length === 0 ? 0 : 1;
    }
  };
  await Promise.all([worker(), worker()]);
  return failed;
}

if (import.meta.main) process.exitCode = (await main()) === 0 ? 0 : 1;
