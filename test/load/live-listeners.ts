import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { Pool } from 'undici';
import { cpuSeconds } from './process-cpu.ts';
import {
  ask,
  CAST_PATH,
  isReceipt,
  issuer,
  newContest,
  requestOf,
  signed,
  start,
  startVoting,
  stop,
} from './voters.ts';

/**
 * Listeners of a running vote on one gateway process: its memory, how long until the last of them has a snapshot, and the intake of votes through the same
 * gateway with them and without, round about. All on one machine: the process of the listeners takes processor time too. Needs `ulimit -n` of the
 * listeners and 1000 more; TEST_MONGODB_URI names the database.
 */
const LISTENERS = Number(process.env.LOAD_LISTENERS ?? 10_000);
const ROUND_MS = Number(process.env.LOAD_SECONDS ?? 10) * 1000;
/** More than are voted in one round. */
const VOTES = Number(process.env.LOAD_VOTES ?? 12_000);
const CONNECTIONS = Number(process.env.LOAD_CONNECTIONS ?? 32);
const MOST_MIB = 512;

const voting = await startVoting(true);
const gateway = await start('gateway-server.ts', [issuer.issuer], {
  SUBGRAPH_VOTING_URL: `http://127.0.0.1:${voting.port}/graphql`,
  LIVE_MAX_LISTENERS: String(LISTENERS),
  LIVE_MAX_PER_ADDRESS: String(LISTENERS),
});
const contest = newContest();
await ask(voting, { open: { ...contest, visibility: 'LIVE' } });

interface Figure {
  perSecond: number;
  p99: number;
  /** Answers that were no receipt. */
  refused: number;
}

/** Votes as fast as they are answered, while the log is sealed and counted each second. */
async function round(): Promise<Figure> {
  const work = (await signed(VOTES)).map((voter) => requestOf(voter, contest));
  const pool = new Pool(`http://127.0.0.1:${gateway.port}`, { connections: CONNECTIONS });
  const times: number[] = [];
  let accepted = 0;
  const begun = performance.now();
  const worker = async (): Promise<void> => {
    for (let next = work.pop(); next && performance.now() - begun < ROUND_MS; next = work.pop()) {
      const at = performance.now();
      const { body } = await pool.request({ path: CAST_PATH, method: 'POST', ...next });
      if (isReceipt(await body.text())) accepted += 1;
      times.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  const took = (performance.now() - begun) / 1000;
  await pool.close();
  times.sort((a, b) => a - b);
  return {
    perSecond: accepted / took,
    p99: times[Math.floor(times.length * 0.99)]!,
    refused: times.length - accepted,
  };
}

function memory(): { now: number; peak: number } {
  const status = readFileSync(`/proc/${gateway.child.pid}/status`, 'utf8');
  const mib = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)![1]) / 1024);
  return { now: mib('VmRSS'), peak: mib('VmHWM') };
}

const shown = (label: string, { perSecond, p99, refused }: Figure): void =>
  console.log(
    `${label.padEnd(28)}${perSecond.toFixed(0).padStart(6)} votes/s  p99 ${p99.toFixed(0).padStart(5)} ms  refused ${refused}`,
  );

await round();
const before = await round();
shown('without listeners', before);
const alone = memory();
const joining = performance.now();
const path = `/live/contests/${contest.contestId}`;
const crowd = fork(new URL('live-crowd.ts', import.meta.url), [String(gateway.port), path, String(LISTENERS)]);
const [{ ready }] = (await once(crowd, 'message')) as [{ ready: number }];
console.log(`${ready} listeners joined in ${((performance.now() - joining) / 1000).toFixed(1)} s`);
const report = (): Promise<Record<string, number>> => ask({ child: crowd, port: 0 }, {});
await report();
const cpu = { gateway: cpuSeconds(gateway.child.pid!), crowd: cpuSeconds(crowd.pid!) };
const begun = performance.now();
const beside = await round();
const took = (performance.now() - begun) / 1000;
const snapshots = await report();
const crowded = memory();
shown(`with ${LISTENERS} listeners`, beside);
const share = (from: number, pid: number) => `${((100 * (cpuSeconds(pid) - from)) / took).toFixed(0)} %`;
console.log(
  `gateway ${alone.now} MiB alone, ${crowded.now} MiB with them (peak ${crowded.peak}); processor: gateway ${share(cpu.gateway, gateway.child.pid!)}, listeners ${share(cpu.crowd, crowd.pid!)}`,
);
console.log(`snapshots: ${JSON.stringify(snapshots)}`);
crowd.kill();
await once(crowd, 'exit');
const after = await round();
shown('after they left', after);
const ratio = beside.perSecond / ((before.perSecond + after.perSecond) / 2);
const fits = crowded.peak <= MOST_MIB && snapshots['lost'] === 0 && snapshots['connected'] === LISTENERS;
const whole = [before, beside, after].every(({ refused }) => refused === 0);
console.log(
  `intake with listeners against without: ${ratio.toFixed(2)}; ${LISTENERS} listeners within ${MOST_MIB} MiB: ${fits ? 'yes' : 'NO'}; load of the machine ${loadavg()[0]!.toFixed(1)}`,
);
await stop(gateway);
await stop(voting);
process.exit(fits && whole ? 0 : 1);
