import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { Pool } from 'undici';
import { CAST_BALLOT_HASH } from '../../services/voting/src/prepared.ts';
import { cpuSeconds } from './process-cpu.ts';

/**
 * Accepted durable ballots per Node-CPU-second of the voting service, beside a bare node:http server that answers a POST of the same size in
 * the same run, with an empty contest and with many ballots already cast. Rounds are interleaved; the database is the one of TEST_MONGODB_URI.
 */
const ROUND = Number(process.env.LOAD_ROUND ?? 3000);
const ROUNDS = Number(process.env.LOAD_ROUNDS ?? 4);
const PRELOAD = Number(process.env.LOAD_PRELOAD ?? 200_000);
const CONNECTIONS = 64;
const BATCH = 500;

interface Server {
  child: ChildProcess;
  port: number;
}

async function start(file: string, ...args: string[]): Promise<Server> {
  const child = fork(new URL(file, import.meta.url), args);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { child, port };
}

async function ask<T>({ child }: Server, message: object): Promise<T> {
  const answer = once(child, 'message');
  child.send(message);
  return ((await answer) as [T])[0];
}

interface Request {
  token: string;
  body: string;
}

let voters = 0;

/** Requests of distinct voters, signed beforehand: a voter's device has its token before it votes. */
async function requests(
  voting: Server,
  contest: { contestId: string; projects: string[] },
  count: number,
): Promise<Request[]> {
  const callers = Array.from({ length: count }, () => {
    voters += 1;
    return {
      sub: randomUUID(),
      roles: ['citizen'],
      assurance: 'confirmed',
      birthdate: '1990-01-01',
      residence: '71876000',
      voterKey: `load-${voters}`,
    };
  });
  const { tokens } = await ask<{ tokens: string[] }>(voting, { tokens: callers });
  return tokens.map((token) => ({
    token,
    body: JSON.stringify({
      extensions: { persistedQuery: { sha256Hash: CAST_BALLOT_HASH } },
      variables: {
        input: {
          idempotencyKey: randomUUID(),
          contestId: contest.contestId,
          choices: [{ project: contest.projects[0] }, { project: contest.projects[1] }],
        },
      },
    }),
  }));
}

interface Figure {
  perCpuSecond: number;
  perSecond: number;
  accepted: number;
}

async function round(
  server: Server,
  path: string,
  work: Request[],
  accepted: (text: string) => boolean,
): Promise<Figure> {
  const pool = new Pool(`http://127.0.0.1:${server.port}`, { connections: CONNECTIONS });
  const queue = [...work];
  const before = cpuSeconds(server.child.pid!);
  const begun = performance.now();
  let good = 0;
  const worker = async (): Promise<void> => {
    for (let next = queue.pop(); next; next = queue.pop()) {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${next.token}` };
      const { body } = await pool.request({ path, method: 'POST', headers, body: next.body });
      if (accepted(await body.text())) good += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  const seconds = (performance.now() - begun) / 1000;
  const cpu = cpuSeconds(server.child.pid!) - before;
  await pool.close();
  return { perCpuSecond: good / cpu, perSecond: good / seconds, accepted: good };
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const isReceipt = (text: string): boolean => text.includes('"receipt":{"code"');

const newContest = () => ({ contestId: randomUUID(), projects: [randomUUID(), randomUUID(), randomUUID()] });

async function measure(
  voting: Server,
  bare: Server,
  contest: ReturnType<typeof newContest>,
  label: string,
): Promise<number> {
  const ratios: number[] = [];
  const figures: Figure[] = [];
  const bares: Figure[] = [];
  for (let n = 0; n < ROUNDS; n++) {
    const work = await requests(voting, contest, ROUND);
    bares.push(await round(bare, '/', [...work, ...work, ...work], () => true));
    figures.push(await round(voting, '/graphql', work, isReceipt));
    ratios.push(figures.at(-1)!.perCpuSecond / bares.at(-1)!.perCpuSecond);
  }
  const pick = (list: Figure[], key: keyof Figure): string =>
    Math.round(median(list.map((figure) => figure[key])))
      .toString()
      .padStart(8);
  const accepted = figures.reduce((sum, figure) => sum + figure.accepted, 0);
  console.log(
    `${label.padEnd(24)} bare ${pick(bares, 'perCpuSecond')}/cpu-s  voting ${pick(figures, 'perCpuSecond')}/cpu-s ${pick(figures, 'perSecond')}/s wall  ratio ${median(ratios).toFixed(3)}  accepted ${accepted} of ${ROUND * ROUNDS}`,
  );
  return median(ratios);
}

/** Fills a contest through the same write path, in batches as paper ballots come. */
async function preload(voting: Server, contestId: string, project: string): Promise<void> {
  const { tokens } = await ask<{ tokens: string[] }>(voting, {
    tokens: [{ sub: randomUUID(), roles: ['importer'], territories: ['71000000'] }],
  });
  const query =
    'mutation ($input: CastBallotsInput!) { castBallots(input: $input) { results { rejection { code } } } }';
  for (let from = 0; from < PRELOAD; from += BATCH) {
    const ballots = Array.from({ length: BATCH }, (_, n) => ({
      idempotencyKey: `preload-${from + n}`,
      voterKey: `preload-${from + n}`,
      choices: [{ project }],
    }));
    const answer = await fetch(`http://127.0.0.1:${voting.port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens[0]}` },
      body: JSON.stringify({ query, variables: { input: { contestId, channel: 'load', ballots } } }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    await answer.arrayBuffer();
  }
}

const [voting, bare] = [await start('voting-server.ts'), await start('bare-server.ts')];
const contest = newContest();
await ask(voting, { open: contest });
await round(voting, '/graphql', await requests(voting, contest, ROUND), isReceipt);
const empty = await measure(voting, bare, contest, 'almost no ballots');
const begun = performance.now();
await preload(voting, contest.contestId, contest.projects[0]!);
console.log(`${PRELOAD} ballots cast beforehand in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
const full = await measure(voting, bare, contest, `after ${PRELOAD} ballots`);
const { rows } = await ask<{ rows: number }>(voting, { count: contest.contestId });
const receipts = ROUND * (2 * ROUNDS + 1) + PRELOAD;
console.log(
  `stored ${rows}, receipts ${receipts}; cost with ${PRELOAD} ballots against none: ${(empty / full).toFixed(2)}; load of the machine ${loadavg()[0]!.toFixed(1)}`,
);
console.log(
  `goal: ratio at least 0.15 (${empty >= 0.15 && full >= 0.15 ? 'reached' : 'NOT reached'}), cost independent of ballots cast (${empty / full < 1.3 ? 'yes' : 'NO'})`,
);
voting.child.send({ stop: true });
bare.child.kill();
await once(voting.child, 'exit');
process.exit(rows === receipts ? 0 : 1);
