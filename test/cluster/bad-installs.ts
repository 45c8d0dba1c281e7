import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { Authority } from '../../kit/src/testing/authority.ts';
import { eventually } from '../journeys/platform.ts';
import type { ClusterNode } from './node/node.ts';
import { NETWORK } from './node/settings.ts';
import type { Outside } from './outside.ts';
import { CHART, namespace, secret, values } from './release.ts';
import { PROGRAMS } from './images.ts';
import type { Steps } from './steps.ts';

const NAMESPACE = 'trial';
/** Of what is installed badly one program is enough; it is the one that needs the least. */
const PROGRAM = 'registry';
const PATIENCE_S = 120;

interface Seen {
  name: string;
  ready: boolean;
  restarts: number;
  /** Why the container waits, if it does. */
  waits: string;
}

/** Installs of one program with something wrong: each says what, where an operator looks first, and goes on by itself once it is mended. */
export class BadInstalls {
  readonly #node: ClusterNode;
  readonly #outside: Outside;
  readonly #steps: Steps;

  constructor(node: ClusterNode, outside: Outside, steps: Steps) {
    this.#node = node;
    this.#outside = outside;
    this.#steps = steps;
  }

  async play(): Promise<void> {
    await this.#node.apply([namespace(NAMESPACE)]);
    await Promise.all([this.#missingSecret(), this.#wrongAddress(), this.#expiredCertificate()]);
    await this.#node.kubectl(['delete', 'namespace', NAMESPACE, '--timeout=180s']);
  }

  /** The kubelet names the Secret; the container is not even made, so nothing crashes, and it is made when the Secret is. */
  async #missingSecret(): Promise<void> {
    await this.#install('secretless', { mongodb: { secret: 'absent' } });
    await this.#told('a missing Secret', 'secretless', () => this.#events('secretless'), 'secret "absent" not found');
    const isWaiting = async (): Promise<boolean> =>
      (await this.#pod('secretless')).waits === 'CreateContainerConfigError';
    await this.#until('the container waits', isWaiting);
    await this.#mongodb('absent', this.#outside.place.urls['mongodb']!);
    await this.#readyWithout('secretless', 'could not start');
  }

  /** The pod ends, and each of its starts says why. */
  async #wrongAddress(): Promise<void> {
    await this.#mongodb('wrong', 'mongodb://veche:s3cret@nowhere:27017');
    await this.#install('astray', { mongodb: { secret: 'wrong' } });
    const words = 'could not start: MongoDB at nowhere:27017 cannot be used: getaddrinfo';
    await this.#told('a wrong address of MongoDB', 'astray', () => this.#logs('astray'), words);
    if ((await this.#logs('astray')).includes('s3cret')) throw new Error('the password of MongoDB is in the log');
    await this.#until('a restart', async () => (await this.#pod('astray')).restarts > 0);
    await this.#mongodb('wrong', this.#outside.place.urls['mongodb']!);
    await this.#node.kubectl(['-n', NAMESPACE, 'rollout', 'restart', `deployment/astray-veche-${PROGRAM}`]);
    await this.#readyWithout('astray', 'could not start');
  }

  /** Without its event log a program serves all the same, and its log says what is wrong with the connection. */
  async #expiredCertificate(): Promise<void> {
    const authority = new Authority('RSA');
    const dates = { from: '20250101000000Z', until: '20250201000000Z' };
    const { certificate, key } = authority.person({ family: 'a', given: 'broker' }, dates);
    const broker = createServer({ key: readFileSync(key), cert: readFileSync(certificate) });
    broker.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => broker.listen(0, NETWORK.node, resolve));
    const { port } = broker.address() as { port: number };
    await this.#node.apply([secret('expired', { 'ca.crt': readFileSync(authority.rootFile) }, NAMESPACE)]);
    const kafka = { brokers: [`${NETWORK.node}:${port}`], ca: 'expired' };
    await this.#mongodb('good', this.#outside.place.urls['mongodb']!);
    await this.#install('expired', { mongodb: { secret: 'good' }, kafka });
    await this.#told(
      'an expired certificate of Kafka',
      'expired',
      () => this.#logs('expired'),
      'certificate has expired',
    );
    await this.#readyWithout('expired', 'could not start');
    broker.close();
    rmSync(authority.directory, { recursive: true, force: true });
  }

