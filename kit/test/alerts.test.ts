import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { dashboardJson } from '../tools/dashboard-json.ts';
import { DASHBOARDS } from '../tools/dashboards.ts';
import { metricsOf, STANDARD_METRICS } from '../tools/metric-catalogue.ts';

const ROOT = join(import.meta.dirname, '../..');
const ALERTS = join(ROOT, 'charts/veche/files/alerts');
const RUNBOOKS = join(ROOT, 'docs/operations/runbooks');

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}
type Recorded = Pick<Rule, 'expr' | 'labels'> & { record: string };

const FILES = readdirSync(ALERTS).filter((name) => !name.endsWith('.test.yaml'));
const bodyOf = (file: string) =>
  parse(readFileSync(join(ALERTS, file), 'utf8')) as { groups: { name: string; rules: (Rule | Recorded)[] }[] };
const allOf = (file: string) => bodyOf(file).groups.flatMap((group) => group.rules);
const rulesOf = (file: string): Rule[] => allOf(file).filter((rule) => 'alert' in rule);
const recordedOf = (file: string): Recorded[] => allOf(file).filter((rule) => 'record' in rule);
const lines = Object.values(DASHBOARDS).flatMap(({ title, panels }) =>
  panels.flatMap((panel) => Object.values(panel.lines).map((expr) => ({ where: `${title}: ${panel.title}`, expr }))),
);

describe('every metric that is asked for', () => {
  const made = metricsOf(ROOT);
  const known = new Set([
    ...STANDARD_METRICS,
    ...FILES.flatMap(recordedOf).map(({ record }) => record),
    ...made.flatMap(({ name, kind }) =>
      kind === 'Histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    ),
  ]);
  const asked = [...FILES.flatMap((file) => allOf(file).map(({ expr }) => ({ where: file, expr }))), ...lines];
  test.each(asked)('in $where: $expr', ({ expr }) => {
    const names = expr.replaceAll(/"[^"]*"/g, '').match(/\b(veche|esia|process|nodejs)[\w:]+\b/g) ?? [];
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });
  test('has the labels that are chosen by', () => {
    const labels = new Map(
      made.flatMap(({ name, labels: own }) => ['', '_count', '_bucket'].map((end) => [name + end, own])),
    );
    const chosen = asked.flatMap(({ expr }) =>
      [...expr.matchAll(/\b((?:veche|esia)_\w+)\{([^}]*)\}/g)].flatMap(([, name, by]) =>
        [...by!.matchAll(/(\w+)(?:=~|!=|!~|=)/g)].map(([, label]) => [name!, label!] as const),
      ),
    );
    expect(chosen.length).toBeGreaterThan(20);
    const fitting = ([name, label]: readonly [string, string]): boolean =>
      label === 'service' || (label === 'le' && name.endsWith('_bucket')) || labels.get(name)!.includes(label);
    expect(chosen.filter((one) => !fitting(one))).toEqual([]);
  });
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
      const { runbook_url: page, ...texts } = annotations;
      expect(Object.keys(texts).sort()).toEqual(['description', 'summary']);
      for (const text of Object.values(texts)) expect(text).toMatch(/[А-Яа-яё]{4}/);
      expect(page).toBe(`docs/operations/runbooks/${alert}.md`);
    }
    for (const { record, expr, labels, ...rest } of recordedOf(file)) {
      expect([record, rest]).toEqual([expect.stringMatching(/^veche:[a-z_]+:\w+$/), {}]);
      expect(expr).not.toBe('');
      expect(Object.keys(labels)).toEqual(['slo']);
    }
  },
);

test('every alarm has its page of what to do, and every page its alarm', () => {
  const alarms = FILES.flatMap(rulesOf).map(({ alert }) => `${alert}.md`);
  expect(readdirSync(RUNBOOKS).sort()).toEqual(alarms.sort());
  for (const page of alarms) {
    const text = readFileSync(join(RUNBOOKS, page), 'utf8');
    for (const part of ['Meaning', 'Impact', 'First look', 'Commands', 'Remedy'])
      expect(text).toContain(`**${part}.**`);
    const links = [...text.matchAll(/\]\(([^)#]+)/g)].map(([, link]) => link!);
    for (const link of links) expect([link, existsSync(join(RUNBOOKS, link))]).toEqual([link, true]);
  }
});

describe.each(Object.entries(DASHBOARDS))('dashboard %s', (name, dashboard) => {
  test('stands in the chart, with panels that do not overlap and a query each', () => {
    const text = readFileSync(join(ROOT, `charts/veche/files/dashboards/${name}.json`), 'utf8');
    const { panels, ...rest } = JSON.parse(text);
    expect({ ...rest, panels }).toEqual(dashboardJson(dashboard));
    expect(new Set(panels.map(({ gridPos }: any) => `${gridPos.x}:${gridPos.y}`)).size).toBe(panels.length);
    for (const { targets } of panels) expect(targets.length).toBeGreaterThan(0);
  });
});

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
    const tests = file.replace('.yaml', '.test.yaml');
    expect(run('test', 'rules', tests)).toMatchObject({ status: 0 });
    const text = readFileSync(join(ALERTS, tests), 'utf8');
    const { tests: cases } = parse(text) as {
      tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
    };
    const tried = cases.flatMap((one) => one.alert_rule_test);
    for (const { alert } of rulesOf(file)) {
      const outcomes = tried
        .filter(({ alertname }) => alertname === alert)
        .map(({ exp_alerts: raised }) => raised.length > 0);
      expect([alert, new Set(outcomes).size]).toEqual([alert, 2]);
    }
  });
  test('takes every query of the dashboards', () => {
    const directory = mkdtempSync(join(tmpdir(), 'veche-dashboards-'));
    const rules = lines.map(({ expr }, n) => ({
      record: `line:${n}`,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$service', 'voting'),
    }));
    writeFileSync(join(directory, 'lines.yaml'), stringify({ groups: [{ name: 'lines', rules }] }));
    expect(run('check', 'rules', join(directory, 'lines.yaml'))).toMatchObject({ status: 0 });
    rmSync(directory, { recursive: true });
  });
});
