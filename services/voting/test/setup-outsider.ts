import { createServer } from 'node:http';
import { makeLog } from '@veche/kit';
import {
  buildClientSchema,
  getIntrospectionQuery,
  getNamedType,
  isObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { startGateway } from '../../../gateway/src/server.ts';
import { cast, close as closeVoting, open, resident, startVoting, type Told, type VotingService } from './setup.ts';
import type { TestCaller } from '@veche/kit/testing/tokens';

export const LIVE_SIDES = 'LIVE';

/** What an outsider sees at one moment, in forms that are the same for two votes with the same number of ballots. */
export interface Seen {
  /** Everything that can be asked for. */
  documents: string[];
  topics: string[];
  /** Series with their labels, and counts that are no times. */
  metrics: string[];
  logs: string[];
  /** Bytes of every answer and event as they are. */
  sizes: number[];
  /** Frames of the gateway's stream so far. */
  stream: string[];
}

/** The same moment of two votes. */
export type Step = readonly [Seen, Seen];

export interface Side {
  t: VotingService;
  told: Told;
  seen(): Promise<Seen>;
  raw(): Promise<{ topics: string; metrics: string; logs: string }>;
  /** Spans as they are exported, without ids and times. */
  spans(): Promise<string[]>;
  documentsOf(collection: string): Promise<number>;
  /** Documents of each collection. */
  written(): Promise<[string, number][]>;
  stop(): Promise<void>;
}

const FILES = ['protocol.json', 'result.csv', 'result.xlsx', 'protocol.html'];
const ROUTES = [
  'head',
  'heads',
  'entries?from=0',
  'consistency?first=0&second=0',
  'package.tar',
  'package/ballots.jsonl',
  'package/contest.pb',
  ...FILES.map((file) => `result/${file}`),
];

/** Two services, each with a vote of its own, a gateway before it and a collector of its spans. */
export const watched = (visibility: string): Promise<[Side, Side]> =>
  Promise.all([watch(visibility), watch(visibility)]) as Promise<[Side, Side]>;

async function watch(visibility: string): Promise<Side> {
  const lines: string[] = [];
  const collector = await collect();
  // Spans leave at once and not every five seconds.
  process.env['OTEL_BSP_SCHEDULE_DELAY'] = '100';
  const t = await startVoting(
    { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    { log: makeLog('voting', 'trace', { write: (line) => void lines.push(line) }) },
  );
  const { data } = await t.gql(getIntrospectionQuery());
  const schema = buildClientSchema(data);
  const told = await open(t, { visibility });
  const stream = await listen(t, told);
  const topics = (): string[] =>
    t.bus
      .published()
      .filter(({ topic }) => topic.startsWith('veche.voting'))
      .map(({ type, topic, sequence, data: content }) => JSON.stringify({ type, topic, sequence, data: content }));
  const etagOf = async (): Promise<string> =>
    (await fetch(`${t.url}/live/contests/${told.contestId}/snapshot`)).headers.get('etag')!;
  const metrics = async (): Promise<string> => (await fetch(`${t.url}/metrics`)).text();
  const database = t.deps.connection.db!;
  const written = async (): Promise<[string, number][]> => {
    const names = (await database.listCollections().toArray()).map(({ name }) => name).sort();
    return Promise.all(
      names.map(async (name) => [name, await database.collection(name).countDocuments()] as [string, number]),
    );
  };
  return {
    t,
    told,
    async seen() {
      const answers = await everythingOf(t, schema, told);
      const events = topics();
      await stream.shows(await etagOf());
      return {
        documents: answers.map((text) => alike(told, text)),
        topics: events.map((text) => alike(told, text)),
        metrics: countsOf(await metrics()),
        logs: lines
          .filter(isNoPoll)
          .map((line) => alike(told, line))
          .sort(),
        sizes: [...answers, ...events].map(({ length }) => length),
        stream: stream.frames().map((text) => alike(told, text)),
      };
    },
    raw: async () => ({ topics: topics().join('\n'), metrics: await metrics(), logs: lines.join('') }),
    spans: async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return collector.spans().filter(isNoPoll);
    },
    documentsOf: (collection) => database.collection(collection).countDocuments(),
    written,
    async stop() {
      await stream.stop();
      await t.stop();
      collector.stop();
    },
  };
}

/** Every field of a type that needs no argument, down to two objects deep; new fields are asked for without a change here. */
function everything(type: GraphQLObjectType, depth = 2): string {
  const fields = Object.values(type.getFields()).filter(({ args }) => args.length === 0);
  const asked = fields.flatMap((field) => {
    const named = getNamedType(field.type);
    if (!isObjectType(named)) return [field.name];
    return depth > 0 ? [`${field.name} ${everything(named, depth - 1)}`] : [];
  });
  return `{ __typename ${asked.join(' ')} }`;
}

/** The graph, the projects in it in the order in which they come, and the plain documents with their headers. */
async function everythingOf(t: VotingService, schema: GraphQLSchema, { contestId, projects }: Told): Promise<string[]> {
  const voting = schema.getType('Voting') as GraphQLObjectType;
  const ask = (query: string, variables: object) => t.gql(query, variables as Record<string, unknown>);
  const graph = await ask(`query ($id: ID!) { voting(contestId: $id) ${everything(voting)} }`, { id: contestId });
  const entities = await ask(
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Application { voteResult { score place } } } }',
    { of: projects.map((id) => ({ __typename: 'Application', id })) },
  );
  const paths = [
    ...ROUTES.map((route) => `open/contests/${contestId}/${route}`),
    'open/contests',
    `live/contests/${contestId}/snapshot`,
  ];
  const plain: string[] = [];
  for (const path of paths) {
    const response = await fetch(`${t.url}/${path}`);
    const { headers, status } = response;
    plain.push(
      JSON.stringify([
        path,
        status,
        headers.get('content-length'),
        headers.get('cache-control'),
        await response.text(),
      ]),
    );
  }
  return [JSON.stringify(graph), JSON.stringify(entities), ...plain];
}

