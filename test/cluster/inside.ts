import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../../stand/src/script.ts';
import { ClusterNode } from './node/node.ts';
import { NETWORK } from './node/settings.ts';
import { Outside } from './outside.ts';
import { CHART, NAMESPACE, RELEASE, surroundings, values } from './release.ts';
import { deletePods, evictPods, podMemoryMiB } from './pods.ts';
import type { Tools } from './tools.ts';
import { Steps } from './steps.ts';
import { SteadyVotes } from './steady-votes.ts';

/**
 * The part of the cluster test that runs in namespaces of its own (network, mounts, processes): nothing of it is left when this process ends, and
 * nothing of it is seen by the machine's own network.
 */
const [directory, archive, tools] = process.argv.slice(2) as [string, string, string];
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
const node = new ClusterNode(directory, JSON.parse(tools) as Tools);
const valuesFile = join(directory, 'values.json');
const helm = (verb: string, ...args: string[]): Promise<string> => node.helm([verb, '--namespace', NAMESPACE, ...args]);
const rollOut = (verb: string, tag: string, ...more: string[]): Promise<string> =>
  helm(verb, RELEASE, CHART, '--values', valuesFile, '--set', `image.tag=${tag}`, ...more, '--wait', '--timeout', WAIT);

async function play(): Promise<void> {
  const outside = await steps.run('data stores, Keycloak and the double of ESIA', () => Outside.start(directory));
  await steps.run('a node of Kubernetes, its images and names', () => node.start(archive));
  writeFileSync(valuesFile, JSON.stringify(values(outside)));
  await node.apply(surroundings(outside));
  await steps.run('helm install: every pod ready', () => rollOut('install', 'one'));
  await steps.run('helm test: a query through the gateway', () => helm('test', RELEASE, '--logs'));
  const idle = await podMemoryMiB(node, NAMESPACE);
  steps.tell(`memory of the pods, idle: ${idle} MiB (goal ${IDLE_GOAL_MIB})`);
  await outside.startWitnesses();
  await steps.run('one contest from application to finished project', async () => {
    const code = await program([join(import.meta.dirname, '../demo/main-job.ts')], {
      VECHE_STAND_STATE: outside.stateFile,
    });
    if (code !== 0) throw new Error(`the journey ended with ${code}`);
  });

  const votes = await steps.run('a vote is open, residents vote steadily', () => SteadyVotes.start(outside));
  try {
    await votes.during(steps, 'upgrade to a second image', () => rollOut('upgrade', 'two'));
    const three = ['--set', 'services.voting.replicas=3', '--set', 'services.gateway.replicas=2'];
    await votes.during(steps, 'voting to three replicas, the gateway to two', () =>
      rollOut('upgrade', 'two', ...three),
    );
    await votes.during(steps, 'pods of voting and the gateway deleted at random', () =>
      deletePods(node, NAMESPACE, ['voting', 'gateway'], 60),
    );
    await votes.during(steps, 'every pod of voting and the gateway evicted as by a drain', () =>
      evictPods(node, NAMESPACE, ['voting', 'gateway']),
    );
    await votes.during(steps, 'rollback to the first release', () =>
      helm('rollback', RELEASE, '1', '--wait', '--timeout', WAIT),
    );
  } finally {
    await votes.stop();
    steps.tell(votes.summary());
  }
  await steps.run('every receipt against the open log, and the invariants', () => votes.compare());
  await steps.run('helm uninstall: nothing is left but the claims of keys', async () => {
    await helm('uninstall', RELEASE, '--wait', '--timeout', WAIT);
    await node.kubectl(['-n', NAMESPACE, 'wait', '--for=delete', 'deployment,pod', ...OWN, '--timeout=120s']);
    const kinds = 'deployment,replicaset,pod,service,pdb,networkpolicy,serviceaccount';
    const left = await node.kubectl(['-n', NAMESPACE, 'get', kinds, ...OWN, '-o', 'name']);
    if (left.trim()) throw new Error(`left behind: ${left}`);
    return (await node.kubectl(['-n', NAMESPACE, 'get', 'pvc', '-o', 'name'])).trim().split('\n').join(' ');
  });
  if (idle > IDLE_GOAL_MIB) throw new Error(`the idle pods take ${idle} MiB`);
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
