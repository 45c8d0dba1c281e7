import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { KafkaBus, kafkaAccess, makeLog, newId, toMessage, type BusMessage } from '@veche/kit';
import kafkajs from 'kafkajs';
import { parseAllDocuments } from 'yaml';
import { guardedKafka, type GuardedKafka } from '../src/parts/guarded-kafka.ts';
import { ROOT } from '../src/state.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

interface Rule {
  type?: 'deny';
  resource: { type: 'topic' | 'group'; name: string; patternType: 'literal' | 'prefix' };
  operations: ('Read' | 'Write' | 'Describe' | 'Delete' | 'All')[];
}
interface Resource {
  metadata: { name: string };
  spec: { partitions: number; authorization: { acls: Rule[] } };
}

const resources = (file: string): Resource[] =>
  parseAllDocuments(readFileSync(join(ROOT, 'k8s/base/kafka', file), 'utf8')).map((one) => one.toJS() as Resource);
const USERS = [...resources('users.yaml'), ...resources('analysts.yaml')];
const TOPICS = resources('topics.yaml');
const PASSWORD = 'correct-horse';

/** The rules of the resources as Kafka has them. */
const RULES = USERS.flatMap(({ metadata, spec }) =>
  spec.authorization.acls.flatMap(({ type, resource, operations }) =>
    operations.map((operation) => ({
      resourceType: AclResourceTypes[resource.type === 'topic' ? 'TOPIC' : 'GROUP'],
      resourceName: resource.name,
      resourcePatternType: ResourcePatternTypes[resource.patternType === 'prefix' ? 'PREFIXED' : 'LITERAL'],
      principal: `User:${metadata.name}`,
      host: '*',
      operation: AclOperationTypes[operation.toUpperCase() as 'READ'],
      permissionType: AclPermissionTypes[type === 'deny' ? 'DENY' : 'ALLOW'],
    })),
  ),
);
/** In a question about rules: whichever. */
const ANY = 1;

let directory: string;
let kafka: GuardedKafka;
const open: KafkaBus[] = [];

/** The event log as one of its users has it. */
function busOf(user: string, password = PASSWORD): KafkaBus {
  const access = kafkaAccess.read({ KAFKA_CA_FILE: kafka.caFile, KAFKA_USERNAME: user, KAFKA_PASSWORD: password });
  const log = makeLog(user, 'silent');
  const bus = new KafkaBus({
    brokers: [kafka.outside],
    access,
    clientId: user,
    log,
    backoffMs: 10,
    onFatal: () => undefined,
  });
  open.push(bus);
  return bus;
}

const topicsOf = (user: string, operation: Rule['operations'][number]): string[] =>
  USERS.find(({ metadata }) => metadata.name === user)!
    .spec.authorization.acls.filter(
      ({ resource, operations }) => resource.type === 'topic' && operations.includes(operation),
    )
    .map(({ resource }) => resource.name);

const message = (topic: string): BusMessage =>
  toMessage(
    {
      id: newId(),
      type: 'veche.test.Happened',
      topic,
      key: 'a',
      data: '{}',
      time: new Date('2026-03-01T04:00:00Z'),
      sequence: 1,
    },
    'test',
  );

/** Who wrote an idea: for notices alone. */
const RESTRICTED = 'veche.contests.authorship.v1';

