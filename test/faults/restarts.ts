import { createPublicKey, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectMongo } from '@veche/kit';
import { freePorts } from '../../stand/src/ports.ts';
import { allParts, Stand } from '../../stand/src/stand.ts';
import { takeInstance, type State } from '../../stand/src/state.ts';
import { auditContest } from '../../services/voting/src/audit/audit.ts';
import { fileKeys } from '../../services/voting/src/box/keys.ts';
import { determine } from '../../services/voting/src/count/counting.ts';
import { CAST_BALLOT_HASH } from '../../services/voting/src/prepared.ts';
import { makeStores } from '../../services/voting/src/store.ts';
import { listed, published } from '../../services/voting/test/setup.ts';
import { LogClient } from '../../services/voting/witness/log-client.ts';
import { checkReceipt, parseReceipt } from '../../services/voting/witness/receipt.ts';
import { eventually } from '../journeys/platform.ts';
import { resident } from '../journeys/story/people.ts';
import type { Session, StandState } from '../login/driver.ts';
import type { Row } from './case.ts';
import { asMessage, KafkaSide } from './kafka-side.ts';
import { running } from './own-part.ts';

const VOTERS = 12;
const PATIENCE_MS = 180_000;
const BACK_S = 180;
/** Receipts that the outsiders' program checks by proof; every one is looked for in the log. */
const PROVEN = 60;

interface Held {
  leaf: string;
  signed: string;
}

/** What the clients of the whole platform went through. */
class Voters {
  readonly held: Held[] = [];
  sent = 0;
  unknown = 0;
  slowestMs = 0;
  readonly refused: string[] = [];
  readonly #url: string;
  readonly #contest: { contestId: string; projects: string[] };

  constructor(gateway: string, contest: { contestId: string; projects: string[] }) {
    this.#url = `${gateway}/graphql/${CAST_BALLOT_HASH}`;
    this.#contest = contest;
  }

  /** One vote with one key until there is a receipt or a reason; true when there is a receipt. */
  async vote(session: Session, key: string = randomUUID(), project = 0): Promise<boolean> {
    const begun = performance.now();
    while (performance.now() - begun < PATIENCE_MS) {
      const asked = performance.now();
      this.sent += 1;
      const answer = await this.#ask(session, key, project).catch(() => null);
      this.slowestMs = Math.max(this.slowestMs, performance.now() - asked);
      const { receipt, rejection } = answer?.data?.castBallot ?? {};
      if (receipt) {
        this.held.push(receipt);
        return true;
      }
      if (rejection && rejection.code !== 'OVERLOADED') {
        this.refused.push(rejection.code);
        return false;
      }
      await sleep(200);
    }
    this.unknown += 1;
    return false;
  }

  async #ask(session: Session, key: string, project: number) {
    const { contestId, projects } = this.#contest;
    const input = { idempotencyKey: key, contestId, choices: [{ project: projects[project % 3] }] };
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await session.token()}` },
      body: JSON.stringify({ variables: { input } }),
      signal: AbortSignal.timeout(15_000),
    });
    return (await response.json()) as {
      data?: { castBallot?: { receipt: Held | null; rejection: { code: string } | null } };
    };
  }
}

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
    const sessions = await open(state, contest);
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

/** Tells the platform of a contest as its organiser's service would, and signs people in through Keycloak and ESIA. */
async function open(state: State, contest: { contestId: string; projects: string[] }): Promise<Session[]> {
  const kafka = new KafkaSide(state.urls['kafka']!);
  const from = Date.now();
  const stages = [
    {
      type: 'VOTING',
      opensAt: new Date(from - 60_000).toISOString(),
      closesAt: new Date(from + 86_400_000).toISOString(),
    },
  ];
  const told = published(contest, { visibility: 'LIVE' });
  const open_ = { ...told, data: { ...(told.data as object), stages } as never };
  await kafka.bus.publish([open_, listed(contest)].map((event, n) => asMessage(event, n + 1)));
  await kafka.bus.close();
  const sessions: Session[] = [];
  for (let n = 1; n <= VOTERS; n += 1) sessions.push(await resident(state as unknown as StandState, `citizen-${n}`));
  await eventually('the vote is open', async () => {
    const answer = await fetch(`${state.urls['gateway']}/live/contests/${contest.contestId}/snapshot`);
    return answer.ok && ((await answer.json()) as { state: string }).state === 'OPEN';
  });
  return sessions;
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

/** Every receipt against the open log, a part of them by proof against the head of both witnesses; then the invariants. */
async function compare(state: State, contest: string, { held, refused, unknown }: Voters): Promise<string[]> {
  const receipts = new Map(held.map(({ leaf, signed }) => [leaf, signed]));
  const log = new LogClient(state.urls['gateway']!);
  const head = await eventually(
    'both witnesses signed a head over all receipts',
    async () => {
      const one = await log.head(contest, 2);
      return one.size >= receipts.size && one;
    },
    120,
  );
  const entries = new Set(await log.entries(contest, 0, head.size));
  const lost = [...receipts.keys()].filter((leaf) => !entries.has(leaf));
  const keys = await log.keys();
  const broken: string[] = [];
  const every = Math.ceil(receipts.size / PROVEN);
  let proven = 0;
  for (const text of [...receipts.values()].filter((_, n) => n % every === 0)) {
    const findings = await checkReceipt(parseReceipt(text)!, { log, keys, need: 2, now: new Date() });
    const wrong = findings.find(({ verdict }) => verdict !== 0);
    if (wrong) broken.push(wrong.text);
    else proven += 1;
  }
  console.log(
    `  receipts held ${receipts.size}, in the log ${receipts.size - lost.length}, entries of the log ${entries.size}; proven against a head of both witnesses ${proven}`,
  );
  if (lost.length > 0) broken.push(`I1 ${lost.length} receipts are not in the log`);
  if (entries.size !== receipts.size) broken.push(`I2 ${entries.size} entries, ${receipts.size} receipts`);
  if (unknown > 0) broken.push(`I9 ${unknown} without a definite answer`);
  if (refused.length > 0) broken.push(`${refused.length} refused: ${refused[0]}`);
  return [...broken, ...(await audited(state, contest))];
}

async function audited(state: State, contest: string): Promise<string[]> {
  const connection = await connectMongo(state.urls['mongodb']!, 'veche_voting');
  try {
    const stores = makeStores(connection);
    const found = await auditContest(
      {
        stores,
        logKey: createPublicKey(fileKeys(join(state.secrets, 'voting')).logKey),
        now: new Date(),
        stopping: new AbortController().signal,
        determine: (id, voting, version) => determine(stores, id, voting, version),
      },
      (await stores.votings.load(contest))!,
    );
    return found.slice(0, 10).map(({ invariant, fault, at }) => `${invariant} ${fault} ${at}`);
  } finally {
    await connection.close();
  }
}
