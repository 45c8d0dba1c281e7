import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../stand/src/ports.ts';
import { allParts, Stand } from '../../stand/src/stand.ts';
import { takeInstance, type State } from '../../stand/src/state.ts';
import { eventually } from '../journeys/platform.ts';
import type { Session } from '../login/driver.ts';
import type { Row } from './case.ts';
import { running } from './own-part.ts';
import { compare, openVote, Voters } from './whole-platform.ts';

const BACK_S = 180;

/** kill -9 of each process of a stand of its own while people vote through the gateway; then every receipt that they hold against the open log. */
export async function restarts(seconds: number): Promise<Row> {
  const begun = performance.now();
  const instance = `faults-${process.pid}`;
  const state = await takeInstance(instance);
  const stand = new Stand(state, await freePorts(), allParts, true);
  const broken: string[] = [];
  const whole = { kill: () => stand.stop() };
  running.add(whole);
  try {
    await stand.start();
    const contest = { contestId: randomUUID(), projects: [randomUUID(), randomUUID(), randomUUID()].sort() };
    const voters = new Voters(state.urls['gateway']!, contest);
    const sessions = await openVote(state, contest);
    const recoveryMs = await killEach(state, voters, sessions, (seconds * 1000) / 15);
    broken.push(...(await compare(state, contest.contestId, voters)));
    const { held, refused, sent, unknown, slowestMs } = voters;
    const accepted = new Set(held.map(({ leaf }) => leaf)).size;
    const title = 'restart of every process';
    const row = { name: 'restarts', title, sent, accepted, refused: refused.length, unknown, recoveryMs, slowestMs };
    return { ...row, seconds: (performance.now() - begun) / 1000, broken };
  } finally {
    running.delete(whole);
    await stand.stop();
    rmSync(state.directory, { recursive: true, force: true });
  }
}

/** Gives the longest time from a kill until the process was back and a new vote had its receipt. */
async function killEach(state: State, voters: Voters, sessions: Session[], pauseMs: number): Promise<number> {
  let going = true;
  const client = async (session: Session, n: number): Promise<void> => {
    for (let vote = 0; going; vote += 1) {
      const key = randomUUID();
      if ((await voters.vote(session, key, n + vote)) && Math.random() < 0.1) await voters.vote(session, key, n + vote);
      await sleep(100);
    }
  };
  const clients = sessions.slice(1).map(client);
  let longest = 0;
  try {
    for (const name of Object.keys(state.parts)) {
      await sleep(pauseMs);
      const { pid } = state.parts[name]!;
      const before = new Set(voters.held.map(({ leaf }) => leaf)).size;
      const begun = performance.now();
      process.kill(pid, 'SIGKILL');
      await eventually(
        `${name} runs again`,
        async () => state.parts[name]!.pid !== pid && (await isReady(state, name)),
        BACK_S,
      );
      await voters.vote(sessions[0]!);
      const took = performance.now() - begun;
      longest = Math.max(longest, took);
      const more = new Set(voters.held.map(({ leaf }) => leaf)).size - before;
      console.log(
        `  ${name.padEnd(13)} killed; back with a new receipt after ${(took / 1000).toFixed(1)} s, ${more} receipts meanwhile`,
      );
    }
    await sleep(pauseMs);
  } finally {
    going = false;
    await Promise.all(clients);
  }
  return longest;
}

const HEALTH: Record<string, string> = { keycloak: '/realms/veche', 'esia-double': '/livez' };

async function isReady({ urls }: State, name: string): Promise<boolean> {
  const address = { 'esia-double': urls['esiaDouble'], 'esia-bridge': urls['esiaBridge'] }[name] ?? urls[name]!;
  // Stores speak no HTTP: whether they are back, the next vote says.
  if (!address.startsWith('http')) return true;
  const path = HEALTH[name] ?? (name.startsWith('witness') ? '/livez' : '/readyz');
  return fetch(`${address}${path}`, { signal: AbortSignal.timeout(2_000) }).then(({ ok }) => ok);
}
