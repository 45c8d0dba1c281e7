import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterNode } from './node/node.ts';

interface Stats {
  pods: { podRef: { namespace: string; name: string }; memory?: { workingSetBytes?: number } }[];
}

/** Memory that all pods of a namespace work with, as the kubelet counts it. */
export async function podMemoryMiB(node: ClusterNode, namespace: string): Promise<number> {
  const stats = JSON.parse(await node.kubectl(['get', '--raw', '/api/v1/nodes/node/proxy/stats/summary'])) as Stats;
  const own = stats.pods.filter(({ podRef }) => podRef.namespace === namespace);
  return Math.round(own.reduce((sum, { memory }) => sum + (memory?.workingSetBytes ?? 0), 0) / 1024 ** 2);
}

const select = (component: string): string[] => ['-l', `app.kubernetes.io/component=${component}`];

async function podsOf(node: ClusterNode, namespace: string, component: string): Promise<string[]> {
  const found = await node.kubectl([
    '-n',
    namespace,
    'get',
    'pods',
    ...select(component),
    '-o',
    'jsonpath={.items[*].metadata.name}',
  ]);
  return found.split(' ').filter(Boolean);
}

const rolledOut = (node: ClusterNode, namespace: string, component: string): Promise<string> =>
  node.kubectl(['-n', namespace, 'rollout', 'status', `deployment/veche-${component}`, '--timeout=180s']);

/** Deletes a pod of one of the components every few seconds, the next once its place is taken; gives how many. */
export async function deletePods(
  node: ClusterNode,
  namespace: string,
  components: readonly string[],
  seconds: number,
): Promise<number> {
  const until = Date.now() + seconds * 1000;
  let deleted = 0;
  while (Date.now() < until) {
    const component = components[Math.floor(Math.random() * components.length)]!;
    const pods = await podsOf(node, namespace, component);
    const victim = pods[Math.floor(Math.random() * pods.length)]!;
    await node.kubectl(['-n', namespace, 'delete', 'pod', victim, '--wait=false']);
    deleted += 1;
    await sleep(3_000);
    await rolledOut(node, namespace, component);
  }
  return deleted;
}

/** Evicts every pod of the components, as a drain of their node does, as fast as their budgets of disruption allow. */
export async function evictPods(node: ClusterNode, namespace: string, components: readonly string[]): Promise<void> {
  for (const component of components) {
    for (const name of await podsOf(node, namespace, component)) {
      await evict(node, namespace, name);
      await rolledOut(node, namespace, component);
    }
  }
}

const PATIENCE_MS = 120_000;

async function evict(node: ClusterNode, namespace: string, name: string): Promise<void> {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name } };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      await node.kubectl(['create', '--raw', path, '-f', '-'], JSON.stringify(eviction));
      return;
    } catch (error) {
      // A budget that is used up for now is what budgets are for.
      if (!String((error as { stderr?: string }).stderr).includes('disruption budget') || Date.now() > until)
        throw error;
      await sleep(500);
    }
  }
}
