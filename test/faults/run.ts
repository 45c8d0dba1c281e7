// faults F1|F4|F12 [--seconds 30]     TEST_MONGODB_URI names the database
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { TEST_MONGODB_URI } from '@veche/kit/testing/harness';
import { FaultProxy } from './fault-proxy.ts';
import { Intake, type Outcome } from './intake.ts';

/** Longer forms of fault cases: steady load with re-votes, the fault, its end, then every receipt against the log and all invariants. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '30' } },
});
const SECONDS = Number(values.seconds);
const CLIENTS = 16;
/** How long after its end a fault may still be felt (I10). */
const HEALED_MS = 60_000;

interface Case {
  title: string;
  fault(intake: Intake, proxy: FaultProxy, until: number): Promise<void>;
}

const cases: Record<string, Case> = {
  F1: {
    title: 'kill -9 of voting at random moments',
    fault: async (intake, _proxy, until) => {
      while (performance.now() < until) {
        await sleep(500 + Math.random() * 4_000);
        await intake.kill();
        await intake.start();
      }
    },
  },
  F4: {
    title: 'the database stops, answers a second late, and loses all connections',
    fault: async (_intake, proxy, until) => {
      const third = (until - performance.now()) / 3;
      proxy.freeze();
      await sleep(third);
      proxy.thaw();
      proxy.delay(500);
      await sleep(third);
      proxy.delay(0);
      for (; performance.now() < until; await sleep(700)) proxy.cut();
    },
  },
  F12: {
    title: '30 % of the connections reset again and again, five seconds of latency, half-open connections',
    fault: async (_intake, proxy, until) => {
      const third = (until - performance.now()) / 3;
      for (const end = performance.now() + third; performance.now() < end; await sleep(300)) proxy.cut(0.3);
      proxy.delay(2_500);
      await sleep(third);
      proxy.delay(0);
      for (; performance.now() < until; await sleep(3_000)) {
        proxy.freeze();
        await sleep(2_000);
        proxy.cut();
        proxy.thaw();
      }
    },
  },
};

async function run(name: string, { title, fault }: Case): Promise<boolean> {
  const { hostname, port } = new URL(TEST_MONGODB_URI);
  const proxy = await FaultProxy.before(hostname, Number(port));
  const intake = new Intake(`mongodb://127.0.0.1:${proxy.port}/?directConnection=true`);
  await intake.start();
  await intake.open();
  const outcomes: Outcome[] = [];
  let more = true;
  const client = async (): Promise<void> => {
    while (more) {
      const token = await intake.voter();
      const first = await intake.vote(token, { seconds: SECONDS + 90 });
      outcomes.push(first);
      // One in four thinks again, one in ten sends the same once more.
      if (Math.random() < 0.25) outcomes.push(await intake.vote(token, { project: 1, seconds: SECONDS + 90 }));
      if (Math.random() < 0.1) await intake.vote(token, { key: first.key });
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  await sleep(3_000);
  await fault(intake, proxy, performance.now() + SECONDS * 1000);
  proxy.delay(0);
  const healed = performance.now();
  const probe = await intake.vote(await intake.voter());
  outcomes.push(probe);
  const recovery = performance.now() - healed;
  await sleep(3_000);
  more = false;
  await Promise.all(clients);
  const { violations, leaves } = await intake.settled();
  await intake.end();
  await proxy.close();
  return told(name, title, { outcomes, violations, leaves, recovery });
}

function told(
  name: string,
  title: string,
  {
    outcomes,
    violations,
    leaves,
    recovery,
  }: { outcomes: Outcome[]; violations: string[]; leaves: string[]; recovery: number },
): boolean {
  const receipts = new Set(outcomes.flatMap(({ receipt }) => receipt ?? []));
  const lost = [...receipts].filter((leaf) => !leaves.includes(leaf)).length;
  const unanswered = outcomes.filter(({ refusal }) => refusal !== null);
  const repeated = outcomes.filter(({ attempts }) => attempts > 1).length;
  const slowest = Math.max(...outcomes.map(({ slowestMs }) => slowestMs));
  const good =
    lost === 0 &&
    leaves.length === receipts.size &&
    unanswered.length === 0 &&
    violations.length === 0 &&
    recovery < HEALED_MS;
  console.log(
    `${name} ${good ? 'holds' : 'DOES NOT HOLD'}: ${title}; ${outcomes.length} votes, ${repeated} after repetition, receipts lost ${lost}, leaves without a receipt ${leaves.length - receipts.size}, without an answer ${unanswered.length}, slowest answer ${slowest.toFixed(0)} ms, first vote after the fault ${recovery.toFixed(0)} ms, violations ${violations.length}`,
  );
  for (const violation of violations.slice(0, 10)) console.log(`  ${violation}`);
  return good;
}

const wanted = positionals.length > 0 ? positionals : Object.keys(cases);
const unknown = wanted.filter((name) => !cases[name]);
if (unknown.length > 0) {
  console.error(`Known cases: ${Object.keys(cases).join(', ')}`);
  process.exit(2);
}
let good = true;
for (const name of wanted) good = (await run(name, cases[name]!)) && good;
process.exit(good ? 0 : 1);
