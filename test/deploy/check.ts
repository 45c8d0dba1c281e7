// What is installed on a cluster: the chart is linted, rendered and compared with the committed examples; everything is held against the schemas of
// Kubernetes and of the operators, and against a policy; then come the assertions about each template. With --write the examples are rendered anew.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { goProgram, kubeTools, type KubeTools } from '../../stand/src/parts/kube-tools.ts';
import { kubernetesSchemas } from './schemas/kubernetes.ts';
import { OPERATOR_SCHEMAS } from './schemas/operators.ts';
import { CHART, kustomize, PROFILES, render, ROOT, valuesOf } from './render.ts';

const NOTE = '# Rendered by `npm run generate`; do not edit.\n';
/** Renderings of k8s/: what an installation applies. */
const OVERLAYS = existsSync(join(ROOT, 'k8s')) ? readdirSync(join(ROOT, 'k8s/overlays')) : [];

/** Of kube-score's rules those that are not followed, and why. */
const NOT_FOLLOWED = {
  // It does not know the scalers of KEDA, whose least is two.
  'deployment-replicas': 'ScaledObject',
  // Topology spread constraints do that, and let a small cluster put two on one node.
  'deployment-has-host-podantiaffinity': 'topologySpreadConstraints',
  // Images are named by version; pulling each anew at every start would make the registry part of every restart.
  'container-image-pull-policy': 'IfNotPresent',
};

const example = (name: string): string => join(CHART, 'examples', `${name}.yaml`);

/** What a program says when it fails, nothing when it passes. */
function said(program: string, args: string[], env: NodeJS.ProcessEnv = {}): string[] {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
  return status === 0 ? [] : [`${stdout}${stderr}`.trim() || `${program} ended with ${status}`];
}

/** `helm lint` of each profile; no warning is let pass. */
const lint = ({ helm }: KubeTools): string[] =>
  PROFILES.flatMap(({ values }) => said(helm, ['lint', '--strict', '--quiet', CHART, ...valuesOf(values)]));

const isCurrent = (name: string, text: string): boolean =>
  existsSync(example(name)) && readFileSync(example(name), 'utf8') === text;

/** What the profiles and overlays give, as files of a directory, and which examples are stale. */
function renderAll({ helm, kubectl }: KubeTools, into: string, write: boolean): string[] {
  const stale: string[] = [];
  for (const profile of PROFILES) {
    const text = NOTE + render(helm, profile);
    writeFileSync(join(into, `chart-${profile.name}.yaml`), text);
    if (write) writeFileSync(example(profile.name), text);
    else if (!isCurrent(profile.name, text)) stale.push(`${example(profile.name)} is stale: npm run generate`);
  }
  for (const overlay of OVERLAYS)
    writeFileSync(join(into, `k8s-${overlay}.yaml`), kustomize(kubectl, `overlays/${overlay}`));
  return stale;
}

const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** kubeconform on everything: a field or a kind that no schema knows is a mistake. */
async function schemas(files: string[], place: string): Promise<string[]> {
  const program = await goProgram('kubeconform', console.log);
  if (!program) return skipped('schemas');
  const folder = join(place, 'schemas');
  for (const [known, schema] of [...kubernetesSchemas(), ...OPERATOR_SCHEMAS]) {
    // The kinds of the core have no group; the program takes their version for it.
    const file = join(folder, `${known.replace(/^v1\//, 'v1/v1/').toLowerCase()}.json`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ $schema: DRAFT, ...schema }));
  }
  const location = join(folder, '{{.Group}}/{{.ResourceAPIVersion}}/{{.ResourceKind}}.json');
  return said(program, ['-schema-location', location, ...files]);
}

/** kube-score on what the chart gives. */
async function policy(files: string[]): Promise<string[]> {
  const program = await goProgram('kube-score', console.log);
  if (!program) return skipped('policy');
  const ignored = Object.keys(NOT_FOLLOWED).flatMap((rule) => ['--ignore-test', rule]);
  const options = ['--output-format', 'ci', '--exit-one-on-warning', '--ignore-container-cpu-limit'];
  // One by one, since names repeat; `minimal` is less than the policy asks for, on purpose.
  const chart = files.filter((file) => file.includes('/chart-') && !file.endsWith('-minimal.yaml'));
  return chart.flatMap((file) => said(program, ['score', ...options, ...ignored, file]).map(failures));
}

const failures = (output: string): string =>
  output
    .split('\n')
    .filter((line) => /^\[(WARNING|CRITICAL)\]/.test(line))
    .join('\n');

function skipped(what: string): string[] {
  console.log(`${what} are not checked here: Go 1.25 or later is needed to build the program`);
  return [];
}

const assertions = ({ helm, kubectl }: KubeTools): string[] =>
  said(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      '--ci',
      '--runInBand',
      import.meta.dirname,
    ],
    { TEST_HELM: helm, TEST_KUBECTL: kubectl },
  );

async function main(): Promise<string[]> {
  const tools = await kubeTools(console.log);
  if (!tools) {
    console.log('not checked here: Helm and kubectl come ready for Linux on x86-64 only');
    return [];
  }
  const write = process.argv.includes('--write');
  const place = mkdtempSync(join(tmpdir(), 'veche-deploy-'));
  try {
    const problems = renderAll(tools, place, write);
    if (write) return problems;
    const files = readdirSync(place).map((name) => join(place, name));
    return [
      ...problems,
      ...lint(tools),
      ...(await schemas(files, place)),
      ...(await policy(files)),
      ...assertions(tools),
    ];
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const problems = await main();
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
