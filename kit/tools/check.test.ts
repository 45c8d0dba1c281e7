import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { missingDescriptions } from './check.ts';
import { unsafeConstructs } from './composition-rules.ts';

const ROOT = join(import.meta.dirname, '../..');
let place: string;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'veche-check-'));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

function write(file: string, content: string): void {
  mkdirSync(join(place, file, '..'), { recursive: true });
  writeFileSync(join(place, file), content);
}

const run = (program: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin', program), args, {
    cwd: place,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
};

describe('a check can fail', () => {
  test('boundaries: service to service, file system in the domain', () => {
    write('services/a/src/policy.ts', 'export const policy = {};\n');
    write(
      'services/b/src/domain/vote.ts',
      "import { readFileSync } from 'node:fs';\nimport { policy } from '../../../a/src/policy.ts';\nexport const vote = [policy, readFileSync];\n",
    );
    const { status, output } = run('depcruise', '--config', join(ROOT, '.dependency-cruiser.mjs'), 'services');
    expect(status).not.toBe(0);
    expect(output).toMatch(/service-not-to-service: services\/b\/src\/domain\/vote\.ts/);
    expect(output).toMatch(/domain-is-pure: services\/b\/src\/domain\/vote\.ts → fs/);
  });

  test('lint: a file of 301 lines, a function of 61', () => {
    write(
      'long.ts',
      'export const one = 1;\n'.replace('one', 'a0') +
        Array.from({ length: 300 }, (_, n) => `export const b${n} = ${n};\n`).join(''),
    );
    write(
      'wide.ts',
      `export function wide(): number {\n  let sum = 0;\n${'  sum += 1;\n'.repeat(60)}  return sum;\n}\n`,
    );
    const { status, output } = run('oxlint', '-c', join(ROOT, '.oxlintrc.json'), '.');
    expect(status).not.toBe(0);
    expect(output).toMatch(/max-lines\)/);
    expect(output).toMatch(/max-lines-per-function\)/);
  });

  test('descriptions: a field, an argument and an enum value without one', () => {
    const sdl = '"T" type T { "f" f("a" a: Int, b: Int): Int g: Int } "E" enum E { "X" X Y }';
    expect(missingDescriptions(sdl)).toEqual(['b', 'g', 'Y']);
  });
});

describe('what the gateway answers wrongly', () => {
  test.each<[string, string, string]>([
    [
      'requires-with-argument',
      'type P @key(fields: "id") { id: ID! items(limit: Int): [Int] @external first: Int @requires(fields: "items(limit: 3)") }',
      'P.first: @requires of a field with arguments',
    ],
    [
      'requires-with-argument-conflict',
      'type P @key(fields: "id") { id: ID! price(currency: String): Int @external tax: Int @requires(fields: "id price") }',
      'P.tax: @requires of a field with arguments',
    ],
    [
      'keys-mashup',
      'type A @key(fields: "id") @key(fields: "id compositeId { two }", resolvable: false) { id: ID! }',
      'A: an entity has one key, and it is one plain field',
    ],
    [
      'non-resolvable-interface-object',
      'type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }',
      'Node: @interfaceObject',
    ],
    ['a stream', 'type Subscription { tally: Int }', 'Subscription: the gateway cannot execute subscriptions'],
  ])('%s is refused', (_suite, sdl, problem) => {
    expect(unsafeConstructs(sdl)).toEqual([problem]);
  });

  test('what it answers well is not', () => {
    expect(unsafeConstructs('type T @key(fields: "oktmo") { oktmo: ID! }')).toEqual([]);
    const sdl =
      'extend type P @key(fields: "id") { id: ID! price: Int @external tax(of: Int): Int @requires(fields: "price") }';
    expect(unsafeConstructs(sdl)).toEqual([]);
  });
});
