// What is installed on a cluster: the chart is linted, rendered and compared with the committed examples; everything is held against the schemas of
// Kubernetes and of the operators, and against a policy; then come the assertions about each template. With --write the examples are rendered anew.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubeTools, type KubeTools } from '../../stand/src/parts/kube-tools.ts';
import { ROOT } from '../../stand/src/state.ts';
import { policy, said, schemas, skaffoldFile } from './programs.ts';
import { CHART, kustomize, PROFILES, render, valuesOf } from './render.ts';

const NOTE = '# Rendered by `npm run generate`; do not edit.\n';
/** Renderings of k8s/: what an installation applies. */
const OVERLAYS = readdirSync(join(ROOT, 'k8s/overlays'));

const example = (name: string): string => join(CHART, 'examples', `${name}.yaml`);

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
    // `minimal` is less than the policy asks for, on purpose.
    const judged = files.filter((file) => file.includes('/chart-') && !file.endsWith('-minimal.yaml'));
    const skaffold = await skaffoldFile(readFileSync(join(ROOT, 'skaffold.yaml'), 'utf8'));
    const held = [...(await schemas(files)), ...(await policy(judged)), ...skaffold];
    return [...problems, ...lint(tools), ...held, ...assertions(tools)];
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const problems = await main();
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