  async #install(release: string, different: object): Promise<void> {
    const given = { ...values(this.#outside, 'one'), ...different };
    const only = Object.keys(PROGRAMS)
      .filter((name) => name !== PROGRAM)
      .map((name) => [name, { enabled: false }]);
    const file = join(this.#outside.place.directory, `${release}.json`);
    writeFileSync(file, JSON.stringify({ ...given, services: Object.fromEntries(only) }));
    await this.#node.helm(['install', release, CHART, '--namespace', NAMESPACE, '--values', file]);
  }

  #mongodb(name: string, uri: string): Promise<void> {
    return this.#node.apply([secret(name, { [PROGRAM]: uri }, NAMESPACE)]);
  }

  async #told(what: string, release: string, where: () => Promise<string>, words: string): Promise<void> {
    let line: string | undefined;
    await this.#until(`${release}: "${words}"`, async () => {
      line = (await where()).split('\n').find((one) => one.includes(words));
      return line !== undefined;
    });
    this.#steps.tell(`  ${what}: ${line!.match(/(?:"message":"|Error: )([^"].*?)(?:"[,}]|$)/)?.[1] ?? line!.trim()}`);
  }

  async #readyWithout(release: string, words: string): Promise<void> {
    await this.#node.kubectl([
      '-n',
      NAMESPACE,
      'rollout',
      'status',
      `deployment/${release}-veche-${PROGRAM}`,
      '--timeout=180s',
    ]);
    const { ready, restarts } = await this.#pod(release);
    if (!ready || restarts > 0 || (await this.#logs(release)).includes(words))
      throw new Error(`${release} was mended, and is still not well`);
  }

  /** With what is seen of the namespace where it does not happen. */
  async #until(what: string, holds: () => Promise<boolean>): Promise<void> {
    await eventually(what, holds, PATIENCE_S).catch(async ({ message }: Error) => {
      throw new Error(`${message}\n${await this.#node.describe(NAMESPACE)}`);
    });
  }

  readonly #of = (release: string): string[] => ['-n', NAMESPACE, '-l', `app.kubernetes.io/instance=${release}`];

  /** The newest pod of a release. */
  async #pod(release: string): Promise<Seen> {
    const status = '.status.containerStatuses[0]';
    const columns = `NAME:.metadata.name,READY:${status}.ready,RESTARTS:${status}.restartCount,WAITS:${status}.state.waiting.reason`;
    const show = ['--no-headers', '--sort-by=.metadata.creationTimestamp', '-o', `custom-columns=${columns}`];
    const all = await this.#node.kubectl([...this.#of(release), 'get', 'pods', ...show]);
    const [name = '', ready, restarts, waits = ''] = all.trim().split('\n').at(-1)!.split(/\s+/);
    return { name, ready: ready === 'true', restarts: Number(restarts) || 0, waits };
  }

  #events(release: string): Promise<string> {
    const columns = 'custom-columns=OBJECT:.involvedObject.name,MESSAGE:.message';
    return this.#node.kubectl(['-n', NAMESPACE, 'get', 'events', '--no-headers', '-o', columns]).then((all) =>
      all
        .split('\n')
        .filter((line) => line.startsWith(release))
        .join('\n'),
    );
  }

  /** Of the newest pod: its container, and the one before. */
  async #logs(release: string): Promise<string> {
    const { name } = await this.#pod(release);
    const ask = (...more: string[]): Promise<string> =>
      this.#node.kubectl(['-n', NAMESPACE, 'logs', name, ...more]).catch(() => '');
    return (await ask()) + (await ask('--previous'));
  }
}

/** Exit codes of a program that cannot start; one that a slow machine does not let start in time is ended by a signal. */
const ENDED_ITSELF = new Set([1, 78]);

/** What no good install shows: programs that cannot start, and what the kubelet cannot find. The event log may be away meanwhile, of which the log tells. */
export async function provenWell(node: ClusterNode, namespace: string): Promise<void> {
  const { items: pods } = JSON.parse(await node.kubectl(['-n', namespace, 'get', 'pods', '-o', 'json'])) as {
    items: {
      metadata: { name: string };
      status: { containerStatuses: { lastState: { terminated?: { exitCode: number } } }[] };
    }[];
  };
  for (const { metadata, status } of pods)
    if (status.containerStatuses.some(({ lastState }) => ENDED_ITSELF.has(lastState.terminated?.exitCode ?? 0)))
      throw new Error(`${metadata.name} could not start`);
  const columns = 'custom-columns=REASON:.reason,MESSAGE:.message';
  const events = await node.kubectl(['-n', namespace, 'get', 'events', '--no-headers', '-o', columns]);
  const bad = events.split('\n').find((line) => /^BackOff\b|\bnot found\b/.test(line));
  if (bad) throw new Error(`the good install shows "${bad}"`);
}

/** An older chart over what is installed is refused with both versions, and nothing is changed; who insists may. */
export async function provenNoDowngrade(
  node: ClusterNode,
  directory: string,
  upgrade: readonly string[],
): Promise<string> {
  const older = join(directory, 'older-chart');
  cpSync(CHART, older, { recursive: true });
  const file = join(older, 'Chart.yaml');
  const version = /^version: (.+)$/m.exec(readFileSync(file, 'utf8'))![1]!;
  writeFileSync(file, readFileSync(file, 'utf8').replace(`version: ${version}`, 'version: 0.0.9'));
  const run = (chart: string, ...more: string[]): Promise<string> =>
    node.helm(['upgrade', upgrade[0]!, chart, ...upgrade.slice(1), '--dry-run=server', ...more]).then(
      () => '',
      (error: { stderr?: string }) => String(error.stderr),
    );
  const said = await run(older);
  const sentence = /Chart .+/.exec(said)?.[0] ?? '';
  if (!sentence.startsWith(`Chart ${version} is installed, this is the older 0.0.9.`))
    throw new Error(`not refused: ${said}`);
  const allowed = (await run(older, '--set', 'allowDowngrade=true')) + (await run(CHART));
  if (allowed) throw new Error(allowed);
  return sentence;
}
