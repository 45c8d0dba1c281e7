import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import { parse } from 'yaml';
import { goProgram, skaffoldSchema } from '../../stand/src/parts/kube-tools.ts';
import { ROOT } from '../../stand/src/state.ts';
import { kubernetesSchemas } from './schemas/kubernetes.ts';
import { OPERATOR_SCHEMAS } from './schemas/operators.ts';

/** Of kube-score's rules those that are not followed, and why. */
const NOT_FOLLOWED = [
  // It does not know the scalers of KEDA, whose least is two.
  'deployment-replicas',
  // Topology spread constraints do that, and let a small cluster put two on one node.
  'deployment-has-host-podantiaffinity',
  // Images are named by version; pulling each anew at every start would make the registry part of every restart.
  'container-image-pull-policy',
];

/** What a program says when it fails, nothing when it passes. */
export function said(program: string, args: string[], env: NodeJS.ProcessEnv = {}): string[] {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
  return status === 0 ? [] : [`${stdout}${stderr}`.trim() || `${program} ended with ${status}`];
}

const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** kubeconform on everything: a field or a kind that no schema knows is a mistake. */
export async function schemas(files: readonly string[]): Promise<string[]> {
  const program = await goProgram('kubeconform', console.log);
  if (!program) return skipped('schemas');
  const folder = mkdtempSync(join(tmpdir(), 'veche-schemas-'));
  for (const [known, schema] of [...kubernetesSchemas(), ...OPERATOR_SCHEMAS]) {
    // The kinds of the core have no group; the program takes their version for it.
    const file = join(folder, `${known.replace(/^v1\//, 'v1/v1/').toLowerCase()}.json`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ $schema: DRAFT, ...schema }));
  }
  const location = join(folder, '{{.Group}}/{{.ResourceAPIVersion}}/{{.ResourceKind}}.json');
  const problems = said(program, ['-schema-location', location, ...files]);
  rmSync(folder, { recursive: true });
  return problems;
}

/** skaffold.yaml against Skaffold's own schema, which knows every field. */
export async function skaffoldFile(text: string): Promise<string[]> {
  const schema = await skaffoldSchema(console.log);
  if (!schema) return skipped('fields of skaffold.yaml');
  const ajv = new Ajv({ strict: false, allErrors: true });
  if (ajv.validate(JSON.parse(readFileSync(schema, 'utf8')), parse(text))) return [];
  // The same is said by each kind of artifact and of build.
  return [...new Set(ajv.errors!.map(spoken))];
}

const spoken = ({ instancePath, message, params }: ErrorObject): string =>
  `skaffold.yaml ${instancePath}: ${message} ${params['additionalProperty'] ?? ''}`;

/** kube-score on what the chart gives. */
export async function policy(files: readonly string[]): Promise<string[]> {
  const program = await goProgram('kube-score', console.log);
  if (!program) return skipped('policy');
  const ignored = NOT_FOLLOWED.flatMap((rule) => ['--ignore-test', rule]);
  const options = ['--output-format', 'ci', '--exit-one-on-warning', '--ignore-container-cpu-limit'];
  // One by one, since names repeat.
  return files.flatMap((file) => said(program, ['score', ...options, ...ignored, file]).map(failures));
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
