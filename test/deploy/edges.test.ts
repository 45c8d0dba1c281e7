import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ROOT } from '../../stand/src/state.ts';
import { CHART, manifests, OPERATORS, render, type Manifest } from './render.ts';
import { helm, names, of, one, PROGRAMS, REGIONAL, rendered } from './rendered.ts';

describe('the network', () => {
  type Rule = { from?: any[]; to?: any[]; ports: { port: string | number }[] };
  const componentsOf = (peers: any[] = []): string[] =>
    peers.flatMap(({ podSelector }) => podSelector?.matchLabels['app.kubernetes.io/component'] ?? []);
  const callersOf = (name: string): string[] =>
    one('NetworkPolicy', name).spec.ingress.flatMap(({ from }: Rule) => componentsOf(from));
  const calledBy = (name: string): string[] =>
    one('NetworkPolicy', name).spec.egress.flatMap(({ to }: Rule) => componentsOf(to));

  test('each edge is open at both of its ends and no other is', () => {
    const out = PROGRAMS.flatMap((name) => calledBy(name).map((callee) => `${name} > ${callee}`)).sort();
    const into = PROGRAMS.flatMap((name) => callersOf(name).map((caller) => `${caller} > ${name}`)).sort();
    expect(out).toEqual(into.filter((edge) => edge !== 'test > gateway'));
    expect(calledBy('voting')).toEqual(['esia-bridge']);
    expect(callersOf('voting')).toEqual(['gateway']);
    expect(calledBy('registry')).toEqual([]);
  });

  const usersOf = (port: number, ...set: string[]): string[] =>
    names(
      'NetworkPolicy',
      rendered(...set).filter(({ spec }) =>
        spec?.egress?.some(({ ports }: Rule) => ports.some((one) => one.port === port)),
      ),
    );

  test('a store is reached by those who use it', () => {
    expect(usersOf(27017)).toEqual(PROGRAMS.filter((name) => !['gateway', 'esia-bridge'].includes(name)));
  });

  const VAULT = ['voting.keys=vault', 'voting.vault.url=https://vault:8200', 'voting.vault.role=veche'];
  const WITHOUT_BRIDGE = 'services.esia-bridge.enabled=false';
  test.each([
    ['clamd', 3310, ['contests'], ['files.clamd=clamd:3310'], []],
    ['the key server', 8200, ['voting'], VAULT, ['voting.vault.url=https://vault:8200']],
    [
      'the collector',
      4318,
      PROGRAMS.filter((name) => name !== 'esia-bridge'),
      ['telemetry.otlpEndpoint=http://c:4318'],
      [],
    ],
    ['S3', 9000, ['contests', 'expertise'], [], ['files.storage=disk', 'services.expertise.env.FILES_DIR=/tmp/files']],
    ['Redis', 6379, ['gateway'], [WITHOUT_BRIDGE], [WITHOUT_BRIDGE, 'redis.secret=']],
  ])('%s is reached where it is configured only', (_what, port, users, configured, absent) => {
    expect(usersOf(port, ...configured)).toEqual(users);
    expect(usersOf(port, ...absent)).toEqual([]);
  });

  test('the world comes to what has a name, from where the installation says', () => {
    const world = (name: string): unknown[] =>
      one('NetworkPolicy', name).spec.ingress.filter(({ from }: Rule) =>
        from?.some(
          ({ namespaceSelector }) => namespaceSelector?.matchLabels['kubernetes.io/metadata.name'] === 'ingress',
        ),
      );
    expect(PROGRAMS.filter((name) => world(name).length > 0)).toEqual(['esia-bridge', 'gateway']);
  });

  test('can be left to others', () => {
    expect(names('NetworkPolicy', rendered('networkPolicy.enabled=false'))).toEqual([]);
  });
});

