import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeMetrics } from '../src/index.ts';
import { startForTest, type TestService } from '../src/testing/harness.ts';
import { metricsOf, STANDARD_METRICS } from '../tools/metric-catalogue.ts';
import { counters, TOPIC } from './fixture/counters.ts';

const ADD = 'mutation ($input: AddInput!) { createCounter(input: $input) { rejection { code } } }';
const taken = { type: 'veche.test.Added', topic: TOPIC, handle: async () => undefined };

let service: TestService;
beforeAll(async () => {
  const failing = async (): Promise<void> => {
    throw new Error('out of order');
  };
  const background = [{ name: 'fails', everyMs: 1_000, run: failing }];
  service = await startForTest(counters({ consumers: () => [taken], background }));
});
afterAll(() => service.stop());

const metrics = async (): Promise<string> => (await fetch(`${service.url}/metrics`)).text();
/** The value of the series of a metric that has these labels, whatever others; NaN for none. */
function valueOf(text: string, name: string, labels: Record<string, string>): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const line = text.split('\n').find((one) => one.startsWith(`${name}{`) && wanted.every((part) => one.includes(part)));
  return Number(line?.split(' ').at(-1));
}

describe('what a service tells of itself', () => {
  test('is what the catalogue says, names and labels', async () => {
    await service.gql(ADD, { input: { amount: 1 } }, { roles: ['citizen'] });
    await service.settle();
    await service.runBackground('lag');
    const text = await metrics();
    const catalogue = new Map(metricsOf(join(import.meta.dirname, '../..')).map((metric) => [metric.name, metric]));
    const told = [...text.matchAll(/^# TYPE (\S+) (\w+)/gm)].filter(([, name]) => !/^(nodejs|process)_/.test(name!));
    expect(told.length).toBeGreaterThan(10);
    for (const [, name, kind] of told) {
      expect([name, catalogue.get(name!)?.kind.toLowerCase()]).toEqual([name, kind]);
      const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name}_count{`));
      const labels = new Set(lines.flatMap((line) => [...line.matchAll(/(\w+)="/g)].map(([, label]) => label!)));
      expect([name, [...labels].sort()]).toEqual([
        name,
        lines.length ? [...catalogue.get(name!)!.labels, 'service'].sort() : [],
      ]);
    }
    for (const name of STANDARD_METRICS) if (name !== 'up') expect(text).toContain(`# TYPE ${name} `);
  });

  test('each mutation by its outcome: accepted, rejected, forbidden, refused for its input', async () => {
    const before = await metrics();
    const count = (text: string, outcome: string): number =>
      valueOf(text, 'veche_mutations_total', { mutation: 'createCounter', outcome }) || 0;
    await service.gql(ADD, { input: { amount: 2 } }, { roles: ['citizen'] });
    await service.gql(ADD, { input: { amount: 1001 } }, { roles: ['citizen'] });
    await service.gql(ADD, { input: { amount: 2 } }, { roles: ['expert'] });
    await service.gql(ADD, { input: { amount: 2 } });
    await service.gql(ADD, { input: { amount: 2, idempotencyKey: '?' } }, { roles: ['citizen'] });
    const after = await metrics();
    const outcomes = ['ACCEPTED', 'TOO_MUCH', 'FORBIDDEN', 'UNAUTHENTICATED', 'BAD_USER_INPUT'];
    expect(outcomes.map((outcome) => count(after, outcome) - count(before, outcome))).toEqual([1, 1, 1, 1, 1]);
  });

  test('an operation by what it asks, not by the name that a client gives it, with whose fault it was', async () => {
    await service.post({ query: 'query Ivanov { broken }' });
    await service.post({ query: 'query Ivanov { whoAmI }' });
    await service.post({ query: 'query Ivanov { nothingLikeThis }' });
    const text = await metrics();
    const series = 'veche_graphql_operation_seconds_count';
    expect(valueOf(text, series, { operation: 'broken', kind: 'query', result: 'error' })).toBe(1);
    expect(valueOf(text, series, { operation: 'whoAmI', kind: 'query', result: 'refused' })).toBe(1);
    expect(valueOf(text, series, { operation: 'none', kind: 'none', result: 'refused' })).toBe(1);
    expect(text).not.toContain('Ivanov');
  });

  test('a token that is not valid, by its fault', async () => {
    await service.post({ query: '{ whoAmI }' }, { authorization: 'Bearer nonsense' });
    expect(valueOf(await metrics(), 'veche_tokens_refused_total', { reason: 'ERR_HEADER' })).toBe(1);
  });

  test('how late events are handled, how many wait, what was parked from the first one on', async () => {
    const text = await metrics();
    expect(valueOf(text, 'veche_consumer_dead_letters_total', { topic: TOPIC, type: 'veche.test.Added' })).toBe(0);
    expect(valueOf(text, 'veche_consumer_delay_seconds_count', { topic: TOPIC })).toBeGreaterThan(0);
    expect(valueOf(text, 'veche_consumer_lag', { topic: TOPIC })).toBe(0);
  });

  test('a background task that fails: when it last ended is the start of the process', async () => {
    const ended = valueOf(await metrics(), 'veche_task_ended_seconds', { task: 'fails' });
    await expect(service.runBackground('fails')).rejects.toThrow('out of order');
    expect(valueOf(await metrics(), 'veche_task_ended_seconds', { task: 'fails' })).toBe(ended);
    await service.runBackground('lag');
    expect(valueOf(await metrics(), 'veche_task_ended_seconds', { task: 'lag' })).toBeGreaterThan(ended);
  });
});

test.each([
  ['is away', () => Promise.reject(new Error('no server'))],
  ['hangs', () => new Promise<never>(() => undefined)],
])('the other metrics are told while the database %s', async (_how, backlog) => {
  const { registry } = makeMetrics('test', backlog, () => new Date());
  const text = await registry.metrics();
  expect(text).toMatch(/^veche_outbox_depth\{service="test"\} Nan$/m);
  expect(text).toContain('process_start_time_seconds');
});
