import { loadavg } from 'node:os';
import { Pool } from 'undici';
import { cpuSeconds } from './process-cpu.ts';
import {
  ask,
  CAST_PATH,
  isReceipt,
  newContest,
  preload,
  requestOf,
  signed,
  start,
  startGateway,
  startVoting,
  stop,
  stored,
  type CastRequest,
  type Contest,
  type Server,
} from './voters.ts';

/**
 * Accepted durable ballots per Node-CPU-second, beside a bare node:http server that answers a POST of the same size in the same run: one voting
 * service whose database is empty, asked straight with tokens that it never saw, with tokens that the page of the ballot has brought before, and
 * through a gateway (whose processor time counts too); and one service that has taken many ballots before.
 * Rounds are interleaved, the first ones only warm up; the databases are on the server of TEST_MONGODB_URI.
 */
const ROUND = Number(process.env.LOAD_ROUND ?? 2500);
const ROUNDS = Number(process.env.LOAD_ROUNDS ?? 8);
const PRELOAD = Number(process.env.LOAD_PRELOAD ?? 200_000);
const WARM_UP = 4;
/** As on the last evening: many devices at once, each waiting for its receipt. */
const CONNECTIONS = Number(process.env.LOAD_CONNECTIONS ?? 256);
/** Ratio to the bare server (voting.md 4.3, T1); through the gateway half of it. */
const GOAL = 0.25;

/** What one round took. */
interface Figure {
  cpu: number;
  seconds: number;
  accepted: number;
}

/** One way to vote: a contest, whom to ask, and whose processor time counts. */
interface Lane {
  label: string;
  goal: number | null;
  server: Server;
  processes: readonly Server[];
  path: string;
  contest: Contest;
  figures: Figure[];
  /** The voter's page has asked before whether the person may vote, so the service has met the token. */
  met?: true;
}

/** What the page of a ballot asks before the vote; not measured. */
async function openPage({ server, contest }: Lane, work: CastRequest[]): Promise<void> {
  const pool = new Pool(`http://127.0.0.1:${server.port}`, { connections: 64 });
  const query = 'query ($id: ID!) { myEligibility(contestId: $id) { eligible } }';
  const body = JSON.stringify({ query, variables: { id: contest.contestId } });
  const ask = async ({ headers }: CastRequest) => {
    const answer = await pool.request({ path: '/graphql', method: 'POST', headers, body });
    if (!(await answer.body.text()).includes('true')) throw new Error('a voter of the load may not vote');
  };
  await Promise.all(work.map(ask));
  await pool.close();
}

async function round({ server, processes, path, figures }: Lane, work: CastRequest[], is = isReceipt): Promise<void> {
  const pool = new Pool(`http://127.0.0.1:${server.port}`, { connections: CONNECTIONS });
  const used = (): number => processes.reduce((sum, { child }) => sum + cpuSeconds(child.pid!), 0);
  const queue = [...work];
  const [before, begun] = [used(), performance.now()];
  let accepted = 0;
  const worker = async (): Promise<void> => {
    for (let next = queue.pop(); next; next = queue.pop()) {
      const { body } = await pool.request({ path, method: 'POST', ...next });
      if (is(await body.text())) accepted += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  figures.push({ cpu: used() - before, seconds: (performance.now() - begun) / 1000, accepted });
  await pool.close();
}

const sum = (figures: Figure[], of: keyof Figure): number => figures.reduce((total, figure) => total + figure[of], 0);
/** Over all rounds together: the machine is noisy, and the kernel counts processor time in hundredths of a second. */
const perCpu = ({ figures }: Lane): number => sum(figures, 'accepted') / sum(figures, 'cpu');
const perSecond = ({ figures }: Lane): number => sum(figures, 'accepted') / sum(figures, 'seconds');

async function opened(voting: Server): Promise<Contest> {
  const contest = newContest();
  await ask(voting, { open: contest });
  return contest;
}

const bare = await start('bare-server.ts');
const [fresh, used] = [await startVoting(), await startVoting()];
const gateway = await startGateway(fresh);
const lane = (label: string, goal: number | null, server: Server, contest: Contest, path = CAST_PATH): Lane => ({
  label,
  goal,
  server,
  contest,
  path,
  figures: [],
  processes: server === gateway ? [gateway, fresh] : [server],
});
const full = lane(`${PRELOAD} ballots before`, GOAL, used, await opened(used));
const begun = performance.now();
await preload(used, full.contest, PRELOAD, () => [full.contest.projects[0]!]);
console.log(`${PRELOAD} ballots cast beforehand in ${((performance.now() - begun) / 1000).toFixed(0)} s`);

const base = lane('bare node:http POST', null, bare, newContest(), '/');
const empty = lane('no ballots before', GOAL, fresh, await opened(fresh));
const through = lane('through the gateway', GOAL / 2, gateway, await opened(fresh));
const met: Lane = { ...lane('token met before', GOAL, fresh, await opened(fresh)), met: true };
const lanes = [empty, full, met, through];
for (let n = 0; n < WARM_UP + ROUNDS; n++) {
  const voters = await signed(ROUND);
  for (const each of lanes) {
    const work = voters.map((voter) => requestOf(voter, each.contest));
    if (each.met) await openPage(each, work);
    await round(each, work);
    await round(base, work, () => true);
  }
}
for (const { figures } of lanes) figures.splice(0, WARM_UP);
base.figures.splice(0, WARM_UP * lanes.length);

const shown = (value: number): string => Math.round(value).toString().padStart(7);
let whole = true;
console.log(`${base.label.padEnd(24)}${shown(perCpu(base))}/cpu-s`);
for (const each of lanes) {
  const ratio = perCpu(each) / perCpu(base);
  const sent = ROUND * (WARM_UP + ROUNDS) + (each === full ? PRELOAD : 0);
  const rows = await stored(each === full ? used : fresh, each.contest);
  whole &&= rows === sent;
  console.log(
    `${each.label.padEnd(24)}${shown(perCpu(each))}/cpu-s ${shown(perSecond(each))}/s wall  ratio ${ratio.toFixed(3)} (goal ${each.goal}: ${ratio >= each.goal! ? 'reached' : 'NOT reached'})  stored ${rows} of ${sent}`,
  );
}
const cost = perCpu(empty) / perCpu(full);
console.log(
  `cost of a ballot after ${PRELOAD} against none: ${cost.toFixed(2)} (${cost < 1.2 ? 'independent' : 'NOT independent'}); load of the machine ${loadavg()[0]!.toFixed(1)}`,
);
bare.child.kill();
for (const server of [gateway, fresh, used]) await stop(server);
process.exit(whole ? 0 : 1);
