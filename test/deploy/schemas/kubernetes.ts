// node test/deploy/schemas/kubernetes.ts OPENAPI.json: takes the schemas of the kinds that are used here out of the OpenAPI document (v2) of a cluster, as
// `kubectl get --raw /openapi/v2` gives it, into kubernetes.json beside this file.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Schema } from './shape.ts';

const KINDS = [
  'v1/ConfigMap',
  'v1/Namespace',
  'v1/PersistentVolumeClaim',
  'v1/Pod',
  'v1/Service',
  'v1/ServiceAccount',
  'apps/v1/Deployment',
  'autoscaling/v2/HorizontalPodAutoscaler',
  'networking.k8s.io/v1/Ingress',
  'networking.k8s.io/v1/NetworkPolicy',
  'policy/v1/PodDisruptionBudget',
];

interface OpenApi {
  info: { version: string };
  definitions: Record<string, Definition>;
}

interface Definition {
  type?: string;
  format?: string;
  $ref?: string;
  properties?: Record<string, Definition>;
  items?: Definition;
  additionalProperties?: Definition;
  required?: string[];
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
}

interface Taken {
  /** Of Kubernetes. */
  version: string;
  /** Name of the definition by apiVersion and kind. */
  kinds: Record<string, string>;
  definitions: Record<string, Schema>;
}

const FILE = join(import.meta.dirname, 'kubernetes.json');
const REF = '#/definitions/';

/** A field that the definition does not know is refused; what a document says beside types is left out. */
function closed({ type, format, $ref, properties, items, additionalProperties, required }: Definition): Schema {
  if ($ref) return { $ref };
  // A number of CPUs, or a port by number or name.
  if (format === 'int-or-string') return { type: ['string', 'integer'] };
  return {
    ...(type && { type }),
    ...(required && { required }),
    ...(items && { items: closed(items) }),
    ...(properties && { properties: mapped(properties), additionalProperties: false }),
    ...(additionalProperties && { additionalProperties: closed(additionalProperties) }),
  };
}

const mapped = (properties: Record<string, Definition>): Record<string, Schema> =>
  Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, closed(value)]));

const SPECIAL: Record<string, Schema> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['string', 'number'] },
};

function take({ info, definitions }: OpenApi): Taken {
  const taken: Taken = { version: info.version, kinds: {}, definitions: {} };
  const add = (name: string): void => {
    if (taken.definitions[name]) return;
    // Nobody writes a status.
    const { status: _status, ...properties } = definitions[name]!.properties ?? {};
    const schema =
      SPECIAL[name] ?? closed({ ...definitions[name], ...(definitions[name]!.properties && { properties }) });
    taken.definitions[name] = schema;
    for (const [, ref] of JSON.stringify(schema).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g)) add(ref!);
  };
  for (const [name, { 'x-kubernetes-group-version-kind': places = [] }] of Object.entries(definitions))
    for (const { group, version, kind } of places) {
      const known = [group, version, kind].filter(Boolean).join('/');
      if (!KINDS.includes(known)) continue;
      taken.kinds[known] = name;
      add(name);
    }
  return taken;
}

/** Schemas of Kubernetes' own kinds, by apiVersion and kind. */
export function kubernetesSchemas(): Map<string, Schema> {
  const { kinds, definitions } = JSON.parse(readFileSync(FILE, 'utf8')) as Taken;
  return new Map(Object.entries(kinds).map(([known, name]) => [known, { $ref: REF + name, definitions }]));
}

if (import.meta.main) {
  const taken = take(JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as OpenApi);
  writeFileSync(FILE, `${JSON.stringify(taken)}\n`);
  console.log(`${Object.keys(taken.kinds).length} kinds of Kubernetes ${taken.version}`);
}
