import type { Guide } from './guide.ts';
import type { ClusterNode } from './node/node.ts';
import { NAMESPACE } from './release.ts';
import type { Steps } from './steps.ts';

const ROLLED_OUT = ['-n', NAMESPACE, 'rollout', 'status', '--timeout=300s'];

/** What docs/operate.md has done on a day without faults, each command as it stands there; all but the restore. */
export class Operator {
  readonly #guide: Guide;
  readonly #node: ClusterNode;
  readonly #steps: Steps;

  constructor(guide: Guide, node: ClusterNode, steps: Steps) {
    this.#guide = guide;
    this.#node = node;
    this.#steps = steps;
  }

  /** Secrets that changed are taken up. */
  async restartAll(): Promise<void> {
    await this.#guide.follow('kubectl rollout restart deployment -n veche -l app.kubernetes.io/instance=veche');
    const all = await this.#node.kubectl(['-n', NAMESPACE, 'get', 'deployment', '-o', 'name']);
    for (const name of all.trim().split('\n')) await this.#node.kubectl([...ROLLED_OUT, name]);
  }

  async play(): Promise<void> {
    const guide = this.#guide;
    await this.#steps.run('the guide: install for a region, alarm on purpose, upgrade, rollback', async () => {
      await guide.follow('kubectl get events -n veche');
      await guide.follow(
        'helm upgrade --install veche charts/veche -n veche --create-namespace -f my-values.yaml -f charts/veche/values-regional.yaml --wait',
      );
      await guide.follow('helm test veche -n veche --logs');
      await this.#alarm();
      await guide.follow(
        'helm upgrade veche charts/veche -n veche -f my-values.yaml -f charts/veche/values-regional.yaml --wait',
      );
      await guide.follow('helm test veche -n veche --logs');
      await guide.follow('helm rollback veche -n veche');
      await guide.follow('helm test veche -n veche --logs');
    });
    const parked = await guide.follow(
      'KAFKA_BROKERS=... node kit/src/bus/dead-letters-cli.ts list veche.contests.contest.v1',
      { names: { '...': '$KAFKA_BROKERS' }, asVoting: true },
    );
    if (parked.includes('{')) throw new Error(`parked messages: ${parked}`);
  }

  /** What needs no cluster. */
  async drill(): Promise<void> {
    for (const command of ['npm run faults -- F18', 'npm run faults -- F20'])
      await this.#steps.run(`the drill: ${command}`, () => this.#guide.follow(command));
  }

  async #alarm(): Promise<void> {
    const command = 'kubectl scale deployment -n veche veche-registry --replicas=0';
    await this.#guide.follow(command);
    const registry = ['-n', NAMESPACE, '-l', 'app.kubernetes.io/component=registry'];
    await this.#node.kubectl(['wait', ...registry, '--for=delete', 'pod', '--timeout=120s']);
    await this.#guide.follow(command, { names: { '--replicas=0': '--replicas=2' } });
    await this.#node.kubectl([...ROLLED_OUT, 'deployment/veche-registry']);
  }
}
