import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { ROOT } from '../../stand/src/state.ts';
import { CHART, manifests, PROFILES, render, templateArgs, valuesOf, type Manifest } from './render.ts';
import { helm, names, of, one, PROGRAMS, REGIONAL, rendered } from './rendered.ts';

describe('each program', () => {
  test('of the project is one of the chart', () => {
    expect([...readdirSync(join(ROOT, 'services')), 'gateway'].sort()).toEqual(PROGRAMS);
  });

  test.each(['Deployment', 'Service', 'ServiceAccount', 'PodDisruptionBudget'])('has a %s', (kind) => {
    expect(names(kind).sort()).toEqual(PROGRAMS);
  });

  test('can be left out with everything that is its own', () => {
    const without = rendered('services.crowdfunding.enabled=false');
    expect(JSON.stringify(without)).not.toContain('veche-crowdfunding');
  });

  test.each(PROGRAMS)('%s runs under the profile "restricted", with room for /tmp alone', (name) => {
    const pod = one('Deployment', name).spec.template.spec;
    const [container] = pod.containers;
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(one('ServiceAccount', name)['automountServiceAccountToken']).toBe(false);
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 10001,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const writable = container.volumeMounts.filter(({ readOnly }: { readOnly?: boolean }) => !readOnly);
    const paths = writable.map(({ mountPath }: { mountPath: string }) => mountPath);
    expect(paths.filter((path: string) => !path.startsWith('/var/lib/veche/'))).toEqual(['/tmp']);
  });

  test.each(PROGRAMS)('%s is asked three different questions, and drains', (name) => {
    const pod = one('Deployment', name).spec.template.spec;
    const [{ startupProbe, livenessProbe, readinessProbe, lifecycle, resources }] = pod.containers;
    expect(livenessProbe.httpGet).toEqual({ path: '/livez', port: 'http' });
    expect(readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' });
    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBeGreaterThan(
      livenessProbe.periodSeconds * livenessProbe.failureThreshold,
    );
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(lifecycle.preStop.sleep.seconds + 30);
    expect(resources.requests.memory && resources.limits.memory && resources.requests.cpu).toBeTruthy();
  });

  test.each(PROGRAMS)('%s keeps serving while it is replaced, and spreads', (name) => {
    const { strategy, template } = one('Deployment', name).spec;
    expect(strategy.rollingUpdate.maxUnavailable).toBe(0);
    expect(one('PodDisruptionBudget', name).spec.maxUnavailable).toBe(1);
    const keys = template.spec.topologySpreadConstraints.map(({ topologyKey }: { topologyKey: string }) => topologyKey);
    expect(keys).toEqual(['kubernetes.io/hostname', 'topology.kubernetes.io/zone']);
  });

  test('is chosen by its own labels alone', () => {
    for (const name of PROGRAMS) {
      const { selector, template } = one('Deployment', name).spec;
      expect(template.metadata.labels).toMatchObject(selector.matchLabels);
      expect(one('Service', name).spec.selector).toEqual(selector.matchLabels);
      expect(one('PodDisruptionBudget', name).spec.selector.matchLabels).toEqual(selector.matchLabels);
      expect(selector.matchLabels['app.kubernetes.io/component']).toBe(name);
    }
  });

  test('a new version of the chart restarts nothing by itself', () => {
    for (const { spec } of of('Deployment')) expect(JSON.stringify(spec.template)).not.toContain('helm.sh/chart');
  });

  test('images are named by registry, prefix, service and version', () => {
    const changed = rendered(
      'image.registry=localhost',
      'image.prefix=region/',
      'image.tag=v2',
      'image.pullPolicy=Never',
      'image.pullSecrets={pull}',
    );
    const { containers, imagePullSecrets } = one('Deployment', 'voting', changed).spec.template.spec;
    expect(containers[0]).toMatchObject({ image: 'localhost/region/voting:v2', imagePullPolicy: 'Never' });
    expect(imagePullSecrets).toEqual([{ name: 'pull' }]);
  });
});

describe('scaling', () => {
  const SCALED = ['analytics', 'contests', 'gateway', 'voting'];
  const triggersOf = (name: string, from?: Manifest[]): string[] =>
    one('ScaledObject', name, from).spec.triggers.map(({ type }: { type: string }) => type);
  const evening = manifests(
    render(
      helm,
      PROFILES.find(({ name }) => name === 'last-evening')!,
    ),
  );

  test('by KEDA where it is, with the same kind in every profile', () => {
    for (const profile of [of('ScaledObject'), of('ScaledObject', evening)])
      expect(profile.map(({ metadata }) => metadata.name).sort()).toEqual(SCALED.map((name) => `veche-${name}`));
    for (const profile of [undefined, evening]) expect(names('HorizontalPodAutoscaler', profile)).toEqual([]);
    expect(triggersOf('voting')).toEqual(['cpu']);
    expect(one('ScaledObject', 'analytics').spec.triggers[1]).toMatchObject({
      type: 'kafka',
      metadata: { consumerGroup: 'analytics', lagThreshold: '1000' },
    });
  });

  test('the scaler looks at the queue as the service itself', () => {
    expect(names('TriggerAuthentication', rendered('kafka.users=', 'kafka.ca='))).toEqual([]);
    const { spec } = one('TriggerAuthentication', 'analytics');
    expect(one('ScaledObject', 'analytics').spec.triggers[1].authenticationRef).toEqual({ name: 'veche-analytics' });
    const { env } = one('Deployment', 'analytics').spec.template.spec.containers[0];
    const given = env.map(({ name }: { name: string }) => name);
    expect(given).toEqual(expect.arrayContaining(spec.env.map(({ name }: { name: string }) => name)));
  });

  test('by the processor where KEDA is not; never both; the number of replicas is then not set', () => {
    const plain = manifests(render(helm, { ...REGIONAL, apis: [] }));
    expect(names('ScaledObject', plain)).toEqual([]);
    expect(names('HorizontalPodAutoscaler', plain).sort()).toEqual(SCALED);
    expect(one('Deployment', 'analytics', plain).spec).not.toHaveProperty('replicas');
    expect(one('Deployment', 'registry', plain).spec.replicas).toBe(2);
  });

  test('on the last evening voting and gateway follow the rate of requests, and stand at their most when it is not known', () => {
    const { spec } = one('ScaledObject', 'voting', evening);
    expect(triggersOf('voting', evening)).toEqual(['cpu', 'prometheus']);
    expect(spec.fallback.replicas).toBe(spec.maxReplicaCount);
  });
});

describe('volumes', () => {
  test('outlive the release, and can be given', () => {
    expect(names('PersistentVolumeClaim')).toEqual(['contests', 'voting']);
    for (const { metadata } of of('PersistentVolumeClaim'))
      expect(metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
    const given = rendered('volumes.voting.existingClaim=keys');
    expect(names('PersistentVolumeClaim', given)).toEqual(['contests']);
    expect(
      names('PersistentVolumeClaim', rendered('services.contests.enabled=false', 'services.gateway.calls={voting}')),
    ).toEqual(['voting']);
    expect(one('Deployment', 'voting', given).spec.template.spec.volumes).toContainEqual({
      name: 'voting',
      persistentVolumeClaim: { claimName: 'keys' },
    });
  });

  test('the token for the key server is there only for voting, and only when its role is named', () => {
    const vault = rendered('voting.keys=vault', 'voting.vault.url=https://vault:8200', 'voting.vault.role=veche');
    const projected = (name: string, from?: Manifest[]) =>
      one('Deployment', name, from).spec.template.spec.volumes.filter((volume: any) => volume.projected);
    expect(projected('voting')).toEqual([]);
    expect(projected('voting', vault)).toHaveLength(1);
    expect(projected('identity', vault)).toEqual([]);
  });

  test('files of trusted certificates get back their directories', () => {
    const trusted = rendered('signatures.trust=trust', 'signatures.files={roots__one.pem,revoked__one.crl}');
    for (const name of ['contests', 'expertise'])
      expect(one('Deployment', name, trusted).spec.template.spec.volumes).toContainEqual({
        name: 'signature-trust',
        configMap: {
          name: 'trust',
          items: [
            { key: 'roots__one.pem', path: 'roots/one.pem' },
            { key: 'revoked__one.crl', path: 'revoked/one.crl' },
          ],
        },
      });
  });
});

describe('the test of the release', () => {
  test('asks the graph something that the graph knows, without a shell', () => {
    const [{ command, args }] = one('Pod', 'test').spec.containers;
    expect(command[0]).toBe('node');
    const [, query] = /const query = '([^']+)'/.exec(args[0])!;
    const schema = buildSchema(readFileSync(join(ROOT, 'gateway/public-schema.graphql'), 'utf8'));
    expect(validate(schema, parse(query!))).toEqual([]);
    expect(spawnSync(process.execPath, ['--input-type=module', '--check', '-'], { input: args[0] }).status).toBe(0);
  });

  test('is let through to the gateway', () => {
    expect(one('NetworkPolicy', 'test').spec.egress).toHaveLength(2);
  });
});

