import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { CLOSES } from '../../services/voting/test/setup.ts';
import { percentile } from '../percentile.ts';
import {
  ask,
  CAST_PATH,
  isReceipt,
  newContest,
  preload,
  requestOf,
  signed,
  startVoting,
  stop,
  type Contest,
  type Server,
} from './voters.ts';

/**
 * From the close of a contest with a million ballots to its signed result (voting.md 4.3, T4), while another contest goes on taking votes at a constant
 * rate; then the making of the open package. The database is on the server of TEST_MONGODB_URI.
 */
const BALLOTS = Number(process.env.LOAD_BALLOTS ?? 1_000_000);
const PROJECTS = Number(process.env.LOAD_PROJECTS ?? 200);
const RATE = Number(process.env.LOAD_RATE ?? 100);
const PORTION = 10_000;
const BEFORE_S = 30;
const GOAL_S = 60;
/** Of the other contest's p99 (voting.md 4.3). */
const GOAL_CHANGE = 0.2;
const AFTER_CLOSE_MS = 10_000;

const agent = new Agent({ connections: 500, pipelining: 1 });

/** Votes at a constant rate until it is stopped; how long each waited, by when it came. */
class Intake {
  readonly waits: { at: number; ms: number; receipt: boolean }[] = [];
  readonly #url: string;
  readonly #contest: Contest;
  #running = true;
  #ended: Promise<void>;

  constructor({ port }: Server, contest: Contest) {
    this.#url = `http://127.0.0.1:${port}${CAST_PATH}`;
    this.#contest = contest;
    this.#ended = this.#run();
  }

  async #run(): Promise<void> {
    const open: Promise<void>[] = [];
    let next = performance.now();
    while (this.#running) {
      // A second's voters at a time, so that their tokens are never short.
      for (const voter of await signed(RATE)) {
        const wait = next - performance.now();
        if (wait > 1) await sleep(wait);
        next = Math.max(next, performance.now() - 1000) + 1000 / RATE;
        open.push(this.#vote(requestOf(voter, this.#contest)));
      }
    }
    await Promise.all(open);
  }

  async #vote(cast: ReturnType<typeof requestOf>): Promise<void> {
    const at = performance.now();
    const { body } = await request(this.#url, { dispatcher: agent, method: 'POST', ...cast });
    const receipt = isReceipt(await body.text());
    this.waits.push({ at, ms: performance.now() - at, receipt });
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#ended;
  }

  p99(from: number, to: number): number {
    const waits = this.waits.filter(({ at }) => at >= from && at < to);
    return percentile(
      waits.map(({ ms }) => ms),
      0.99,
    );
  }
}

const seconds = (from: number, to = performance.now()): number => (to - from) / 1000;

interface Snapshot {
  head: { size: number; root: string } | null;
  resultVersion: number;
}

async function until({ port }: Server, { contestId }: Contest, is: (snapshot: Snapshot) => boolean): Promise<Snapshot> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/live/contests/${contestId}/snapshot`);
    const snapshot = (await answer.json()) as Snapshot;
    if (is(snapshot)) return snapshot;
    await sleep(200);
  }
}

async function packageOf({ port }: Server, { contestId }: Contest): Promise<number> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/open/contests/${contestId}/package.tar`);
    if (answer.status === 503) {
      await answer.arrayBuffer();
      continue;
    }
    if (!answer.ok) throw new Error(await answer.text());
    let bytes = 0;
    for await (const chunk of answer.body!) bytes += chunk.length;
    return bytes;
  }
}

const voting = await startVoting(true);
const contest = newContest(PROJECTS);
const other = newContest();
await ask(voting, { open: contest });
await ask(voting, { open: { ...other, closesAt: new Date(CLOSES.getTime() + 86_400_000).toISOString() } });

/** Three to ten projects, from a place that the number of the ballot gives. */
const choose = (ballot: number): string[] => {
  const first = Math.imul(ballot, 0x9e3779b1) >>> 0;
  return Array.from({ length: 3 + (first % 8) }, (_, n) => contest.projects[(first + n * n) % PROJECTS]!).filter(
    (project, index, all) => all.indexOf(project) === index,
  );
};
const filling = performance.now();
// In portions, as the log is sealed: a vote of days leaves no backlog, and on some servers a long one slows the sealing down.
for (let from = 0; from < BALLOTS; from += PORTION) {
  const count = Math.min(PORTION, BALLOTS - from);
  await preload(voting, contest, count, choose, from);
  await until(voting, contest, ({ head }) => (head?.size ?? 0) >= from + count);
}
console.log(`${BALLOTS} ballots taken and sealed in ${seconds(filling).toFixed(0)} s`);

const intake = new Intake(voting, other);
await sleep(3000);
const steady = performance.now();
await sleep(BEFORE_S * 1000);
const close = performance.now();
await ask(voting, { clock: new Date(CLOSES.getTime() + AFTER_CLOSE_MS).toISOString() });
const { head } = await until(voting, contest, ({ resultVersion }) => resultVersion > 0);
const counted = performance.now();
const bytes = await packageOf(voting, contest);
const packed = performance.now();
await intake.stop();
const [before, during, packing] = [intake.p99(steady, close), intake.p99(close, counted), intake.p99(counted, packed)];
const change = during / before - 1;
const lost = intake.waits.filter(({ receipt }) => !receipt).length;
const took = seconds(close, counted);
console.log(
  `close to signed result of ${head!.size} ballots, ${PROJECTS} projects: ${took.toFixed(1)} s (goal ${GOAL_S}: ${took <= GOAL_S ? 'reached' : 'NOT reached'})`,
);
console.log(`open package of ${(bytes / 1e6).toFixed(0)} MB made and read in ${seconds(counted, packed).toFixed(1)} s`);
console.log(
  `votes of another contest at ${RATE}/s: p99 before ${before.toFixed(0)} ms, during the count ${during.toFixed(0)} ms (${change >= 0 ? '+' : ''}${(change * 100).toFixed(0)} %, goal under ${GOAL_CHANGE * 100} %: ${change < GOAL_CHANGE ? 'reached' : 'NOT reached'}), ` +
    `during the package ${packing.toFixed(0)} ms; ${intake.waits.length} votes, ${lost} without a receipt; load of the machine ${loadavg()[0]!.toFixed(1)}`,
);
await stop(voting);
await agent.close();
process.exit(lost === 0 ? 0 : 1);
