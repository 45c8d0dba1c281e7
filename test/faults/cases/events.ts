import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectMongo } from '@veche/kit';
import { TEST_MONGODB_URI } from '@veche/kit/testing/harness';
import { residentMiB } from '../../../stand/src/process.ts';
import { CLOSES, rescheduled } from '../../../services/voting/test/setup.ts';
import type { Case, Scene } from '../case.ts';
import { issuer } from '../intake.ts';
import { percentile } from '../../percentile.ts';
import { ServiceChild } from '../service-child.ts';

const TOPIC = 'veche.voting.ballot.v1';

export const events: Record<string, Case> = {
  F3: {
    title: 'the broker is killed, stays down, and starts again on its data',
    kafka: true,
    fault: async ({ kafka, intake, load, seconds, must }) => {
      await kafka!.part.kill();
      const from = performance.now();
      await sleep(seconds * 1000);
      const taken = load.between(from, performance.now()).filter(({ receipt }) => receipt !== null);
      must(taken.length > 0, 'no vote was accepted while the broker was down');
      const entries = await intake.withStores(({ leaves }) =>
        leaves.countDocuments({
          contest: intake.contest.contestId,
          leaf: { $in: taken.slice(0, 20).map(({ receipt }) => receipt!) },
        }),
      );
      must(entries > 0, 'the log did not grow while the broker was down');
      await kafka!.part.start();
    },
    after: async (scene) => void (await told(scene)),
  },
  F6: {
    title: 'every event of the contest twice, its topic read again from the beginning, the log published again from 0',
    kafka: true,
    fault: async ({ intake, kafka, seconds, must }) => {
      const before = await votingOf(intake);
      for (let n = 0; n < 2; n += 1) await intake.publish(intake.told());
      await sleep((seconds * 1000) / 2);
      await intake.child.end();
      await kafka!.side.rewind('voting');
      const { contestId: _id } = intake.contest;
      await intake.withStores(({ logs }) => logs.updateOne({ _id }, { $set: { next: 0 } }));
      await intake.start();
      await sleep((seconds * 1000) / 2);
      must((await votingOf(intake)) === before, 'the voting is not what it was');
    },
    after: async (scene) => {
      const copies = await told(scene);
      scene.must(copies > 0, 'nothing was told twice, so nothing was tried');
    },
  },
  F7: {
    title: 'events late, out of order and twice, for voting and for the statistics; a deadline moved nine times',
    kafka: true,
    options: () => ({ env: { FAULT_SHUFFLE: '1' } }),
    fault: async (scene) => {
      const { intake, seconds, must, defer } = scene;
      const statistics = await analytics(scene, { FAULT_SHUFFLE: '1' });
      defer(() => statistics.drop());
      const days = Array.from({ length: 9 }, (_, n) => n + 1);
      for (const day of days.toSorted(() => Math.random() - 0.5)) {
        const closesAt = new Date(CLOSES.getTime() + day * 86_400_000);
        await intake.publish([rescheduled(intake.contest, closesAt)], 1 + day);
        await sleep((seconds * 1000) / 9);
      }
      const last = CLOSES.getTime() + 9 * 86_400_000;
      const closes = () =>
        intake.withStores(async ({ votings }) =>
          (await votings.load(intake.contest.contestId))!.state.window!.closesAt.getTime(),
        );
      for (let n = 0; n < 50 && (await closes()) !== last; n += 1) await sleep(200);
      must((await closes()) === last, 'the deadline is not that of the latest decision');
    },
    after: converges,
  },
  F9: {
    title: 'a slow consumer: the statistics stopped (SIGSTOP) while votes go on, then their lag',
    kafka: true,
    fault: async (scene) => {
      const { intake, load, kafka, seconds, must, defer } = scene;
      const statistics = await analytics(scene);
      defer(() => statistics.drop());
      const started = performance.now();
      await sleep(4_000);
      const calm = latency(scene, started);
      const memory = residentMiB(intake.child.pid);
      statistics.child.signal('SIGSTOP');
      const from = performance.now();
      await sleep(seconds * 1000);
      const busy = latency(scene, from);
      const grown = residentMiB(intake.child.pid) - memory;
      const lag = await kafka!.side.lag('analytics');
      statistics.child.signal('SIGCONT');
      must(lag > 0, 'the consumer has no lag, so nothing was tried');
      // Generous: other work on the machine must not decide this.
      must(busy < 3 * calm + 500, `p95 of a vote ${calm.toFixed(0)} ms before, ${busy.toFixed(0)} ms meanwhile`);
      must(grown < 256, `voting grew by ${grown.toFixed(0)} MiB`);
      must(load.outcomes.length > 0, 'no vote');
      console.log(
        `F9: lag ${lag} events, p95 of a vote ${calm.toFixed(0)} ms before and ${busy.toFixed(0)} ms meanwhile, voting grew by ${grown.toFixed(0)} MiB`,
      );
    },
    after: converges,
  },
};

const latency = ({ load }: Scene, from: number): number =>
  percentile(
    load.between(from, performance.now()).map(({ slowestMs }) => slowestMs),
    0.95,
  );

/** The log as it lies on its topic: each entry, a repetition with the same content. Gives the number of repetitions. */
async function told({ intake, kafka, must }: Scene): Promise<number> {
  const { leaves } = await intake.settled();
  const content = new Map<string, string>();
  let copies = 0;
  for (const { value, headers } of await kafka!.side.bus.readAll(TOPIC)) {
    if (!value.includes(intake.contest.contestId)) continue;
    const id = headers['ce_id']!;
    const known = content.get(id);
    if (known !== undefined) copies += 1;
    must(known === undefined || known === value, `event ${id} was told with two contents`);
    content.set(id, value);
  }
  const missing = leaves.filter((leaf) => !content.has(leaf));
  must(missing.length === 0, `I6 ${missing.length} entries of the log are not on their topic`);
  must(content.size === leaves.length, `I6 the topic tells of ${content.size} entries, the log has ${leaves.length}`);
  return copies;
}

const votingOf = (intake: Scene['intake']): Promise<string> =>
  intake.withStores(async ({ votings }) => {
    const { state } = (await votings.load(intake.contest.contestId))!;
    const text = JSON.stringify(state, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    return createHash('sha256').update(text).digest('hex');
  });

/** The statistics of the platform, which take every accepted ballot of the topic. */
async function analytics({ place }: Scene, env: Record<string, string> = {}) {
  const database = `test_faults_statistics_${process.pid}`;
  const child = new ServiceChild('analytics', issuer, {
    MONGODB_URI: TEST_MONGODB_URI,
    MONGODB_DATABASE: database,
    KAFKA_BROKERS: place.urls['kafka']!,
    ...env,
  });
  await child.start();
  return {
    child,
    drop: async () => {
      await child.end();
      const connection = await connectMongo(TEST_MONGODB_URI, database);
      await connection.db!.dropDatabase();
      await connection.close();
    },
  };
}

/** The statistics say what the log says, within a minute. */
async function converges({ intake, must }: Scene): Promise<void> {
  const { leaves } = await intake.settled();
  const connection = await connectMongo(TEST_MONGODB_URI, `test_faults_statistics_${process.pid}`);
  const read = async (): Promise<number> => {
    const found = await connection.collection('ballots').findOne({ _id: intake.contest.contestId as never });
    return Number(found?.['accepted'] ?? 0);
  };
  for (let n = 0; n < 300 && (await read()) !== leaves.length; n += 1) await sleep(200);
  const shown = await read();
  await connection.close();
  must(shown === leaves.length, `the statistics say ${shown} ballots, the log has ${leaves.length}`);
}
