import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { artefact } from '../../stand/src/cache.ts';
import { need, runStep } from '../../stand/src/command.ts';
import { goCommand, kubeTools, type KubeTools } from '../../stand/src/parts/kube-tools.ts';
import { Problem } from '../../stand/src/problem.ts';

const MODULE = join(import.meta.dirname, 'toolchain');

/** Programs that Debian has; each is taken from the PATH where it is there already. */
const DEBIAN = {
  containerd: 'containerd',
  runc: 'runc',
  etcd: 'etcd-server',
  iptables: 'iptables',
  conntrack: 'conntrack',
  buildah: 'buildah',
  busybox: 'busybox-static',
  catatonit: 'catatonit',
  openssl: 'openssl',
  ip: 'iproute2',
  strip: 'binutils',
} as const;
/** The plugins of the container network are no programs of the PATH. */
export const CNI_PLUGINS = '/usr/lib/cni';

const COMPONENTS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'kubelet'] as const;

const required = (module: string): string => {
  const found = new RegExp(`\\s${module} (v[\\w.-]+)`).exec(readFileSync(join(MODULE, 'go.mod'), 'utf8'))?.[1];
  if (!found) throw new Problem(`${MODULE}/go.mod does not name a version of ${module}.`);
  return found;
};

/** What the linker writes into the programs; without it a server says that it is v0.0.0, and Helm takes it for an ancient one. */
function versionFlags(): string {
  const version = required('k8s.io/kubernetes');
  const [major, minor] = version.slice(1).split('.');
  const values = Object.entries({ gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' });
  const places = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  return places.flatMap((place) => values.map(([name, value]) => `-X ${place}.${name}=${value}`)).join(' ');
}

const digestOfModule = (): string => {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'coredns/main.go']) hash.update(readFileSync(join(MODULE, file)));
  return hash.digest('hex').slice(0, 12);
};

/** The least that go.mod asks for. */
const GO_MINOR = 26;

/** Go that can compile Kubernetes; where there is none Debian's is tried. */
async function goFor(progress: (line: string) => void): Promise<string> {
  if (!goCommand(GO_MINOR)) await need('go', 'golang', progress);
  const go = goCommand(GO_MINOR);
  if (!go) throw new Problem(`Go 1.${GO_MINOR} or later is needed to compile Kubernetes; install it and start again.`);
  return go;
}

/** The programs of a node of Kubernetes, compiled once from pinned modules: some ten minutes of two cores on a new machine, then kept. */
async function compiled(progress: (line: string) => void): Promise<string> {
  const go = await goFor(progress);
  const compiler = execFileSync(go, ['env', 'GOVERSION'], { encoding: 'utf8', cwd: MODULE }).trim();
  return artefact(`cluster-programs-${digestOfModule()}-${compiler}`, async (part) => {
    const env = { ...process.env, CGO_ENABLED: '0' };
    const build = async (program: string, source: string, flags: string): Promise<void> => {
      const target = join(part, program);
      if (existsSync(target)) return;
      progress(`compiling ${program}, once`);
      const settings = ['-trimpath', '-buildvcs=false', '-ldflags', `-s -w ${flags}`, '-o', target];
      await runStep('nice', [go, '-C', MODULE, 'build', '-p', '2', ...settings, source], program, () => {}, env);
    };
    for (const program of COMPONENTS) await build(program, `k8s.io/kubernetes/cmd/${program}`, versionFlags());
    await build('coredns', './coredns', '');
  });
}

export interface Tools extends KubeTools {
  /** Directory of the programs of a node. */
  programs: string;
}

/** Installs and compiles what is missing. */
export async function tools(progress: (line: string) => void): Promise<Tools> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Problem(
      'A node of Kubernetes needs Linux and root; on another machine install the chart on a cluster that runs.',
    );
  for (const [program, debianPackage] of Object.entries(DEBIAN)) await need(program, debianPackage, progress);
  if (!existsSync(join(CNI_PLUGINS, 'bridge'))) await need('bridge', 'containernetworking-plugins', progress);
  const clients = await kubeTools(progress);
  if (!clients) throw new Problem('There are no Helm and kubectl for this machine; use Linux on x86-64.');
  return { ...clients, programs: await compiled(progress) };
}
