import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../../stand/src/script.ts';
import { ClusterNode } from './node/node.ts';
import { NETWORK } from './node/settings.ts';
import { Outside } from './outside.ts';
import { CHART, NAMESPACE, RELEASE, surroundings, values } from './release.ts';
import { BadInstalls, provenNoDowngrade, provenWell } from './bad-installs.ts';
import { Guide } from './guide.ts';
import { Operator } from './operator.ts';
import { Restore } from './restore.ts';
import { deletePods, evictPods, podMemoryMiB } from './pods.ts';
import type { Tools } from './tools.ts';
import { PARTS, Steps } from './steps.ts';
import { SteadyVotes } from './steady-votes.ts';

/**
 * The part of the cluster test that runs in namespaces of its own (network, mounts, processes): nothing of it is left when this process ends, and
 * nothing of it is seen by the machine's own network.
 */
const [directory, archive, tools, ...wanted] = process.argv.slice(2) as [string, string, string, ...string[]];
const all = JSON.parse(tools) as Tools;
const parts = wanted.length > 0 ? wanted : PARTS;
const WAIT = '600s';
const IDLE_GOAL_MIB = 1536;
/** What the release made; the pod of `helm test` stays for its log, as Helm has it. */
const OWN = ['-l', `app.kubernetes.io/instance=${RELEASE},app.kubernetes.io/component!=test`];

const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: 'pipe' });
ip('link', 'set', 'lo', 'up');
// A cable that leads nowhere carries the node's address; the default route makes addresses of services routable before they are rewritten.
ip('link', 'add', 'node', 'type', 'veth', 'peer', 'name', 'nowhere');
ip('link', 'set', 'nowhere', 'up');
ip('address', 'add', `${NETWORK.node}/24`, 'dev', 'node');
ip('link', 'set', 'node', 'up');
ip('route', 'add', 'default', 'dev', 'node');

const steps = new Steps();
const node = new ClusterNode(directory, all);
const valuesFile = join(directory, 'values.json');
const helm = (verb: string, ...args: string[]): Promise<string> => node.helm([verb, '--namespace', NAMESPACE, ...args]);
const rollOut = (verb: string, tag: string, ...more: string[]): Promise<string> =>
  helm(verb, RELEASE, CHART, '--values', valuesFile, '--set', `image.tag=${tag}`, ...more, '--wait', '--timeout', WAIT);

const rollback = (): Promise<string> => helm('rollback', RELEASE, '1', '--wait', '--timeout', WAIT);

/** The chart on the node, and what it takes there. The event log comes later: nothing that is installed must need it to start. */
async function install(outside: Outside): Promise<number> {
  await steps.run('a node of Kubernetes, its images and names', () => node.start(archive));
  writeFileSync(valuesFile, JSON.stringify(values(outside)));
  await node.apply(surroundings(outside));
  await steps.run('helm install without Kafka: every pod ready', () => rollOut('install', 'one'));
  const log = await node.kubectl(['-n', NAMESPACE, 'logs', `deployment/${RELEASE}-registry`]);
  const away = /"message":"(Connection error: connect ECONNREFUSED [^"]+)"/.exec(log)?.[1];
  if (!away) throw new Error('registry does not say that Kafka is away');
  steps.tell(`  Kafka is away: ${away}`);
  await provenWell(node, NAMESPACE);
  await steps.run('Kafka comes', () => outside.startKafka());
  await steps.run('helm test: a query through the gateway', () => helm('test', RELEASE, '--logs'));
  const idle = await podMemoryMiB(node, NAMESPACE);
  steps.tell(`memory of the pods, idle: ${idle} MiB (goal ${IDLE_GOAL_MIB})`);
  return idle;
}

async function badInstalls(outside: Outside): Promise<void> {
  await steps.run('bad installs say what is wrong, and go on when it is mended', () =>
    new BadInstalls(node, outside, steps).play(),
  );
  await steps.run('an older chart is refused', async () => {
    const upgrade = [RELEASE, '--namespace', NAMESPACE, '--values', valuesFile, '--set', 'image.tag=one'];
    steps.tell(`  ${await provenNoDowngrade(node, directory, upgrade)}`);
  });
}