describe('the way in', () => {
  test('HTTPRoutes show the paths of the graph and of the bridge, and nothing of the inside', () => {
    const paths = (name: string) =>
      one('HTTPRoute', name).spec.rules[0].matches.map(({ path }: any) => `${path.type} ${path.value}`);
    expect(names('HTTPRoute')).toEqual(['esia-bridge', 'gateway']);
    expect(paths('gateway')).toContain('PathPrefix /graphql');
    expect(paths('esia-bridge')).toContain('Exact /token');
    for (const name of ['gateway', 'esia-bridge'])
      expect(paths(name).join('\n')).not.toMatch(/metrics|livez|readyz|internal|PathPrefix \/$/m);
  });

  test('an Ingress shows the same', () => {
    const ingress = rendered('expose.kind=ingress', 'expose.ingress.className=nginx', 'expose.ingress.tlsSecret=tls');
    expect(names('HTTPRoute', ingress)).toEqual([]);
    const { spec } = one('Ingress', 'esia-bridge', ingress);
    expect(spec.tls).toEqual([{ hosts: ['esia.example.org'], secretName: 'tls' }]);
    expect(spec.rules[0].http.paths).toContainEqual({
      path: '/token',
      pathType: 'Exact',
      backend: { service: { name: 'veche-esia-bridge', port: { name: 'http' } } },
    });
  });

  test('none, where the cluster does not know the kind or nobody wants one', () => {
    const kinds = (profile: Manifest[]) => new Set(profile.map(({ kind }) => kind));
    expect(kinds(manifests(render(helm, { ...REGIONAL, apis: [] })))).not.toContain('HTTPRoute');
    expect(kinds(rendered('expose.kind=none'))).not.toContain('HTTPRoute');
  });
});

describe('observability', () => {
  test('is there where the Prometheus operator is', () => {
    const plain = manifests(render(helm, { ...REGIONAL, apis: OPERATORS.slice(1) }));
    for (const kind of ['ServiceMonitor', 'PrometheusRule', 'ConfigMap']) {
      expect(of(kind).length).toBeGreaterThan(0);
      expect(of(kind, plain)).toEqual([]);
    }
  });

  test('alarms are those of files/alerts, word for word', () => {
    expect(names('PrometheusRule').sort()).toEqual(['audit', 'operations', 'slo', 'voting']);
    const [file] = manifests(readFileSync(join(CHART, 'files/alerts/audit.yaml'), 'utf8'));
    expect(one('PrometheusRule', 'audit').spec).toEqual(file);
  });

  test('dashboards and alarms ask for metrics that the programs have', () => {
    const sources = globSync('{kit,services/*,gateway}/src/**/*.ts', { cwd: ROOT }).map((file) =>
      readFileSync(join(ROOT, file), 'utf8'),
    );
    const known = new Set(sources.join('\n').match(/'veche_[a-z_]+'/g));
    const asked = globSync('files/{alerts,dashboards}/*', { cwd: CHART }).flatMap((file) =>
      [...readFileSync(join(CHART, file), 'utf8').matchAll(/\bveche_[a-z_]+/g)].map(([name]) =>
        name.replace(/_(bucket|count|sum)$/, ''),
      ),
    );
    expect(asked.length).toBeGreaterThan(10);
    for (const name of asked) expect(known).toContain(`'${name}'`);
    const [{ data }] = of('ConfigMap') as unknown as [{ data: Record<string, string> }];
    for (const dashboard of Object.values(data)) expect(JSON.parse(dashboard).panels.length).toBeGreaterThan(0);
  });

  test('carries the labels by which the operator chooses', () => {
    const labelled = rendered('telemetry.labels.release=prometheus');
    for (const kind of ['ServiceMonitor', 'PrometheusRule'])
      for (const { metadata } of of(kind, labelled)) expect(metadata.labels).toMatchObject({ release: 'prometheus' });
  });

  test('metrics are asked of every service of this release', () => {
    const [monitor] = of('ServiceMonitor');
    for (const { metadata } of of('Service')) expect(metadata.labels).toMatchObject(monitor!.spec.selector.matchLabels);
  });
});