function alike({ contestId, projects }: Told, text: string): string {
  const named = projects.reduce((all, id, index) => all.replaceAll(id, `P${index}`), text.replaceAll(contestId, 'C'));
  return named
    .replaceAll(/(trace|span|request)_?[iI]d\\?":\\?"[^"\\]*/g, '$1')
    .replaceAll(/[0-9a-f]{32,}/g, 'H')
    .replaceAll(/receiptKey":"[^"]{44}"/g, 'receiptKey')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'U')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'A')
    .replaceAll(/"(ms|seconds|duration|responseTime|pid|time)":[\d.]+/g, '"$1":0')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T');
}

/**
 * The gateway asks every second by a timer of its own: how often, and what of it is logged by now, depends on the second alone. How often it got something
 * new is compared as the frames of its stream.
 */
const isNoPoll = (line: string): boolean => !line.includes('/snapshot');

/** Names and labels of every series; of those that count, how much. Times, memory and processor time differ from run to run. */
const countsOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('veche_') || line.startsWith('http_'))
    .map((line) =>
      /(_count|_total)(\{[^}]*\})? /.test(line) && !line.includes('lag') ? line : line.replace(/ \S+$/, ''),
    )
    .filter((line) => !/route="\/metrics"/.test(line) && isNoPoll(line))
    .sort();

/** The stream that the gateway spreads to anybody. */
async function listen(t: VotingService, { contestId }: Told) {
  const gateway = await startGateway({
    HOST: '127.0.0.1',
    PORT: '0',
    SUBGRAPH_VOTING_URL: `${t.url}/graphql`,
    TOKEN_ISSUER: t.issuer.issuer,
    TOKEN_JWKS_URL: `${t.issuer.issuer}/certs`,
    TOKEN_VERIFIER: 'jose',
    LOG_LEVEL: 'silent',
  });
  const gone = new AbortController();
  const response = await fetch(`${gateway.url}/live/contests/${contestId}`, { signal: gone.signal });
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body!) text += Buffer.from(chunk as Uint8Array).toString('utf8');
  })().catch(() => {});
  return {
    /** Events of the stream; what is told only to keep it open is left out. */
    frames: (): string[] => text.split('\n\n').filter((frame) => frame.startsWith('id:')),
    /** Waits until the last frame is this one; the gateway asks once a second. */
    async shows(etag: string): Promise<void> {
      for (let n = 0; !text.includes(`id: ${etag}`); n += 1) {
        if (n === 1_200) throw new Error(`the stream does not show ${etag}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    async stop() {
      gone.abort();
      await reading;
      await gateway.stop();
    },
  };
}

/** A collector of spans in the protocol of OpenTelemetry over HTTP. */
async function collect() {
  const spans: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      spans.push(...spansOf(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, spans: () => [...spans].sort(), stop: () => server.close() };
}

interface Exported {
  resourceSpans: {
    scopeSpans: { spans: { name: string; kind: number; attributes: unknown; status: unknown; events: unknown }[] }[];
  }[];
}

const spansOf = ({ resourceSpans }: Exported): string[] =>
  resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans)
    .map(({ name, kind, attributes, status, events }) => JSON.stringify({ name, kind, attributes, status, events }));

/** Ballots one by one, with the clocks of the service after each: what is seen must be the same at every step, not only in the end. */
export async function castSame(sides: [Side, Side]): Promise<Step[]> {
  const people: TestCaller[] = [resident(), resident()];
  const steps: Step[] = [];
  for (const [person, ...choices] of [
    [0, [0], [2]],
    [1, [0, 1], [2, 1]],
    [1, [0], [2]],
  ] as const) {
    for (const [n, { t, told }] of sides.entries()) {
      const projects = choices[n]!.map((index) => told.projects[index]!);
      await cast(t, told.contestId, projects, people[person]);
    }
    steps.push((await Promise.all(sides.map((side) => side.seen()))) as [Seen, Seen]);
    for (const { t } of sides) {
      await t.runBackground('sequencer');
      await t.runBackground('tally');
      await t.settle();
    }
    steps.push((await Promise.all(sides.map((side) => side.seen()))) as [Seen, Seen]);
  }
  return steps;
}

export const close = async ({ t }: Side): Promise<void> => {
  await closeVoting(t);
  await t.settle();
};