/** The first message of a topic, as a tool of analysts gets it; rejects where the broker refuses. */
async function readBy(client: kafkajs.Kafka, topic: string): Promise<string> {
  const consumer = client.consumer({ groupId: `analyst-region-${newId()}`, retry: { retries: 0 } });
  const first = Promise.withResolvers<string>();
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    consumer.on(consumer.events.CRASH, ({ payload }) => first.reject(payload.error));
    await consumer.run({ eachMessage: async (got) => first.resolve(String(got.message.value)) });
    return await first.promise;
  } finally {
    await consumer.disconnect();
  }
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'veche-guarded-'));
  kafka = await guardedKafka(directory, new Map(USERS.map(({ metadata }) => [metadata.name, PASSWORD])));
  const admin = new kafkajs.Kafka({ brokers: [kafka.inside], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({
    topics: TOPICS.map(({ metadata, spec }) => ({ topic: metadata.name, numPartitions: spec.partitions })),
  });
  await admin.createAcls({ acl: RULES });
  // The broker learns of them from its controller.
  const all = { resourceType: ANY, permissionType: ANY, operation: ANY, resourcePatternType: ANY };
  for (let known = 0; known < RULES.length;) {
    const { resources: found } = await admin.describeAcls(all as Parameters<typeof admin.describeAcls>[0]);
    known = found.reduce((sum, { acls }) => sum + acls.length, 0);
  }
  await admin.disconnect();
});
afterAll(async () => {
  await Promise.all(open.map((bus) => bus.close()));
  kafka?.process.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

test('a service tells what is its own and nothing else', async () => {
  const bus = busOf('veche-voting');
  await bus.publish([message('veche.voting.ballot.v1')]);
  await expect(bus.publish([message('veche.contests.contest.v1')])).rejects.toThrow(/authoriz/i);
});

test('a service hears what it says it hears, in its own group, and parks what it cannot take', async () => {
  await busOf('veche-contests').publish([message('veche.contests.contest.v1')]);
  const bus = busOf('veche-voting');
  const taken = Promise.withResolvers<string>();
  const consumers = topicsOf('veche-voting', 'Read')
    .filter((topic) => !topic.endsWith('.dlq') && !topic.startsWith('veche.voting.'))
    .map((topic) => ({
      type: 'veche.test.Happened',
      topic,
      handle: async () => {
        taken.resolve(topic);
        throw new Error('cannot be taken');
      },
    }));
  const subscription = await bus.subscribe({ group: 'voting', consumers });
  expect(await taken.promise).toBe('veche.contests.contest.v1');
  let parked: BusMessage[] = [];
  while (parked.length === 0) parked = await bus.readAll('veche.contests.contest.v1.dlq');
  await subscription.stop();
  await expect(busOf('veche-registry').readAll('veche.contests.comment.v1')).rejects.toThrow();
});

test('every service finds its topics made, and may not make one', async () => {
  for (const { metadata } of USERS.filter(({ metadata }) => metadata.name.startsWith('veche-'))) {
    const user = metadata.name;
    await busOf(user).ensureTopics(topicsOf(user, 'Read').filter((topic) => !topic.endsWith('.dlq')));
  }
  await expect(busOf('veche-voting').ensureTopics(['veche.voting.other.v1'])).rejects.toThrow();
});

test('an analyst reads every event but the restricted and writes none', async () => {
  const analyst = new kafkajs.Kafka({
    brokers: [kafka.outside],
    ssl: { ca: readFileSync(kafka.caFile, 'utf8') },
    sasl: { mechanism: 'scram-sha-512', username: 'analyst-region', password: PASSWORD },
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = analyst.admin();
  await admin.connect();
  const names = TOPICS.map(({ metadata }) => metadata.name).filter((name) => !name.startsWith(RESTRICTED));
  expect(names).toHaveLength(TOPICS.length - 2);
  expect((await admin.listTopics()).sort()).toEqual(names.sort());
  await admin.disconnect();
  const told = [message('veche.contests.idea.v1'), message(RESTRICTED)];
  await busOf('veche-contests').publish(told);
  expect(await busOf('veche-identity').readAll(RESTRICTED)).toHaveLength(1);
  expect(await readBy(analyst, 'veche.contests.idea.v1')).toBe('{}');
  await expect(readBy(analyst, RESTRICTED)).rejects.toThrow(/authorized/i);
  await expect(readBy(analyst, `${RESTRICTED}.dlq`)).rejects.toThrow(/authorized/i);
  await expect(busOf('analyst-region').publish([message('veche.voting.ballot.v1')])).rejects.toThrow(/authoriz/i);
});

test('a wrong password is refused, and a user without one is no setting', async () => {
  await expect(busOf('veche-voting', 'wrong').publish([message('veche.voting.ballot.v1')])).rejects.toThrow(
    /SASL|authentication/i,
  );
  expect(() => kafkaAccess.read({ KAFKA_USERNAME: 'veche-voting' })).toThrow('given together');
});
