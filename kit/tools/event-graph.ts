import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { deadLetterTopic, readConfig } from '../src/index.ts';
import type { ServiceDefinition } from '../src/service-definition.ts';

/** What a service tells and what it hears, by topic. */
export interface Edges {
  service: string;
  produces: string[];
  consumes: string[];
}

/** Settings with which every service can be put together without any store. */
function settings(place: string): Record<string, string> {
  const key = join(place, 'key');
  writeFileSync(key, 'k'.repeat(32));
  const nowhere = 'http://127.0.0.1:9';
  return {
    MONGODB_URI: 'mongodb://127.0.0.1:9',
    KAFKA_BROKERS: '127.0.0.1:9',
    TOKEN_ISSUER: nowhere,
    TOKEN_JWKS_URL: nowhere,
    IDENTITY_KEY_FILE: key,
    CONTESTS_KEYS_DIR: join(place, 'contests'),
    VOTING_KEYS_DIR: join(place, 'voting'),
    FILES_DIR: join(place, 'files'),
  };
}

/** Stands for whatever a service is put together from: answers each question, and each wait for its answer, with itself. */
function placeholder(waits: boolean): any {
  const self: any = new Proxy(() => undefined, {
    get: (_target, name) => {
      if (name === 'then')
        return waits ? (done: (value: unknown) => unknown) => Promise.resolve(done(rest)) : undefined;
      if (name === Symbol.iterator) return [][Symbol.iterator];
      return name === Symbol.toPrimitive ? () => '' : self;
    },
    apply: () => self,
    construct: () => self,
  });
  const rest: any = waits ? placeholder(false) : self;
  return self;
}

/** The declared edges of the services, as the services themselves hand them to the event log. */
export async function eventGraph(root: string, services: readonly string[]): Promise<Edges[]> {
  const place = mkdtempSync(join(tmpdir(), 'veche-edges-'));
  try {
    const env = settings(place);
    return await Promise.all(services.map(async (service) => edgesOf(service, root, env)));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

async function edgesOf(service: string, root: string, env: Record<string, string>): Promise<Edges> {
  const { definition } = (await import(join(root, `services/${service}/src/definition.ts`))) as {
    definition: ServiceDefinition<any>;
  };
  const some = placeholder(true);
  const given = { connection: some, bus: some, clock: some, log: some, verifier: some, wake: () => undefined };
  const config = readConfig(definition.config, env);
  const { produces, consumers = [] } = await definition.compose({ ...given, config, metrics: new Registry() });
  return { service, produces: unique(produces), consumes: unique(consumers.map(({ topic }) => topic)) };
}

const unique = (topics: readonly string[]): string[] => [...new Set(topics)].sort();

/** Partitions are the most replicas of a consumer that work at once; a topic's number is never changed, for the order of a key depends on it. */
const PARTITIONS: Readonly<Record<string, number>> = {
  'veche.voting.ballot.v1': 12,
  'veche.contests.application.v1': 6,
};
const USUAL_PARTITIONS = 3;

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const FORTNIGHT_MS = 14 * DAY_MS;

/** Resources of Strimzi's topic operator: a topic for each kind of aggregate and one for the messages that a consumer could not take. */
export function kafkaTopics(note: string, graph: readonly Edges[], restricted: readonly string[]): string {
  const kept = (topic: string, otherwise: number): number => (restricted.includes(topic) ? FORTNIGHT_MS : otherwise);
  const topics = unique(graph.flatMap(({ produces, consumes }) => [...produces, ...consumes]));
  return [
    `# ${note}`,
    '# Events are kept for good: whoever comes later (a new service, an analyst) reads them from the first. They hold no personal data. Dead letters are kept',
    '# for a year: each waits for a person. Of a restricted topic both are kept for a fortnight. Replicas and the least of them in step are the defaults of the cluster.',
    ...topics.map((topic) => topicResource(topic, PARTITIONS[topic] ?? USUAL_PARTITIONS, kept(topic, -1))),
    ...topics.map((topic) => topicResource(deadLetterTopic(topic), 1, kept(topic, YEAR_MS))),
    '',
  ].join('\n');
}

const topicResource = (name: string, partitions: number, retentionMs: number): string => `---
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata:
  name: ${name}
  labels: { strimzi.io/cluster: veche }
spec:
  partitions: ${partitions}
  config:
    cleanup.policy: delete
    retention.ms: ${retentionMs}`;

type Pattern = 'literal' | 'prefix';

const acl = (type: string, name: string, operations: string, pattern: Pattern = 'literal'): string =>
  `      - { resource: { type: ${type}, name: ${name}, patternType: ${pattern} }, operations: [${operations}] }`;

/** Resources of Strimzi's user operator: what each service may do at the event log is what it says it does. */
export function kafkaUsers(note: string, graph: readonly Edges[]): string {
  return [`# ${note}`, ...graph.map(userResource), ''].join('\n');
}

function userResource({ service, produces, consumes }: Edges): string {
  const heardOnly = consumes.filter((topic) => !produces.includes(topic));
  const all = unique([...produces, ...consumes]);
  return `---
apiVersion: kafka.strimzi.io/v1
kind: KafkaUser
metadata:
  name: veche-${service}
  labels: { strimzi.io/cluster: veche }
spec:
  authentication: { type: scram-sha-512 }
  authorization:
    type: simple
    acls:
      # It tells, and reads again in its audit
${produces.map((topic) => acl('topic', topic, 'Write, Read, Describe')).join('\n') || '      # nothing'}
      # It hears
${heardOnly.map((topic) => acl('topic', topic, 'Read, Describe')).join('\n') || '      # nothing'}
      # What it could not take, and what others could not take of its own
${all.map((topic) => acl('topic', deadLetterTopic(topic), consumes.includes(topic) ? 'Write, Read, Describe' : 'Describe')).join('\n')}
      # Its place in what it hears; readers of an audit come and go
${acl('group', service, 'Read, Describe')}
${acl('group', 'veche-reader-', 'Read, Describe, Delete', 'prefix')}`;
}
