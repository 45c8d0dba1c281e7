import { createHash } from 'node:crypto';
import { cpSync, renameSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { leafId } from '../../../services/voting/src/store.ts';
import type { Case, Scene } from '../case.ts';
import { watch } from '../watched.ts';

export const database: Record<string, Case> = {
  F4: {
    title: 'the database stops, answers half a second late, loses all connections, and is killed',
    fault: async ({ intake, proxy, mongodb, seconds, must }) => {
      const quarter = (seconds * 1000) / 4;
      proxy.freeze();
      const begun = performance.now();
      const { receipt } = await intake.ask(await intake.voter(), crypto.randomUUID());
      const took = performance.now() - begun;
      must(receipt === null, 'a receipt without a durable write');
      must(took < 5_000, `the refusal took ${took.toFixed(0)} ms`);
      await sleep(quarter);
      proxy.thaw();
      proxy.delay(500);
      await sleep(quarter);
      proxy.delay(0);
      for (const end = performance.now() + quarter; performance.now() < end; await sleep(700)) proxy.cut();
      await mongodb.kill();
      await sleep(quarter);
      await mongodb.start();
    },
  },
  F12: {
    title: '30 % of the connections reset again and again, five seconds of latency, half-open connections',
    fault: async ({ proxy, seconds }) => {
      const third = (seconds * 1000) / 3;
      for (const end = performance.now() + third; performance.now() < end; await sleep(300)) proxy.cut(0.3);
      proxy.delay(2_500);
      await sleep(third);
      proxy.delay(0);
      for (const end = performance.now() + third; performance.now() < end; await sleep(3_000)) {
        proxy.freeze();
        await sleep(2_000);
        proxy.cut();
        proxy.thaw();
      }
    },
  },
  F18: {
    title: 'the database restored from a backup that lacks the last votes; then as it was',
    fault: restoredFromBackup,
  },
  F20: {
    title: 'a sealed ballot altered, removed, inserted in the database: named by the audit and by a witness',
    fault: ({ seconds }) => sleep(seconds * 1000),
    after: tamperings,
  },
};

async function restoredFromBackup({ intake, load, mongodb, seconds, must, defer }: Scene): Promise<void> {
  const witness = await watch(intake, defer);
  const [backup, latest] = [`${mongodb.directory}.backup`, `${mongodb.directory}.latest`];
  const replace = async (by: string, keepAs: string): Promise<void> => {
    await mongodb.kill();
    renameSync(mongodb.directory, keepAs);
    renameSync(by, mongodb.directory);
    await mongodb.start();
  };
  await mongodb.stop();
  cpSync(mongodb.directory, backup, { recursive: true });
  await mongodb.start();
  await sleep((seconds * 1000) / 2);
  const before = await witness.signed();
  // Nobody votes while the old state is there: what it took would be gone again.
  await load.stop();
  await intake.settled();
  const whole = await intake.settled();
  must((await witness.reaches(whole.leaves.length)) > before, 'the witness signed nothing, so nothing was tried');
  await replace(backup, latest);
  await sleep((seconds * 1000) / 2);
  const contest = { contest: intake.contest.contestId };
  const [entries, head] = await intake.withStores(async ({ leaves, heads }) => [
    await leaves.countDocuments(contest),
    (await heads.find(contest).sort({ size: -1 }).limit(1).lean())[0]!.size,
  ]);
  must(entries < whole.leaves.length, 'the backup lacks nothing, so nothing was tried');
  const [code] = await Promise.all([
    stoppedLogs(intake.child.url),
    intake.ask(await intake.voter(), crypto.randomUUID()).catch(() => null),
  ]);
  must(code > 0, 'veche_voting_logs_stopped is 0: the service has not seen the loss');
  await sleep(3_000);
  const after = await intake.withStores(async ({ leaves, heads }) => [
    await leaves.countDocuments(contest),
    (await heads.find(contest).sort({ size: -1 }).limit(1).lean())[0]!.size,
  ]);
  must(
    String(after) === String([entries, head]),
    `sealed or signed over the loss: ${String([entries, head])} became ${String(after)}`,
  );
  must((await witness.signed()) === whole.leaves.length, 'the witness went back');
  await replace(latest, backup);
  rmSync(backup, { recursive: true, force: true });
  must((await witness.alarms()).length === 0, 'the witness raised an alarm over a log that came back as it was');
}

async function stoppedLogs(url: string): Promise<number> {
  for (let n = 0; n < 60; n += 1) {
    const text = await fetch(`${url}/metrics`).then(
      (answer) => answer.text(),
      () => '',
    );
    const found = Number(/^veche_voting_logs_stopped(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1] ?? 0);
    if (found > 0) return found;
    await sleep(500);
  }
  return 0;
}

async function tamperings({ intake, must, defer }: Scene): Promise<void> {
  const witness = await watch(intake, defer);
  const { contestId: contest } = intake.contest;
  await intake.withStores(async (stores) => {
    const size = await stores.leaves.countDocuments({ contest });
    await witness.reaches(size);
    const at = Math.floor(size / 2);
    const entry = (await stores.leaves.findById(leafId(contest, at)).lean())!;
    const ballot = (await stores.ballots.findById(entry.ballot).lean())!;
    const named = async (what: string, fault: string, leaf: string): Promise<void> => {
      const found = await intake.audit(stores);
      must(
        found.some((line) => line.includes(fault) && line.includes(leaf)),
        `${what} is not named: ${found.slice(0, 3).join('; ')}`,
      );
    };
    const record = ballot.record.replace(/"nonce":"../, '"nonce":"00');
    await stores.ballots.updateOne({ _id: ballot._id }, { $set: { record } });
    await named('an altered ballot', 'BALLOT_CHANGED', ballot.leaf);
    await stores.ballots.deleteOne({ _id: ballot._id });
    await named('a removed ballot', 'ENTRY_WITHOUT_BALLOT', ballot.leaf);
    await stores.ballots.collection.insertOne(ballot as never);
    const leaf = createHash('sha256').update('invented').digest('hex');
    const invented = { ...ballot, _id: `${contest}:${'0'.repeat(32)}:000001`, leaf };
    await stores.ballots.collection.insertOne(invented as never);
    await named('an inserted ballot', 'BALLOT_CHANGED', leaf);
    await stores.ballots.deleteOne({ _id: invented._id });
    await stores.leaves.updateOne({ _id: entry._id }, { $set: { leaf } });
    await named('an altered entry', 'ENTRY_WITHOUT_BALLOT', leaf);
    const alarm = await witness.alarm();
    must(JSON.stringify(alarm ?? '').includes(entry.leaf), 'the witness did not name the altered entry');
    await stores.leaves.updateOne({ _id: entry._id }, { $set: { leaf: entry.leaf } });
  });
}