test('notes tell who runs where, and what is missing for a vote that binds', () => {
  const told = (profile: string, ...more: string[]): string => {
    const values = [...valuesOf(['examples/installation.yaml', `values-${profile}.yaml`]), ...more];
    return spawnSync(helm, ['install', 'veche', CHART, '--dry-run=client', ...values], { encoding: 'utf8' }).stdout;
  };
  const notes = told('regional').split('NOTES:')[1];
  expect(notes).toContain('gateway: 2 to 6 replicas, https://veche.example.org');
  expect(notes).toContain('registry: 2 replicas\n');
  for (const missing of ['Gateway API', 'Prometheus operator', 'No witness']) expect(notes).toContain(missing);
  expect(told('minimal')).toContain('registry: 1 replica\n');
  const key = 'a'.repeat(64);
  const watched = `voting.witnesses[0].id=one,voting.witnesses[0].url=https://one.example.org,voting.witnesses[0].key=${key}`;
  expect(told('regional', '--set', watched)).not.toContain('No witness');
});

describe('refused, with a sentence', () => {
  const refusal = (...set: string[]): string => {
    const { status, stderr } = spawnSync(helm, [...templateArgs({ values: [], apis: [] }), ...set], {
      encoding: 'utf8',
    });
    expect(status).not.toBe(0);
    return stderr;
  };
  const installation = ['-f', join(CHART, 'examples/installation.yaml')];

  test('nothing said: everything that is missing, at once', () => {
    const words = refusal();
    for (const key of [
      'mongodb.secret',
      'kafka.brokers',
      'keycloak.issuer',
      'identity.secret',
      'files.bucket',
      'bridge.secret',
    ])
      expect(words).toContain(`- ${key}: `);
  });

  test('what an installation does not use is not asked for', () => {
    const words = refusal('--set', 'services.esia-bridge.enabled=false,files.storage=disk');
    expect(words).not.toMatch(/- (bridge|redis|files)\./);
  });

  test.each([
    ['a value that is not known', 'voting.witneses={}', "additional properties 'witneses' not allowed"],
    ['a service that is not known', 'services.mail.port=1', "'/services': additional properties 'mail' not allowed"],
    ['a wrong level', 'logLevel=loud', "'/logLevel': value must be one of"],
    ['a key server without TLS', 'voting.vault.url=http://vault', "'/voting/vault/url'"],
    ['a broker without a port', 'kafka.brokers={kafka}', "'/kafka/brokers/0'"],
    ['an edge to nowhere', 'services.voting.calls={mail}', 'services.voting.calls names mail, which is no service'],
    [
      'less than the least',
      'services.voting.autoscaling.enabled=true,services.voting.autoscaling.max=1',
      'min is more than max',
    ],
    ['a route without a gateway', 'expose.parentRefs=null', 'expose.parentRefs'],
    ['files on a disk that is nowhere', 'files.storage=disk', 'services.expertise.env.FILES_DIR'],
    ['trust in nothing', 'signatures.trust=trust', 'signatures.files: list the keys'],
    ['a list without documents', 'graph.operations=listed', 'graph.documents: name'],
    ['wrapped keys without a key server', 'voting.keys=vault', 'voting.vault.url: give the address'],
  ])('%s', (_what, set, words) => {
    expect(refusal(...installation, '--set', set)).toContain(words);
  });
});
