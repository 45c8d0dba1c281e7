import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT } from '../../stand/src/state.ts';
import { commandsOf } from './commands.ts';
import { OPERATE } from './operate-commands.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const runbooks = readdirSync(join(ROOT, 'docs/operations/runbooks')).map((name) => `docs/operations/runbooks/${name}`);
const PAGES = ['docs/operate.md', 'docs/analysts.md', 'docs/frontend.md', 'docs/operations/slo.md', ...runbooks];

/** GitHub's anchor of a heading. */
const anchors = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );

const valueAt = (path: string): unknown =>
  path.split('.').reduce<any>((at, key) => at?.[key], parse(read('charts/veche/values.yaml')));

describe.each(PAGES)('%s', (page) => {
  const text = read(page);

  test('names scripts, programs and pages that are there', () => {
    for (const [, name] of text.matchAll(/npm run ([\w:-]+)/g))
      expect([name, scripts[name!] !== undefined]).toEqual([name, true]);
    for (const [, file] of text.matchAll(/node ((?:kit|services|docs)\/\S+)/g))
      expect([file, existsSync(join(ROOT, file!))]).toEqual([file, true]);
    for (const [, link, anchor] of text.matchAll(/\]\(([^)#]*)(?:#([^)]+))?\)/g)) {
      const file = link ? join(ROOT, dirname(page), link) : join(ROOT, page);
      expect([link, existsSync(file)]).toEqual([link, true]);
      if (anchor) expect([link, anchors(readFileSync(file, 'utf8'))]).toEqual([link, expect.arrayContaining([anchor])]);
    }
  });

  test('names alarms that are there', () => {
    for (const [, alarm] of text.matchAll(/\b(Veche[A-Z][A-Za-z]+)\b/g))
      expect(runbooks).toContain(`docs/operations/runbooks/${alarm}.md`);
  });

  test('acts on what the chart makes', () => {
    const services = Object.keys(valueAt('services') as object);
    for (const [, name] of text.matchAll(/\bveche-([a-z-]+) (?:--|-n|-o)/g)) expect(services).toContain(name);
    for (const [, component] of text.matchAll(/component=([a-z-]+)/g)) expect(services).toContain(component);
    for (const [, profile] of text.matchAll(/(values-[\w-]+\.yaml)/g))
      expect(existsSync(join(ROOT, 'charts/veche', profile!))).toBe(true);
    const paths = [...text.matchAll(/`((?:identity|bridge|keycloak|networkPolicy|telemetry|voting)\.[\w.]+)`/g)].map(
      ([, path]) => path!,
    );
    for (const path of paths.filter((one) => !one.includes('/')))
      expect([path, valueAt(path) !== undefined]).toEqual([path, true]);
  });
});

describe('every command of docs/operate.md', () => {
  const cluster = readdirSync(join(ROOT, 'test/cluster'))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(`test/cluster/${name}`))
    .join('\n');

  test('is run by somebody, or it is said why not; nothing else is', () => {
    expect(Object.keys(OPERATE).sort()).toEqual(commandsOf('docs/operate.md').sort());
  });

  test.each(Object.entries(OPERATE))('%s', (command, by) => {
    if (by === 'cluster') expect(cluster.replaceAll('"', "'")).toContain(`'${command}'`);
    else if ('test' in by) expect(read(by.test)).toContain(command.split(' ').at(-1)!);
    else expect(by.not).toMatch(/\w+ \w+ \w+/);
  });
});
