import { execFile, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { launch } from '../../../stand/src/process.ts';
import type { Tools } from '../tools.ts';
import { makeCertificates, writeKubeconfig } from './pki.ts';
import {
  COREDNS_IMAGE,
  containerdSettings,
  kubeletSettings,
  nameService,
  NETWORK,
  networkSettings,
  PAUSE_IMAGE,
} from './settings.ts';

const run = promisify(execFile);

const API = 'https://127.0.0.1:6443';
const STORE = 'http://127.0.0.1:2379';
const PEERS = 'http://127.0.0.1:2380';
const READY_LIMIT_MS = 180_000;
/** One of each: on a busy machine a lease that is renewed too late would end it for good. */
const ALONE = '--leader-elect=false';

const options = (named: Record<string, string>): string[] =>
  Object.entries(named).map(([name, value]) => `--${name}=${value}`);

/** One node of Kubernetes with its control plane, as plain processes in namespaces of their own. */
export class ClusterNode {
  readonly kubeconfig: string;
  readonly #directory: string;
  readonly #tools: Tools;
  readonly #certificates: string;
  readonly #socket: string;
  readonly #ended: string[] = [];

  constructor(directory: string, tools: Tools) {
    this.#directory = directory;
    this.#tools = tools;
    this.#certificates = join(directory, 'certificates');
    this.#socket = join(directory, 'containerd.sock');
    this.kubeconfig = join(directory, 'admin.kubeconfig');
  }

  /** Runs kubectl as the administrator; `input` is what `-f -` reads. */
  kubectl(args: readonly string[], input?: string): Promise<string> {
    return this.#client(this.#tools.kubectl, ['--kubeconfig', this.kubeconfig, ...args], input);
  }

  /** Runs Helm as the administrator. */
  helm(args: readonly string[]): Promise<string> {
    return this.#client(this.#tools.helm, ['--kubeconfig', this.kubeconfig, ...args]);
  }

  async #client(program: string, args: readonly string[], input?: string): Promise<string> {
    const env = { ...process.env, HELM_CACHE_HOME: join(this.#directory, 'helm') };
    const running = run(program, args, { env, maxBuffer: 64 * 1024 ** 2 });
    running.child.stdin!.end(input);
    return (await running).stdout;
  }

  async apply(resources: readonly object[]): Promise<void> {
    await this.kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: resources }));
  }

  /** Brings everything up, with the images of an archive; ends when pods can be scheduled and names resolve. */
  async start(imageArchive: string): Promise<void> {
    this.#write();
    this.#launch('containerd', 'containerd', ['--config', this.#file('containerd.toml')]);
    // A test's cluster does not outlive the machine's power; syncing its store to disk would only be slow.
    const etcd = {
      'data-dir': this.#file('etcd'),
      'listen-client-urls': STORE,
      'advertise-client-urls': STORE,
      'listen-peer-urls': PEERS,
      'initial-advertise-peer-urls': PEERS,
      'initial-cluster': `default=${PEERS}`,
    };
    this.#launch('etcd', 'etcd', ['--unsafe-no-fsync', ...options(etcd)]);
    this.#launch('kube-apiserver', this.#binary('kube-apiserver'), this.#apiArguments());
    await this.#until('containerd', () => this.#containerd(['version']));
    await this.#containerd(['-n', 'k8s.io', 'images', 'import', imageArchive]);
    await this.#until('API server', () => this.kubectl(['get', '--raw', '/readyz']));
    this.#launchControllers();
    await this.#until('node', () => this.kubectl(['wait', '--for=condition=Ready', 'node/node', '--timeout=1s']));
    await this.apply(nameService);
    await this.kubectl(['-n', 'kube-system', 'rollout', 'status', 'deployment/coredns', '--timeout=120s']);
  }

  #containerd(args: readonly string[]): Promise<unknown> {
    return run('ctr', ['--address', this.#socket, ...args]);
  }

  #write(): void {
    for (const directory of ['cni', 'etcd', 'kubelet', 'volume-plugins', 'logs'])
      mkdirSync(this.#file(directory), { recursive: true, mode: 0o700 });
    makeCertificates(this.#certificates, NETWORK.node, NETWORK.api);
    for (const holder of ['admin', 'controller-manager', 'scheduler', 'proxy', 'kubelet'])
      writeKubeconfig(this.#file(`${holder}.kubeconfig`), this.#certificates, holder, API);
    writeFileSync(this.#file('containerd.toml'), containerdSettings(this.#directory, this.#socket));
    writeFileSync(this.#file('cni/10-pods.conflist'), JSON.stringify(networkSettings(this.#directory)));
    const kubelet = kubeletSettings(this.#certificates, this.#socket, this.#directory);
    writeFileSync(this.#file('kubelet.yaml'), JSON.stringify(kubelet));
  }

  #apiArguments(): string[] {
    const certificate = (name: string): string => join(this.#certificates, name);
    return options({
      'advertise-address': NETWORK.node,
      'secure-port': '6443',
      'etcd-servers': STORE,
      'client-ca-file': certificate('cluster.crt'),
      'tls-cert-file': certificate('api.crt'),
      'tls-private-key-file': certificate('api.key'),
      'kubelet-client-certificate': certificate('api-to-kubelet.crt'),
      'kubelet-client-key': certificate('api-to-kubelet.key'),
      'kubelet-certificate-authority': certificate('cluster.crt'),
      'kubelet-preferred-address-types': 'InternalIP',
      'service-account-key-file': certificate('accounts.pub'),
      'service-account-signing-key-file': certificate('accounts.key'),
      'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
      'authorization-mode': 'Node,RBAC',
      'enable-admission-plugins': 'NodeRestriction',
      'service-cluster-ip-range': NETWORK.services,
      'requestheader-client-ca-file': certificate('front.crt'),
      'requestheader-allowed-names': 'front-proxy',
      'requestheader-username-headers': 'X-Remote-User',
      'requestheader-group-headers': 'X-Remote-Group',
      'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
      'proxy-client-cert-file': certificate('front-proxy.crt'),
      'proxy-client-key-file': certificate('front-proxy.key'),
    });
  }

  #launchControllers(): void {
    const certificate = (name: string): string => join(this.#certificates, name);
    const as = (holder: string): string => `--kubeconfig=${this.#file(`${holder}.kubeconfig`)}`;
    this.#launch('kube-controller-manager', this.#binary('kube-controller-manager'), [
      as('controller-manager'),
      `--service-account-private-key-file=${certificate('accounts.key')}`,
      `--root-ca-file=${certificate('cluster.crt')}`,
      '--use-service-account-credentials=true',
      ALONE,
    ]);
    this.#launch('kube-scheduler', this.#binary('kube-scheduler'), [as('scheduler'), ALONE]);
    this.#launch('kubelet', this.#binary('kubelet'), [
      as('kubelet'),
      `--config=${this.#file('kubelet.yaml')}`,
      '--hostname-override=node',
      `--node-ip=${NETWORK.node}`,
      `--root-dir=${this.#file('kubelet')}`,
      `--cert-dir=${this.#certificates}`,
    ]);
    // The limit of tracked connections belongs to the machine, not to the node.
    this.#launch('kube-proxy', this.#binary('kube-proxy'), [
      as('proxy'),
      '--proxy-mode=iptables',
      `--cluster-cidr=${NETWORK.pods}`,
      '--hostname-override=node',
      '--conntrack-max-per-core=0',
    ]);
  }

  readonly #file = (name: string): string => join(this.#directory, name);
  readonly #binary = (name: string): string => join(this.#tools.programs, name);
  readonly #log = (name: string): string => this.#file(`logs/${name}.log`);

  #launch(name: string, program: string, args: string[]): ChildProcess {
    const child = launch(program, args, process.env, this.#log(name));
    child.on('error', (error) => this.#ended.push(`${name}: ${error.message}`));
    child.on('exit', (code, signal) =>
      this.#ended.push(`${name} ended (${code ?? signal}), its log is ${this.#log(name)}`),
    );
    return child;
  }

  async #until(what: string, ask: () => Promise<unknown>): Promise<void> {
    const limit = Date.now() + READY_LIMIT_MS;
    for (;;) {
      try {
        await ask();
        return;
      } catch (error) {
        if (this.#ended.length > 0) throw new Error(this.#ended.join('; '));
        if (Date.now() > limit) throw new Error(`${what} is not ready: ${(error as Error).message.slice(0, 500)}`);
        await sleep(200);
      }
    }
  }

  /** What an operator would look at when something is not ready. */
  async describe(namespace: string): Promise<string> {
    const ask = (...args: string[]): Promise<string> =>
      this.kubectl(['-n', namespace, ...args]).catch((error: { stderr?: string }) => String(error.stderr ?? error));
    const events = await ask('get', 'events', '--sort-by=.lastTimestamp');
    const lines = [await ask('get', 'pods', '-o', 'wide'), events.split('\n').slice(-25).join('\n')];
    const names = await ask('get', 'pods', '-o', 'jsonpath={.items[*].metadata.name}');
    for (const name of names.split(' ').filter(Boolean))
      lines.push(`--- ${name}`, await ask('logs', name, '--tail=8'), await ask('logs', name, '--previous', '--tail=4'));
    return lines.join('\n');
  }

  /** Images that the node itself needs, by name: the program and its arguments. */
  static images(programs: string): Record<string, { program: string; args: string[] }> {
    return {
      [PAUSE_IMAGE]: { program: '/usr/bin/catatonit', args: ['-P'] },
      [COREDNS_IMAGE]: { program: join(programs, 'coredns'), args: [] },
    };
  }
}
