import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectMongo } from '@veche/kit';
import { makeStores } from '../../services/voting/src/store.ts';
import { eventually } from '../journeys/platform.ts';
import type { Guide } from './guide.ts';
import type { Outside } from './outside.ts';
import type { SteadyVotes } from './steady-votes.ts';
import type { Steps } from './steps.ts';

const PATIENCE_S = 120;
const STOP = 'kubectl scale deployment -n veche -l app.kubernetes.io/part-of=veche --replicas=0';
const STOPPED =
  'kubectl wait --for=delete pod -n veche -l app.kubernetes.io/part-of=veche,app.kubernetes.io/component!=test --timeout=120s';
const VOTING_ALONE = 'kubectl scale deployment -n veche veche-voting --replicas=1';
const VOTING_READY = 'kubectl rollout status -n veche deployment/veche-voting';
const NAMED = "kubectl logs -n veche -l app.kubernetes.io/component=voting --tail=-1 | grep 'log of contest'";
const FETCH =
  'kubectl get --raw /api/v1/namespaces/veche/services/veche-voting:http/proxy/open/contests/CONTEST/package.tar > PACKAGE';
const START = 'kubectl scale deployment -n veche -l app.kubernetes.io/part-of=veche --replicas=2';
const STARTED = 'kubectl rollout status deployment -n veche -l app.kubernetes.io/part-of=veche --timeout=300s';

/**
 * The data of voting is destroyed, and restored as docs/operate.md says: first from a copy that lacks votes, where the loss must be named, then from the
 * newest, where nothing may be lost.
 */
export class Restore {
  readonly #guide: Guide;
  readonly #outside: Outside;
  readonly #votes: SteadyVotes;
  readonly #steps: Steps;

  constructor(guide: Guide, { outside, votes, steps }: { outside: Outside; votes: SteadyVotes; steps: Steps }) {
    this.#guide = guide;
    this.#outside = outside;
    this.#votes = votes;
    this.#steps = steps;
  }

  async play(): Promise<void> {
    const [outside, votes, steps] = [this.#outside, this.#votes, this.#steps];
    const counted = await this.#countedContest();
    const before = await this.#recount(counted);
    await steps.run('a backup, votes, another backup', async () => {
      await outside.copyDatabase('older');
      await votes.more();
      await votes.compare();
      await outside.copyDatabase('newest');
    });
    await steps.run('the database of voting is destroyed', () => this.#destroy());
    const begun = performance.now();
    await steps.run('restored from the older backup: the loss is named', async () => {
      await this.#restore('older');
      steps.tell(`  ${await eventually('the loss is named', () => this.#damage(), PATIENCE_S)}`);
    });
    await steps.run('restored from the newest backup: log, invariants and result hold', async () => {
      await this.#restore('newest');
      const manner = { names: { CONTEST: votes.contestId }, asVoting: true };
      steps.tell(`  ${(await this.#guide.follow('npm run verify-log -- CONTEST', manner)).trim().split('\n').at(-1)}`);
      await this.#guide.follow('npm run audit', { asVoting: true });
      const after = await this.#recount(counted);
      if (after !== before) throw new Error(`the result was ${before}, it is ${after}`);
      const damage = await this.#damage();
      if (damage) throw new Error(`a whole database is not taken for one: ${damage}`);
    });
    steps.tell(`  from the first command to the last proof: ${((performance.now() - begun) / 1000).toFixed(0)} s`);
    await steps.run('everything is started again, and residents vote', async () => {
      await this.#guide.follow(START);
      await this.#guide.follow(STARTED);
      await this.#guide.follow('helm test veche -n veche');
      await votes.more();
      await votes.compare();
      await this.#verifyReceipt();
    });
  }

  async #restore(copy: string): Promise<void> {
    await this.#guide.follow(STOP);
    await this.#guide.follow(STOPPED);
    await this.#outside.restoreDatabase(copy);
    await this.#guide.follow(VOTING_ALONE);
    await this.#guide.follow(VOTING_READY);
  }

  /** What voting finds missing in the database, with both sizes. */
  async #damage(): Promise<string | undefined> {
    // Where nothing is found the command ends as a search that found nothing does.
    const said = await this.#guide.follow(NAMED).catch((error: Error) => error.message);
    return said.match(/has \d+ entries, (?:\d+ were signed|witness \S+ holds its signed head of \d+)/)?.[0];
  }

  /** The result of a published package, counted by both programs. */
  async #recount(contest: string): Promise<string> {
    const names = { CONTEST: contest, PACKAGE: join(this.#outside.place.directory, 'package.tar') };
    // What lay beside the process is made anew after its start.
    const fetched = async (): Promise<boolean> => (await this.#guide.follow(FETCH, { names }), true);
    await eventually('the package is published', fetched, PATIENCE_S);
    const said = await this.#guide.follow('npm run recount -- PACKAGE', { names });
    if (!said.includes('Both implementations, TypeScript and Python, give the same result bit for bit.'))
      throw new Error(said);
    return said.split('\n').find((line) => line.startsWith('{'))!;
  }

  async #countedContest(): Promise<string> {
    return this.#withStores(async (connection) => {
      const [counted] = await makeStores(connection).votings.find({ status: 'COUNTED' });
      if (!counted) throw new Error('no contest is counted yet');
      return counted.id;
    });
  }

  #destroy(): Promise<unknown> {
    return this.#withStores((connection) => connection.db!.dropDatabase());
  }

  async #withStores<T>(work: (connection: Awaited<ReturnType<typeof connectMongo>>) => Promise<T>): Promise<T> {
    const connection = await connectMongo(this.#outside.place.urls['mongodb']!, 'veche_voting');
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  }

  async #verifyReceipt(): Promise<void> {
    const file = join(this.#outside.place.directory, 'receipt.json');
    writeFileSync(file, this.#votes.lastReceipt);
    const url = this.#outside.place.urls['gateway'];
    const said = await this.#guide.follow('npm run verify-receipt', { more: ` -- ${file} --url ${url} --witnesses 2` });
    this.#steps.tell(`  ${said.trim().split('\n').at(-1)}`);
  }
}