/** What is done to pods while residents vote. */
async function underVotes(votes: SteadyVotes, operator: Operator): Promise<void> {
  await votes.during(steps, 'upgrade to a second image', () => rollOut('upgrade', 'two'));
  const three = ['--set', 'services.voting.replicas=3', '--set', 'services.gateway.replicas=2'];
  await votes.during(steps, 'voting to three replicas, the gateway to two', () => rollOut('upgrade', 'two', ...three));
  await votes.during(steps, 'pods of voting and the gateway deleted at random', () =>
    deletePods(node, NAMESPACE, ['voting', 'gateway'], 60),
  );
  await votes.during(steps, 'every pod of voting and the gateway evicted as by a drain', () =>
    evictPods(node, NAMESPACE, ['voting', 'gateway']),
  );
  await votes.during(steps, 'rollback to the first release', rollback);
  await votes.during(steps, 'restart of everything', () => operator.restartAll());
}

async function uninstall(): Promise<void> {
  await helm('uninstall', RELEASE, '--wait', '--timeout', WAIT);
  await node.kubectl(['-n', NAMESPACE, 'wait', '--for=delete', 'deployment,pod', ...OWN, '--timeout=120s']);
  const kinds = 'deployment,replicaset,pod,service,pdb,networkpolicy,serviceaccount';
  const left = await node.kubectl(['-n', NAMESPACE, 'get', kinds, ...OWN, '-o', 'name']);
  if (left.trim()) throw new Error(`left behind: ${left}`);
  const claims = await node.kubectl(['-n', NAMESPACE, 'get', 'pvc', '-o', 'name']);
  steps.tell(`  left: ${claims.trim().split('\n').join(' ')}`);
}

async function play(): Promise<void> {
  const outside = await steps.run('data stores, Keycloak and the double of ESIA', () => Outside.start(directory));
  const idle = await install(outside);
  await outside.startWitnesses();
  await steps.run('one contest from application to finished project', async () => {
    const code = await program([join(import.meta.dirname, '../demo/main-job.ts')], {
      VECHE_STAND_STATE: outside.stateFile,
    });
    if (code !== 0) throw new Error(`the journey ended with ${code}`);
    if (!outside.s3) steps.tell('  no S3 server for this machine: files lie in a volume');
    else if ((await outside.storedFiles()) === 0) throw new Error('no file went to S3');
    else steps.tell(`  files at the S3 server: ${await outside.storedFiles()}`);
  });
  if (parts.includes('bad-installs')) await badInstalls(outside);
  const given = { directory, kubeconfig: node.kubeconfig, tools: all, outside, values: values(outside, 'one') };
  const guide = new Guide(given);
  const operator = new Operator(guide, node, steps);
  const votes = await steps.run('a vote is open, residents vote steadily', () => SteadyVotes.start(outside));
  try {
    if (parts.includes('votes')) await underVotes(votes, operator);
  } finally {
    await votes.stop();
    steps.tell(votes.summary());
  }
  await steps.run('every receipt against the open log, and the invariants', () => votes.compare());
  if (parts.includes('guide')) await operator.play();
  if (parts.includes('restore')) await new Restore(guide, { outside, votes, steps }).play();
  await steps.run('helm uninstall: nothing is left but the claims of keys', uninstall);
  if (parts.includes('guide')) await operator.drill();
  if (idle > IDLE_GOAL_MIB) throw new Error(`the idle pods take ${idle} MiB`);
  if (PARTS.every((part) => parts.includes(part)) && guide.left.length > 0)
    throw new Error(`nobody has run ${guide.left.join('; ')} of docs/operate.md`);
}

try {
  await play();
  steps.tell('passed');
} catch (error) {
  const { stderr, message } = error as Error & { stderr?: string };
  steps.tell(`failed: ${message}${stderr ? `\n${stderr}` : ''}`);
  steps.tell(await node.describe(NAMESPACE));
  process.exitCode = 1;
}
// With the first process of the namespaces every other one of them ends.
process.exit();
