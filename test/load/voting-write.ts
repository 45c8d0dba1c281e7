import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { Pool } from 'undici';
import { makeIssuer } from '@veche/kit/testing/tokens';
import { CAST_BALLOT_HASH } from '../../services/voting/src/prepared.ts';
import { cpuSeconds } from './process-cpu.ts';

/**
 * Accepted durable ballots per Node-CPU-second of the voting service, beside a bare node:http server that answers a POST of the same size in
 * the same run: one service whose database is empty, one that has taken many ballots before. Rounds are interleaved, the first ones only warm up;
 * the databases are on the server of TEST_MONGODB_URI.
 */
const ROUND = Number(process.env.LOAD_ROUND ?? 2500);
const ROUNDS = Number(process.env.LOAD_ROUNDS ?? 8);
const PRELOAD = Number(process.env.LOAD_PRELOAD ?? 200_000);
const WARM_UP = 4;
/** As on the last evening: many devices at once, each waiting for its receipt. */
const CONNECTIONS = Number(process.env.LOAD_CONNECTIONS ?? 256);
const BATCH = 500;

interface Server {
  child: ChildProcess;
  port: number;
}

const issuer = await makeIssuer();

async function start(file: string, ...args: string[]): Promise<Server> {
  const child = fork(new URL(file, import.meta.url), args, {
    execArgv: [...process.execArgv, ...(process.env.VFLAGS ?? '').split(' ').filter(Boolean)],
  });
  child.once('exit', (code) => {
    if (code) throw new Error(`${file} ended with ${code}`);
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { child, port };
}

async function ask<T>({ child }: Server, message: object): Promise<T> {
  const answer = once(child, 'message');
  child.send(message);
  return ((await answer) as [T])[0];
}

/** A voter's device: its token was signed before it votes, and no two requests bring the same one. */
interface Voter {
  token: string;
  /** Of the request that is the same for every contest but for its ids. */
  key: string;
}

let voters = 0;

function signed(count: number): Promise<Voter[]> {
  const sign = async (): Promise<Voter> => {
    voters += 1;
    const claims = { assurance: 'confirmed', birthdate: '1990-01-01', residence: '71876000' } as const;
    const token = await issuer.sign({ ...claims, sub: randomUUID(), roles: ['citizen'], voterKey: `load-${voters}` });
    return { token, key: randomUUID() };
  };
  return Promise.all(Array.from({ length: count }, sign));
}

interface Request {
  token: string;
  body: string;
}

const requestsOf = (work: readonly Voter[], { contestId, projects }: Contest): Request[] =>
  work.map(({ token, key }) => ({
    token,
    body: JSON.stringify({
      variables: {
        input: { idempotencyKey: key, contestId, choices: [{ project: projects[0] }, { project: projects[1] }] },
      },
    }),
  }));

/** What one round took. */
interface Figure {
  cpu: number;
  seconds: number;
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
  return { cpu, seconds, accepted: good };
}

const sum = (figures: Figure[], of: keyof Figure): number => figures.reduce((total, figure) => total + figure[of], 0);
/** Over all rounds together: the machine is noisy, and the kernel counts processor time in hundredths of a second. */
const perCpu = (figures: Figure[]): number => sum(figures, 'accepted') / sum(figures, 'cpu');
const perSecond = (figures: Figure[]): number => sum(figures, 'accepted') / sum(figures, 'seconds');
const isReceipt = (text: string): boolean => text.includes('"receipt":{"code"');

const newContest = () => ({ contestId: randomUUID(), projects: [randomUUID(), randomUUID(), randomUUID()] });
type Contest = ReturnType<typeof newContest>;

/** A voting service with a database of its own and one open contest. */
interface Subject {
  label: string;
  server: Server;
  contest: Contest;
  sent: number;
  figures: Figure[];
}

async function subject(label: string): Promise<Subject> {
  const server = await start('voting-server.ts', issuer.issuer, JSON.stringify(issuer.jwks));
  const contest = newContest();
  await ask(server, { open: contest });
  return { label, server, contest, sent: 0, figures: [] };
}

async function vote(of: Subject, work: readonly Voter[]): Promise<void> {
  of.figures.push(await round(of.server, `/graphql/${CAST_BALLOT_HASH}`, requestsOf(work, of.contest), isReceipt));
  of.sent += ROUND;
}

/** Fills a contest through the same write path, in batches as paper ballots come. */
async function preload({ server, contest, ...of }: Subject): Promise<number> {
  const token = await issuer.sign({ sub: randomUUID(), roles: ['importer'], territories: ['00000000'] });
  const query =
    'mutation ($input: CastBallotsInput!) { castBallots(input: $input) { results { rejection { code } } } }';
  for (let from = 0; from < PRELOAD; from += BATCH) {
    const ballots = Array.from({ length: BATCH }, (_, n) => ({
      idempotencyKey: `preload-${from + n}`,
      voterKey: `preload-${from + n}`,
      choices: [{ project: contest.projects[0]! }],
    }));
    const answer = await fetch(`http://127.0.0.1:${server.port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({
        query,
        variables: { input: { contestId: contest.contestId, channel: 'load', ballots } },
      }),
    });
    if (!answer.ok) throw new Error(`${of.label}: ${await answer.text()}`);
    await answer.arrayBuffer();
  }
  return PRELOAD;
}

const shown = (value: number): string => Math.round(value).toString().padStart(7);

async function finish({ label, server, contest, sent, figures }: Subject, bares: Figure[]): Promise<boolean> {
  const { rows } = await ask<{ rows: number }>(server, { count: contest.contestId });
  const wall = perSecond(figures);
  const ratio = perCpu(figures) / perCpu(bares);
  console.log(
    `${label.padEnd(26)}${shown(perCpu(figures))}/cpu-s ${shown(wall)}/s wall  ratio ${ratio.toFixed(3)}  stored ${rows} of ${sent}  goal 0.15 ${ratio >= 0.15 ? 'reached' : 'NOT reached'}`,
  );
  server.child.send({ stop: true });
  await once(server.child, 'exit');
  return rows === sent;
}

const bare = await start('bare-server.ts');
const [empty, full] = [await subject('no ballots before'), await subject(`${PRELOAD} ballots before`)];
const begun = performance.now();
full.sent += await preload(full);
console.log(`${PRELOAD} ballots cast beforehand in ${((performance.now() - begun) / 1000).toFixed(0)} s`);

const bares: Figure[] = [];
for (let n = 0; n < WARM_UP + ROUNDS; n++) {
  const work = await signed(ROUND);
  await vote(empty, work);
  const same = requestsOf(work, empty.contest);
  bares.push(await round(bare, '/', [...same, ...same, ...same], () => true));
  await vote(full, work);
}
for (const list of [bares, empty.figures, full.figures]) list.splice(0, WARM_UP);
console.log(`${'bare node:http POST'.padEnd(26)}${shown(perCpu(bares))}/cpu-s`);
const cost = perCpu(empty.figures) / perCpu(full.figures);
const whole = [await finish(empty, bares), await finish(full, bares)].every(Boolean);
console.log(
  `cost of a ballot after ${PRELOAD} against none: ${cost.toFixed(2)} (${cost < 1.2 ? 'independent' : 'NOT independent'}); load of the machine ${loadavg()[0]!.toFixed(1)}`,
);
bare.child.kill();
process.exit(whole ? 0 : 1);
