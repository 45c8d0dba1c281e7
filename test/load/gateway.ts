import { loadavg } from 'node:os';
import { Pool } from 'undici';
import { cpuSeconds } from './process-cpu.ts';
import { ask, issuer, start, stop, type Server } from './voters.ts';

/**
 * Requests per CPU-second of our gateway beside the library as it comes, before the same subgraphs in the same run: a query joined over three subgraphs
 * with the cache off, and the same query as a public answer that is kept. Then what hostile operations cost beside that query, and what LOAD_SECONDS of
 * operations leave in the heap that come twice and never again, told ten times on the way. Needs REDIS_URL.
 */
const ROUND_REQUESTS = Number(process.env.LOAD_ROUND_REQUESTS ?? 1_000);
const ROUNDS = Number(process.env.LOAD_ROUNDS ?? 11);
const DISTINCT_S = Number(process.env.LOAD_SECONDS ?? 60);
const CONNECTIONS = 32;
const WARM_UP = Number(process.env.LOAD_WARM_UP ?? 3_000);
/** issue "How good": ratios to the library, and megabytes. */
const GOAL = { joined: 2, kept: 8, heapMb: 50 };

const JOINED = `query Projects($first: Int) { projects(first: $first) { nodes { id title state percent
  contest { id title state currentStage voting { state turnout { accepted counted } } } } } }`;
const ordinary = JSON.stringify({ query: JOINED, variables: { first: 20 } });

const HEADERS = { 'content-type': 'application/json' };

interface Lane {
  label: string;
  server: Server;
  /** The body of the nth request. */
  body: (n: number) => string;
  is: (answer: string) => boolean;
  /** Requests per CPU-second of each counted round. */
  rates: number[];
}

const lane = (label: string, server: Server, body: (n: number) => string, is: Lane['is']): Lane => ({
  label,
  server,
  body,
  is,
  rates: [],
});

const isJoined = (answer: string): boolean => answer.includes('"counted":799') && !answer.includes('"errors"');
const isRefused = (answer: string): boolean => answer.includes('"code":"QUERY_') || answer.includes('_PARSE_FAILED');

