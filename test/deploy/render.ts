import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ROOT } from '../../stand/src/state.ts';

export const CHART = join(ROOT, 'charts/veche');

/** The version of Kubernetes that templates are told of. */
const KUBERNETES = '1.36.3';
/** What a cluster with the usual operators knows. */
export const OPERATORS = ['monitoring.coreos.com/v1', 'gateway.networking.k8s.io/v1', 'keda.sh/v1alpha1'];

export interface Profile {
  name: string;
  /** Values in the order in which they are laid over each other. */
  values: readonly string[];
  /** APIs of the cluster beside its own. */
  apis: readonly string[];
}

const OWN = 'examples/installation.yaml';

/** What is rendered and committed under charts/veche/examples. */
export const PROFILES: readonly Profile[] = [
  { name: 'minimal', values: [OWN, 'values-minimal.yaml'], apis: [] },
  { name: 'regional', values: [OWN, 'values-regional.yaml'], apis: OPERATORS },
  { name: 'last-evening', values: [OWN, 'values-regional.yaml', 'values-last-evening.yaml'], apis: OPERATORS },
];

export const valuesOf = (values: readonly string[]): string[] => values.flatMap((file) => ['-f', join(CHART, file)]);

/** Arguments of `helm template` for a profile. */
export const templateArgs = ({ values, apis }: Omit<Profile, 'name'>): string[] => [
  'template',
  'veche',
  CHART,
  '--namespace=veche',
  `--kube-version=${KUBERNETES}`,
  ...apis.flatMap((api) => ['--api-versions', api]),
  ...valuesOf(values),
];

/** What the chart gives for a profile, as YAML; throws with Helm's words. */
export function render(helm: string, profile: Omit<Profile, 'name'>, ...more: string[]): string {
  const { status, stdout, stderr } = spawnSync(helm, [...templateArgs(profile), ...more], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  // Whoever asks for a field of a kind knows its shape.
  spec: any;
  [field: string]: unknown;
}

export const manifests = (yaml: string): Manifest[] =>
  parseAllDocuments(yaml)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);

/** What a directory of k8s/ gives, as YAML. */
export const kustomize = (kubectl: string, directory: string): string =>
  execFileSync(kubectl, ['kustomize', join(ROOT, 'k8s', directory)], { encoding: 'utf8' });
