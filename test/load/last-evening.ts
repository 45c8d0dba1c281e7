import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { percentile } from '../percentile.ts';
import { cpuSeconds, listenerOn } from './process-cpu.ts';
import {
  ask,
  CAST_PATH,
  isReceipt,
  newContest,
  requestOf,
  signed,
  start,
  startVoting,
  stop,
  stored,
  type CastRequest,
  type Server,
} from './voters.ts';

/**
 * The last evening (voting.md 4.3). T2: votes arrive at a constant rate, whatever the answers take. T3: a burst within one second after a quiet
 * time; who is told to try again does so with the same key. Every request must end in a receipt, and every receipt be one stored ballot.
 * The log is sealed meanwhile; the database is on the server of TEST_MONGODB_URI.
 */
const RATE = Number(process.env.LOAD_RATE ?? 1000);
const SECONDS = Number(process.env.LOAD_SECONDS ?? 60);
const BURST = Number(process.env.LOAD_BURST ?? 5000);
/** Voters of a minute; more would only be more signing of tokens beforehand. */
const VOTERS = 60_000;
const QUIET_S = Number(process.env.LOAD_QUIET ?? 10);
const GOAL_P99_MS = 500;
const GOAL_BURST_MS = 5000;
const TRIES = 10;

interface Ended {
  receipt: boolean;
  /** Until the first definite answer, a receipt or "try again after n seconds", and until the receipt. */
  firstMs: number;
  lastMs: number;
}

const database = listenerOn(Number(new URL(process.env.TEST_MONGODB_URI!).port || 27017));
const agent = new Agent({ connections: 2000, pipelining: 1 });

async function voteOnce(url: string, cast: CastRequest): Promise<string> {
  const { body } = await request(url, { dispatcher: agent, method: 'POST', ...cast });
  return body.text();
}

/** A voter's device: it repeats what was not accepted, with the same key. */
async function vote(url: string, cast: CastRequest): Promise<Ended> {
  const begun = performance.now();
  let firstMs: number | null = null;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const text = await voteOnce(url, cast).catch((error: Error) => error.message);
    if (isReceipt(text)) {
      const lastMs = performance.now() - begun;
      return { receipt: true, firstMs: firstMs ?? lastMs, lastMs };
    }
    if (text.includes('"OVERLOADED"')) firstMs ??= performance.now() - begun;
    await sleep(3000);
  }
  return { receipt: false, firstMs: firstMs ?? Infinity, lastMs: Infinity };
}

/** Starts the votes evenly over the seconds, never waiting for an answer. */
async function arrive(url: string, count: number, seconds: number, request: (index: number) => CastRequest) {
  const begun = performance.now();
  const gap = (seconds * 1000) / count;
  const all: Promise<Ended>[] = [];
  for (let index = 0; index < count; index++) {
    const wait = begun + index * gap - performance.now();
    if (wait > 1) await sleep(wait);
    all.push(vote(url, request(index)));
  }
  return Promise.all(all);
}

const ms = (value: number): string => `${value.toFixed(0)} ms`;
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

/** The voters of a minute come again in the next minute to another contest; by then the service has forgotten their tokens. */
/** Seconds that follow each other as spans, so that what comes at intervals is seen: ": 3-5 63-65". */
function spans(seconds: readonly number[]): string {
  const starts = seconds.filter((second, index) => second !== seconds[index - 1]! + 1);
  const ends = seconds.filter((second, index) => second !== seconds[index + 1]! - 1);
  return seconds.length === 0 ? '' : `: ${starts.map((start, index) => `${start}-${ends[index]}`).join(' ')}`;
}

async function scene(voting: Server, label: string, count: number, seconds: number) {
  const voters = await signed(Math.min(count, VOTERS));
  const contests = Array.from({ length: Math.ceil(count / VOTERS) }, newContest);
  for (const contest of contests) await ask(voting, { open: contest });
  await sleep(QUIET_S * 1000);
  const used = (): number[] => [voting.child.pid!, ...(database ? [database] : [])].map(cpuSeconds);
  const before = used();
  const begun = performance.now();
  const url = `http://127.0.0.1:${voting.port}${CAST_PATH}`;
  const ended = await arrive(url, count, seconds, (index) =>
    requestOf(voters[index % VOTERS]!, contests[Math.floor(index / VOTERS)]!),
  );
  const wall = (performance.now() - begun) / 1000;
  const [service, store] = used().map((now, index) => percent((now - before[index]!) / wall));
  let rows = 0;
  for (const contest of contests) rows += await stored(voting, contest);
  const receipts = ended.filter(({ receipt }) => receipt).length;
  const first = ended.map(({ firstMs }) => firstMs);
  const last = ended.map(({ lastMs }) => lastMs);
  const ofSecond = (second: number) =>
    first.slice(Math.floor((second * count) / seconds), Math.floor(((second + 1) * count) / seconds));
  const slow = Array.from({ length: Math.ceil(seconds) }, (_, second) => second).filter(
    (second) => percentile(ofSecond(second), 0.99) > GOAL_P99_MS,
  );
  console.log(
    `${label}: ${count} votes in ${wall.toFixed(1)} s (${(receipts / wall).toFixed(0)}/s), receipts ${receipts}, stored ${rows}; ` +
      `to the first answer p50 ${ms(percentile(first, 0.5))}, p99 ${ms(percentile(first, 0.99))}, most ${ms(percentile(first, 1))}; ` +
      `to the receipt p99 ${ms(percentile(last, 0.99))}; of a second's votes p99 over ${GOAL_P99_MS} ms in ${slow.length} of ${Math.ceil(seconds)} s${spans(slow)}; ` +
      `of a core: voting ${service}, database ${store ?? 'elsewhere'}; load of the machine ${loadavg()[0]!.toFixed(1)}`,
  );
  return { whole: receipts === count && rows === count, first };
}

/** The baseline of the same run: the same arrivals at a server that only answers. */
async function baseline(): Promise<void> {
  const bare = await start('bare-server.ts');
  const contest = newContest();
  const work = (await signed(Math.min(BURST, 2000))).map((voter) => requestOf(voter, contest));
  const begun = performance.now();
  await Promise.all(work.map((cast) => voteOnce(`http://127.0.0.1:${bare.port}/`, cast)));
  console.log(`bare node:http POST: ${work.length} at once answered in ${ms(performance.now() - begun)}`);
  bare.child.kill();
}

await baseline();
const voting = await startVoting(true);
await scene(voting, 'warm-up', 2000, 4);
const steady = await scene(voting, `T2, ${RATE}/s for ${SECONDS} s`, RATE * SECONDS, SECONDS);
const burst = await scene(voting, `T3, ${BURST} within a second`, BURST, 1);
await stop(voting);
await agent.close();
const verdict = (good: boolean): string => (good ? 'reached' : 'NOT reached');
const t2 = steady.whole && percentile(steady.first, 0.99) < GOAL_P99_MS;
const t3 = burst.whole && percentile(burst.first, 1) <= GOAL_BURST_MS;
console.log(
  `T2 p99 under ${GOAL_P99_MS} ms, none lost: ${verdict(t2)}; T3 each answered within ${GOAL_BURST_MS} ms: ${verdict(t3)}`,
);
process.exit(steady.whole && burst.whole ? 0 : 1);