/** Asks from all connections at once as long as it should, by the number of requests so far; gives that number and what it cost in CPU-seconds. */
async function round(one: Lane, goesOn: (done: number) => boolean): Promise<{ done: number; cpu: number }> {
  const pool = new Pool(`http://127.0.0.1:${one.server.port}`, { connections: CONNECTIONS });
  const before = cpuSeconds(one.server.child.pid!);
  let done = 0;
  const worker = async (): Promise<void> => {
    while (goesOn(done)) {
      done += 1;
      const { body } = await pool.request({ path: '/graphql', method: 'POST', headers: HEADERS, body: one.body(done) });
      const answer = await body.text();
      if (!one.is(answer)) throw new Error(`${one.label}: ${answer.slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  await pool.close();
  return { done, cpu: cpuSeconds(one.server.child.pid!) - before };
}

/**
 * Interleaved, so that what else the machine does meets all of them; before that each is asked until its code is compiled. Rounds have a number of
 * requests and not a time: on a busy machine a time holds too few of them.
 */
async function compare(lanes: readonly Lane[]): Promise<void> {
  for (const one of lanes) await round(one, (done) => done < WARM_UP);
  for (let n = 0; n < ROUNDS; n += 1)
    for (const one of lanes) {
      const { done, cpu } = await round(one, (sent) => sent < ROUND_REQUESTS);
      one.rates.push(done / cpu);
    }
}

/** The middle of the rounds: one that another program disturbed does not count. */
const rate = ({ rates }: Lane): number => rates.toSorted((one, other) => one - other)[rates.length >> 1]!;

function told(one: Lane, beside: Lane, goal?: number): string {
  const ratio = rate(one) / rate(beside);
  const verdict = goal === undefined ? '' : ratio >= goal ? `, goal ${goal} reached` : `, goal ${goal} NOT REACHED`;
  return `${one.label.padEnd(34)} ${rate(one).toFixed(0).padStart(7)} per CPU-second, ${ratio.toFixed(2)} times${verdict}`;
}

let serial = 0;
const fresh = (): string => `q${(serial += 1)}`;
/** Each is another text, as an attacker would send them; none is in any cache. */
const HOSTILE: Record<string, () => string> = {
  deep: () =>
    `query ${fresh()} { projects { ${'nodes { contest { projects { '.repeat(12)}pageInfo { endCursor }${' } } }'.repeat(12)} } }`,
  aliases: () => `query ${fresh()} { ${Array.from({ length: 300 }, (_, n) => `a${n}: __typename`).join(' ')} }`,
  wide: () => `query ${fresh()} { ${'projects { nodes { id } } '.repeat(200)} }`,
  expensive: () =>
    `query ${fresh()} { projects(first: 100) { nodes { contest { projects(first: 100) { nodes { contest { projects(first: 100) { nodes { id } } } } } } } } }`,
  cycle: () => `query ${fresh()} { ...A } fragment A on Query { ...B } fragment B on Query { ...A }`,
  tokens: () => `query ${fresh()} { ${'id '.repeat(10_000)} }`,
  long: () => `query ${fresh()} { __typename } #${' '.repeat(200_000)}`,
};

async function refusals(ours: Lane): Promise<void> {
  const lanes = Object.entries(HOSTILE).map(([name, make]) =>
    lane(`refused: ${name}`, ours.server, () => JSON.stringify({ query: make() }), isRefused),
  );
  const normal = lane('the joined query', ours.server, ours.body, isJoined);
  const batch = lane(
    'refused: batch of 1000',
    ours.server,
    () => `[${'{"query":"{__typename}"},'.repeat(999)}{}]`,
    (text) => text.includes('batching'),
  );
  await compare([normal, ...lanes, batch]);
  console.log('\nCPU of a refused operation beside the joined query (goal: less than 1)');
  for (const one of [...lanes, batch]) {
    const part = rate(normal) / rate(one);
    console.log(`${one.label.padEnd(34)} ${part.toFixed(2)} ${part < 1 ? 'ok' : 'NOT REACHED'}`);
  }
}

function during(seconds: number): () => boolean {
  const end = performance.now() + 1000 * seconds;
  return () => performance.now() < end;
}

const HEAP_TOLD = 10;

/** The joined query under ever new names, each twice, for of what comes once nothing is kept. The heap before is that of a gateway which has kept nothing yet. */
async function memory(server: Server): Promise<void> {
  const text = JOINED.replace('query Projects', '');
  const body = (n: number): string =>
    JSON.stringify({ query: `query d${serial}_${n >> 1}${text}`, variables: { first: 20 } });
  const distinct = lane('distinct', server, body, isJoined);
  const heap = async (): Promise<number> => (await ask<{ heapMb: number }>(server, { heap: true })).heapMb;
  const before = await heap();
  console.log(`\nOperations that come twice and never again: heap ${before.toFixed(0)} MB`);
  let [asked, grown] = [0, 0];
  for (let part = 1; part <= HEAP_TOLD; part += 1) {
    serial += 1;
    asked += (await round(distinct, during(DISTINCT_S / HEAP_TOLD))).done;
    grown = (await heap()) - before;
    const seconds = (part * DISTINCT_S) / HEAP_TOLD;
    console.log(
      `${seconds.toFixed(0).padStart(6)} s ${String(asked >> 1).padStart(8)}: grown by ${grown.toFixed(1)} MB`,
    );
  }
  console.log(`goal < ${GOAL.heapMb}: ${grown < GOAL.heapMb ? 'reached' : 'NOT REACHED'}`);
}

const inside = await start('public-subgraphs.ts');
const { ports } = await ask<{ ports: Record<string, number> }>(inside, { ports: true });
const env = Object.fromEntries(
  Object.entries(ports).map(([name, port]) => [
    `SUBGRAPH_${name.toUpperCase()}_URL`,
    `http://127.0.0.1:${port}/graphql`,
  ]),
);
const NO_LIMIT = '1000000000';
const counted = { ...env, RATE_LIMIT_ADDRESS_PER_MINUTE: NO_LIMIT };
const plain = await start('plain-gateway.ts', [], env);
const off = await start('gateway-server.ts', [issuer.issuer], { ...counted, PUBLIC_CACHE: 'off' });
const on = await start('gateway-server.ts', [issuer.issuer], counted);

const lanes = [
  lane('the library as it comes', plain, () => ordinary, isJoined),
  lane('ours, cache off', off, () => ordinary, isJoined),
  lane('ours, a public answer that is kept', on, () => ordinary, isJoined),
] as const;
await compare(lanes);
console.log(
  `Three subgraphs joined, middle of ${ROUNDS} rounds of ${ROUND_REQUESTS} requests, load ${loadavg()[0]!.toFixed(1)}`,
);
console.log(told(lanes[0], lanes[0]));
console.log(told(lanes[1], lanes[0], GOAL.joined));
console.log(told(lanes[2], lanes[0], GOAL.kept));
await refusals(lanes[1]);
await memory(off);
for (const server of [plain, off, on, inside]) await stop(server);
