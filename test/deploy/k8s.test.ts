import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { restrictedTopics } from '../../kit/tools/event-catalogue.ts';
import { SUBGRAPHS } from '../../stand/src/parts/services.ts';
import { ROOT } from '../../stand/src/state.ts';
import { kustomize, manifests, PROFILES, render, type Manifest } from './render.ts';

const kubectl = process.env['TEST_KUBECTL']!;
const overlay = (name: string): Manifest[] => manifests(kustomize(kubectl, `overlays/${name}`));
const prod = overlay('prod');
const dev = overlay('dev');
const of = (kind: string, from = prod): Manifest[] => from.filter((manifest) => manifest.kind === kind);
const named = (kind: string, name: string, from = prod): Manifest =>
  of(kind, from).find(({ metadata }) => metadata.name === name)!;

const SERVICES = [...SUBGRAPHS].sort();
const chart = manifests(render(process.env['TEST_HELM']!, PROFILES[1]!));

test('everything stands in one namespace, in which nothing goes anywhere by itself', () => {
  for (const name of ['dev', 'prod', 'prod-gost'])
    for (const { kind, metadata } of overlay(name))
      if (kind !== 'Namespace') expect({ ...metadata, kind }).toMatchObject({ namespace: 'veche' });
  expect(named('NetworkPolicy', 'default-deny').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
});

describe('Kafka', () => {
  type Acl = { resource: { type: string; name: string; patternType: string }; operations: string[] };
  const acls = (name: string): Acl[] => named('KafkaUser', name).spec.authorization.acls;
  const writersOf = (topic: string): string[] =>
    of('KafkaUser')
      .filter(({ spec }) =>
        spec.authorization.acls.some(
          ({ resource, operations }: Acl) => resource.name === topic && operations.includes('Write'),
        ),
      )
      .map(({ metadata }) => metadata.name);
  const topics = of('KafkaTopic').map(({ metadata }) => metadata.name);
  const events = topics.filter((topic) => !topic.endsWith('.dlq'));

  test('each topic has one writer, the service in its name', () => {
    expect(events.length).toBeGreaterThan(15);
    for (const topic of events) expect(writersOf(topic)).toEqual([`veche-${topic.split('.')[1]}`]);
  });

  test('every topic that an event names is there, with a place for what could not be taken', () => {
    const catalogue = readFileSync(join(ROOT, 'docs/events.md'), 'utf8');
    const told = new Set([...catalogue.matchAll(/ on `(veche\.[a-z.0-9]+)`/g)].map(([, topic]) => topic!));
    expect([...told].sort()).toEqual([...events].sort());
    for (const topic of events) expect(topics).toContain(`${topic}.dlq`);
  });

  const restricted = restrictedTopics(ROOT);

  test('events are kept for good, what could not be taken for a year, what is restricted for a fortnight', () => {
    const kept = (topic: string): number => named('KafkaTopic', topic).spec.config['retention.ms'];
    for (const topic of events) {
      const times = restricted.includes(topic) ? [1_209_600_000, 1_209_600_000] : [-1, 31_536_000_000];
      expect([kept(topic), kept(`${topic}.dlq`)]).toEqual(times);
    }
  });

  test('no service can make a topic, or rule over the log', () => {
    for (const service of SERVICES)
      for (const { resource, operations } of acls(`veche-${service}`)) {
        expect(resource.type).not.toBe('cluster');
        expect(operations).not.toContain('Create');
        expect(operations).not.toContain('All');
      }
  });

  test('an analyst reads everything but what is restricted, writes nothing, and takes no more than a share', () => {
    const { authorization, quotas } = named('KafkaUser', 'analyst-region').spec;
    expect(authorization.acls[0]).toEqual({
      resource: { type: 'topic', name: 'veche.', patternType: 'prefix' },
      operations: ['Read', 'Describe'],
    });
    expect(restricted).toEqual(['veche.contests.authorship.v1']);
    const denied = authorization.acls.filter(({ type }: { type?: string }) => type === 'deny');
    expect(denied).toEqual(
      restricted.map((name) => ({
        type: 'deny',
        resource: { type: 'topic', name, patternType: 'prefix' },
        operations: ['All'],
      })),
    );
    const allowed = authorization.acls.filter(({ type }: { type?: string }) => type !== 'deny');
    expect(JSON.stringify(allowed)).not.toMatch(/Write|Create|Alter|All/);
    expect(quotas).toMatchObject({ consumerByteRate: expect.any(Number), requestPercentage: expect.any(Number) });
  });

  test('is asked by the platform, by analysts and by the scaler, from their namespaces', () => {
    const { from } = named('NetworkPolicy', 'kafka').spec.ingress.find(({ ports }: any) => ports?.[0].port === 9093);
    expect(from).toEqual([
      { podSelector: { matchLabels: { 'app.kubernetes.io/part-of': 'veche' } } },
      ...['analysts', 'scaler'].map((who) => ({
        namespaceSelector: { matchLabels: { [`veche.example.org/${who}`]: 'true' } },
      })),
    ]);
  });

  test('the programs of the chart log in as those users', () => {
    const users = chart
      .filter(({ kind }) => kind === 'Deployment')
      .flatMap(({ spec }) => spec.template.spec.containers[0].env)
      .filter(({ name }: { name: string }) => name === 'KAFKA_USERNAME')
      .map(({ value }: { value: string }) => value);
    expect(users.sort()).toEqual([...SERVICES, 'gateway'].map((program) => `veche-${program}`).sort());
    for (const user of users) expect(named('KafkaUser', user)).toBeDefined();
  });
});

describe('MongoDB', () => {
  const users = (from: Manifest[]): Map<string, [string, string]> =>
    new Map(
      of('PerconaServerMongoDB', from).flatMap(({ metadata, spec }) =>
        spec.users.map(({ name, roles }: { name: string; roles: { name: string; db: string }[] }) => [
          name,
          [metadata.name, roles.map((role) => `${role.name} ${role.db}`).join()],
        ]),
      ),
    );

  test('each service has a user of its own for a database of its own', () => {
    for (const from of [dev, prod]) {
      expect([...users(from).keys()].sort()).toEqual(SERVICES);
      for (const [service, [, rights]] of users(from)) expect(rights).toBe(`readWrite veche_${service}`);
    }
  });

  test('in production identity and voting stand apart', () => {
    const places = Object.fromEntries([...users(prod)].map(([service, [place]]) => [service, place]));
    expect(places).toMatchObject({
      identity: 'veche-mongodb-identity',
      voting: 'veche-mongodb-voting',
      contests: 'veche-mongodb',
    });
    expect(new Set([...users(dev).values()].map(([place]) => place))).toEqual(new Set(['veche-mongodb']));
  });

  test('in production every replica set is copied, to a second, under a name of its own', () => {
    const places = of('PerconaServerMongoDB').map(({ metadata, spec }) => {
      expect(spec.backup).toMatchObject({ enabled: true, pitr: { enabled: true } });
      expect(spec.backup.storages.s3.s3.prefix).toBe(metadata.name);
      return spec.backup.storages.s3.s3.prefix;
    });
    expect(new Set(places).size).toBe(3);
  });

  test('three members in production, one for a developer, TLS for both', () => {
    for (const { spec } of of('PerconaServerMongoDB')) expect(spec.replsets[0].size).toBe(3);
    for (const { spec } of of('PerconaServerMongoDB', dev)) expect(spec.replsets[0].size).toBe(1);
    for (const { spec } of [...of('PerconaServerMongoDB'), ...of('PerconaServerMongoDB', dev)])
      expect(spec.tls.mode).toBe('requireTLS');
  });
});

test.each([
  ['mongodb', 27_017],
  ['valkey', 6379],
])('%s is reached by the programs that use it, and by no other', (store, port) => {
  const open = ({ ports }: any): boolean => ports?.some((one: any) => one.port === port);
  const [rule] = named('NetworkPolicy', store).spec.ingress.filter(open);
  const users = chart.filter(({ kind, spec }) => kind === 'NetworkPolicy' && spec.egress.some(open));
  const components = users.map(({ metadata }) => metadata.labels!['app.kubernetes.io/component']);
  expect(rule.from[0].podSelector.matchExpressions[0].values).toEqual(components);
});

test('the example of GOST TLS shows the graph and asks ESIA, and nothing else', () => {
  const gost = overlay('prod-gost');
  const { spec } = named('NetworkPolicy', 'gost-tls', gost);
  expect(spec.egress[0].to[0].podSelector.matchLabels['app.kubernetes.io/component']).toBe('gateway');
  expect(of('ConfigMap', gost).some(({ metadata }) => metadata.name.startsWith('gost-tls-'))).toBe(true);
});
