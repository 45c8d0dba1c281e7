import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readConfig } from '@veche/kit';
import { readConfig as readBridge } from '../../services/esia-bridge/src/config.ts';
import { SUBGRAPHS } from '../../stand/src/parts/services.ts';
import { ROOT } from '../../stand/src/state.ts';
import { manifests, PROFILES, render } from './render.ts';

const REGIONAL = PROFILES.find(({ name }) => name === 'regional')!;
const EVERYTHING = [
  'voting.keys=vault',
  'voting.vault.url=https://vault:8200',
  'voting.vault.role=veche',
  `voting.witnesses[0].id=chamber,voting.witnesses[0].url=https://w.example.org,voting.witnesses[0].key=${'a'.repeat(64)}`,
  'signatures.trust=trust',
  'signatures.files={roots__one.pem}',
  'telemetry.otlpEndpoint=http://collector:4318',
  'graph.operations=listed',
  'graph.documents=documents',
  'files.clamd=clamd:3310',
  'keycloak.userInfoUrl=https://login.example.org/userinfo',
];
/** Read by Node itself. */
const OF_NODE = new Set(['NODE_EXTRA_CA_CERTS']);

type Env = Record<string, string | undefined>;
let place: string;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'veche-mounts-'));
  for (const file of ['identity/identity.key', 'bridge/internal.token', 'bridge/client-secret', 'kafka/ca.crt']) {
    mkdirSync(join(place, file, '..'), { recursive: true });
    writeFileSync(join(place, file), 'x'.repeat(32));
  }
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** The environment of each program as the cluster makes it: secrets are something, mounted files lie in `place`. */
function environments(...set: string[]): Map<string, Env> {
  const yaml = render(process.env['TEST_HELM']!, REGIONAL, ...set.flatMap((one) => ['--set', one]));
  const deployments = manifests(yaml).filter(({ kind }) => kind === 'Deployment');
  const valueOf = ({ value }: { value?: string }): string => value?.replaceAll('/etc/veche', place) ?? 'from-a-secret';
  return new Map(
    deployments.map(({ spec }) => {
      const [{ name, env }] = spec.template.spec.containers;
      return [name, Object.fromEntries(env.map((one: { name: string; value?: string }) => [one.name, valueOf(one)]))];
    }),
  );
}

/** The same environment, and which of its variables were asked for. */
function watched(env: Env): { env: Env; asked: Set<string> } {
  const asked = new Set<string>();
  return { asked, env: new Proxy(env, { get: (_env, name) => (asked.add(String(name)), env[String(name)]) }) };
}

const unread = (env: Env, asked: Set<string>): string[] =>
  Object.keys(env).filter((name) => !asked.has(name) && !OF_NODE.has(name));

describe.each([
  ['as little as possible', []],
  ['everything', EVERYTHING],
])('settings in the chart, %s', (_what, set) => {
  let all: Map<string, Env>;
  beforeAll(() => {
    all = environments(...set);
  });

  test.each(SUBGRAPHS)('%s accepts its environment, and reads every variable of it', async (name) => {
    const { config } = await import(join(ROOT, `services/${name}/src/config.ts`));
    const { env, asked } = watched(all.get(name)!);
    const settings = readConfig<{ port: number; host: string }>(config, env);
    expect(settings.host).toBe('0.0.0.0');
    expect(unread(all.get(name)!, asked)).toEqual([]);
    // The chart's port is that of the code.
    const { PORT: _port, ...without } = all.get(name)!;
    expect(readConfig<{ port: number }>(config, without).port).toBe(settings.port);
  });

  test('gateway accepts its environment, and knows an address of every subgraph', async () => {
    const { config } = await import(join(ROOT, 'gateway/src/config.ts'));
    const { subgraphs, ...others } = config;
    const { env, asked } = watched(all.get('gateway')!);
    readConfig(others, env);
    expect(unread(all.get('gateway')!, asked).every((name) => /^SUBGRAPH_[A-Z]+_URL$/.test(name))).toBe(true);
    expect(Object.keys(subgraphs.read(all.get('gateway')!)).sort()).toEqual([...SUBGRAPHS].sort());
  });

  test('esia-bridge accepts its environment, and reads every variable of it', () => {
    const { env, asked } = watched({ ...all.get('esia-bridge')!, REDIS_URL: 'redis://redis' });
    const { host, port } = readBridge(env);
    expect({ host, port }).toEqual({ host: '0.0.0.0', port: 4010 });
    expect(unread(all.get('esia-bridge')!, asked)).toEqual([]);
  });
});

test('gateway starts without a service that is switched off', async () => {
  const { config } = await import(join(ROOT, 'gateway/src/config.ts'));
  const env = environments('services.crowdfunding.enabled=false').get('gateway')!;
  const { subgraphs } = readConfig<{ subgraphs: object }>(config, env);
  expect(Object.keys(subgraphs).sort()).toEqual(SUBGRAPHS.filter((name) => name !== 'crowdfunding').sort());
});
