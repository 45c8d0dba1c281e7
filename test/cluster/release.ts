import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../stand/src/state.ts';
import { WITNESSES, witnessPublicKey } from '../../stand/src/secrets.ts';
import { SUBGRAPHS } from '../../stand/src/parts/services.ts';
import { NETWORK } from './node/settings.ts';
import { NODE_PORTS, VOLUMES, type Outside } from './outside.ts';

export const NAMESPACE = 'veche';
export const RELEASE = 'veche';
export const CHART = join(ROOT, 'charts/veche');

/** Two of everything and one more amid an upgrade have room on two cores. */
const SMALL = { resources: { requests: { cpu: '10m' } } };

const metadata = (name: string, namespace = NAMESPACE): object => ({ name, namespace });
export const secret = (name: string, files: Record<string, Buffer | string>, namespace?: string): object => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: metadata(name, namespace),
  data: Object.fromEntries(Object.entries(files).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
});

/** Under the strictest profile. */
export const namespace = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
});

/** What an installation has before the chart: a namespace under the strictest profile, Secrets, volumes, and a way in from outside. */
export function surroundings(outside: Outside): object[] {
  const { urls, secrets } = outside.place;
  const { s3 } = outside;
  const file = (name: string): Buffer => readFileSync(join(secrets, name));
  const bridge = ['esia-key.pem', 'esia-cert.pem', 'op-signing.pem', 'snils.key', 'internal.token'];
  const trust = join(secrets, 'esia-trust');
  return [
    namespace(NAMESPACE),
    secret('veche-mongodb', Object.fromEntries(SUBGRAPHS.map((name) => [name, urls['mongodb']!]))),
    secret('veche-redis', { url: urls['redis']! }),
    ...(s3 ? [secret('veche-s3', s3.access)] : []),
    secret('veche-limits', { secret: randomBytes(32).toString('base64url') }),
    secret('veche-identity', { 'identity.key': file('identity.key') }),
    secret('veche-esia-bridge', {
      ...Object.fromEntries(bridge.map((name) => [name, file(name)])),
      'client-secret': process.env.ESIA_BRIDGE_SECRET ?? 'esia-bridge-dev-secret',
    }),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: metadata('veche-esia-trust'),
      binaryData: Object.fromEntries(
        readdirSync(trust).map((name) => [name, readFileSync(join(trust, name)).toString('base64')]),
      ),
    },
    ...VOLUMES.map((name) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteMany'],
        persistentVolumeReclaimPolicy: 'Retain',
        hostPath: { path: outside.volume(name), type: 'Directory' },
        claimRef: { namespace: NAMESPACE, name: `${RELEASE}-${name}` },
      },
    })),
    ...Object.entries(NODE_PORTS).map(([name, nodePort]) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata(`outside-${name}`),
      spec: {
        type: 'NodePort',
        selector: { 'app.kubernetes.io/instance': RELEASE, 'app.kubernetes.io/component': name },
        ports: [{ port: 80, targetPort: 'http', nodePort }],
      },
    })),
  ];
}

/** Values of this installation, with images of that tag; JSON is YAML. */
export function values(outside: Outside, tag = ''): object {
  const { urls, ports, secrets } = outside.place;
  const { s3 } = outside;
  const at = (port: number): string => `http://${NETWORK.node}:${port}`;
  return {
    image: { registry: 'localhost', pullPolicy: 'Never', tag },
    mongodb: { secret: 'veche-mongodb' },
    kafka: { brokers: urls['kafka']!.split(',') },
    redis: { secret: 'veche-redis' },
    keycloak: { issuer: `${urls['keycloak']}/realms/veche` },
    files: s3 ? { endpoint: s3.endpoint, bucket: s3.bucket, secret: 'veche-s3' } : { storage: 'disk' },
    // All residents of this test are twelve people at one address.
    graph: { limitSecret: 'veche-limits', perAddress: 600_000, perPerson: 600_000, votes: 600_000 },
    identity: { secret: 'veche-identity' },
    bridge: {
      secret: 'veche-esia-bridge',
      trust: 'veche-esia-trust',
      publicUrl: urls['esiaBridge'],
      esiaUrl: urls['esiaDouble'],
      esiaBackUrl: at(ports['esia-double']),
      clientId: 'VECHE',
    },
    voting: {
      witnesses: WITNESSES.map((id) => ({ id, url: at(ports[id]), key: witnessPublicKey(secrets, id) })),
    },
    expose: { kind: 'none' },
    services: {
      // The double knows no GOST; production refuses a signer of our own arithmetic.
      'esia-bridge': { env: { NODE_ENV: 'development', ESIA_SIGNER: 'plain' }, ...SMALL },
      expertise: { ...(!s3 && { env: { FILES_DIR: '/tmp/files' } }), ...SMALL },
      ...Object.fromEntries(['identity', 'registry', 'analytics', 'crowdfunding'].map((name) => [name, SMALL])),
    },
  };
}
