import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { startForTest, type TestService } from '../src/testing/harness.ts';
import { counters } from './fixture/counters.ts';

const ALERTS = join(import.meta.dirname, '../../charts/veche/files/alerts');

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

const FILES = readdirSync(ALERTS).filter((name) => !name.endsWith('.test.yaml'));
const bodyOf = (file: string) =>
  parse(readFileSync(join(ALERTS, file), 'utf8')) as { groups: { name: string; rules: Rule[] }[] };
const rulesOf = (file: string): Rule[] => bodyOf(file).groups.flatMap((group) => group.rules);

let service: TestService;
beforeAll(async () => void (service = await startForTest(counters())));
afterAll(() => service.stop());

test('every metric of the audit is one of a service', async () => {
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  const known = new Set([...metrics.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const asked = new Set(rulesOf('audit.yaml').flatMap(({ expr }) => expr.match(/\bveche_\w+/g) ?? []));
  expect([...asked].sort()).toEqual(['veche_audit_ended_seconds', 'veche_audit_violations']);
  expect([...asked].filter((name) => !known.has(name))).toEqual([]);
});

test.each(FILES)(
  '%s is the body of a PrometheusRule, each rule tells in Russian what is wrong and what to do',
  (file) => {
    expect(Object.keys(bodyOf(file))).toEqual(['groups']);
    const rules = rulesOf(file);
    expect(rules).not.toEqual([]);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const rule of rules) {
      const { alert, expr, labels, annotations, for: wait = '0s', ...rest } = rule;
      expect(rest).toEqual({});
      expect(alert).toMatch(/^Veche[A-Z]\w+$/);
      expect(expr).not.toBe('');
      expect(wait).toMatch(/^\d+[smhd]$/);
      expect(labels['severity']).toMatch(/^(critical|warning)$/);
      expect(Object.keys(annotations).sort()).toEqual(['description', 'summary']);
      for (const text of Object.values(annotations)) expect(text).toMatch(/[А-Яа-яё]{4}/);
    }
  },
);

/** Shows as skipped, never as passed, where there is no promtool (Debian: package prometheus). */
const promtool = process.env['PROMTOOL'] ?? 'promtool';
const withPromtool = spawnSync(promtool, ['--version']).status === 0 ? describe : describe.skip;

withPromtool('promtool', () => {
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(promtool, args, { cwd: ALERTS, encoding: 'utf8' });
    return { status, said: `${stdout}${stderr}` };
  };
  test.each(FILES)('takes the rules of %s, which raise each alarm when they should, and not before', (file) => {
    expect(run('check', 'rules', file)).toMatchObject({ status: 0 });
    expect(run('test', 'rules', file.replace('.yaml', '.test.yaml'))).toMatchObject({ status: 0 });
  });
});
