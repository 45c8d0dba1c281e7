import '../src/telemetry-off.ts';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sha256Hex } from '@veche/kit';
import { buildSchema, parse } from 'graphql';
import { hasLongDocument } from '../src/json-body.ts';
import { costOf, FragmentCycle, shapeOf } from '../src/query-shape.ts';
import { startGateway, type RunningGateway } from '../src/server.ts';

let inside: Server;
let asked = 0;
const gateways: RunningGateway[] = [];

/** Subgraphs that count how often they are asked. */
beforeAll(async () => {
  inside = createServer((_request, response) => {
    asked += 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"contestTemplates":[]}}');
  });
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', () => resolve()));
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  inside.close();
});

async function gatewayOf(env: Record<string, string>): Promise<RunningGateway> {
  const gateway = await startGateway({
    HOST: '127.0.0.1',
    PORT: '0',
    TOKEN_ISSUER: 'http://127.0.0.1:1/realms/veche',
    TOKEN_JWKS_URL: 'http://127.0.0.1:1/certs',
    SUBGRAPH_CONTESTS_URL: `http://127.0.0.1:${(inside.address() as AddressInfo).port}/graphql`,
    LOG_LEVEL: 'silent',
    ...env,
  });
  gateways.push(gateway);
  return gateway;
}

interface Answer {
  status: number;
  code: string | undefined;
  userMessage: string | undefined;
}

async function answerOf(sent: Promise<Response>): Promise<Answer> {
  const response = await sent;
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string; userMessage: string } }[] };
  return {
    status: response.status,
    code: errors?.[0]?.extensions.code,
    userMessage: errors?.[0]?.extensions.userMessage,
  };
}

const post = ({ url }: RunningGateway, body: object) =>
  answerOf(
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );

const get = ({ url }: RunningGateway, parameters: Record<string, string>) =>
  answerOf(
    fetch(`${url}/graphql?${new URLSearchParams(parameters)}`, { headers: { 'x-apollo-operation-name': 'test' } }),
  );

const persisted = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: sha256Hex(text) } });

describe('what an operation costs', () => {
  const schema = buildSchema(`
    type Query { page(first: Int = 20): Page!, items(first: Int = 20): [Item!]!, item: Item }
    type Mutation { change: Item, drop: Int }
    type Page { nodes: [Item!]! total: Int }
    type Item { name: String, parts: [Item!], page(first: Int = 20): Page! }
  `);
  const cost = (text: string, variables = {}) => costOf(shapeOf(parse(text), schema), variables);

  test.each<[string, string, number]>([
    ['scalars cost nothing', '{ __typename }', 0],
    ['an object is one', '{ item { name } }', 1],
    ['a page is as large as it is asked for', '{ items(first: 7) { name } }', 7],
    ['or by default', '{ items { name } }', 20],
    ['a page and its nodes are one list', '{ page(first: 5) { nodes { name } total } }', 10],
    ['a list without a size is ten', '{ item { parts { name } } }', 11],
    ['lists in lists multiply', '{ items(first: 5) { parts { parts { name } } } }', 5 * (1 + 10 * (1 + 10))],
    ['fragments count where they stand', '{ items(first: 3) { ...F } } fragment F on Item { parts { name } }', 33],
    ['in line too', '{ items(first: 3) { ... on Item { parts { name } } ... { name } } }', 33],
    ['a change costs more', 'mutation { change { name } drop }', 21],
    [
      'several operations cost what all of them do',
      'query A { item { name } } query B { items(first: 4) { name } }',
      5,
    ],
    ['more than a page can hold is for the subgraph to refuse', '{ items(first: 1000000) { name } }', 200],
    ['what the schema does not know counts once', '{ nothing(first: 50) { at { all } } }', 2],
  ])('%s', (_what, text, expected) => {
    expect(cost(text)).toBe(expected);
  });

  test('by the variables of the request, their defaults, and the schema’s', () => {
    const text = 'query ($n: Int = 3, $m: Int) { items(first: $n) { page(first: $m) { nodes { name } } } }';
    expect(cost(text, { n: 2, m: 4 })).toBe(2 * (1 + 4 * 2));
    expect(cost(text)).toBe(3 * (1 + 20 * 2));
    expect(cost(text, { n: -5, m: 'many' })).toBe(1 + 20 * 2);
  });

  test('fragments spread in fragments a billion times are counted at once', () => {
    const fragments = Array.from({ length: 30 }, (_, n) => `fragment F${n} on Item { ...F${n + 1} ...F${n + 1} }`);
    const text = `query ($n: Int) { item { ...F0 } } ${fragments.join(' ')} fragment F30 on Item { page(first: $n) { nodes { name } } }`;
    expect(cost(text, { n: 1 })).toBe(1 + 2 ** 30 * 2);
  });

  test('a fragment that contains itself, also by way of another', () => {
    expect(() => cost('{ item { ...A } } fragment A on Item { parts { ...A } }')).toThrow(FragmentCycle);
    const two = '{ item { ...A } } fragment A on Item { parts { ...B } } fragment B on Item { parts { ...A } }';
    expect(() => cost(two)).toThrow(FragmentCycle);
  });

  test('depth, aliases and root fields, through fragments', () => {
    const text =
      '{ a: item { ...F } ...R } fragment R on Query { items { name } } fragment F on Item { b: parts { c: name } }';
    expect(shapeOf(parse(text), schema)).toMatchObject({ depth: 3, aliases: 3, rootFields: 2 });
  });
});

describe('operations that are too large', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await gatewayOf({
      GRAPHQL_MAX_LENGTH: '3000',
      GRAPHQL_MAX_TOKENS: '200',
      GRAPHQL_MAX_DEPTH: '5',
      GRAPHQL_MAX_ALIASES: '3',
      GRAPHQL_MAX_ROOT_FIELDS: '4',
      GRAPHQL_MAX_COST: '500',
      HTTP_BODY_LIMIT_BYTES: '20000',
      HTTP_REQUEST_TIMEOUT_MS: '3000',
    });
  });

  const nested = `{ contests { ${'nodes { '.repeat(5)}id${' }'.repeat(5)} } }`;
  const pages = '{ contests(first: 100) { nodes { transitions { local } } } }';
  test.each<[string, string]>([
    ['QUERY_TOO_LONG', `{ __typename } #${' '.repeat(3000)}`],
    ['GRAPHQL_PARSE_FAILED', `{ ${'id '.repeat(300)} }`],
    ['QUERY_TOO_DEEP', nested],
    ['QUERY_TOO_MANY_ALIASES', '{ a: __typename b: __typename c: __typename d: __typename }'],
    ['QUERY_TOO_MANY_ROOT_FIELDS', `{ ${'__typename '.repeat(5)} }`],
    ['QUERY_TOO_EXPENSIVE', pages],
    ['QUERY_FRAGMENT_CYCLE', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'],
  ])('%s', async (code, query) => {
    asked = 0;
    const refused = await post(gateway, { query });
    expect(refused).toMatchObject({ status: 400, code, userMessage: expect.stringMatching(/[а-я]/) });
    expect(await get(gateway, { query })).toMatchObject({ status: 400, code });
    expect(asked).toBe(0);
  });

  test('by what the variables make of it, also when only the hash is sent', async () => {
    const query = 'query ($n: Int) { contests(first: $n) { nodes { stages { type } } } }';
    const extensions = persisted(query);
    expect((await post(gateway, { query, variables: { n: 2 }, extensions })).code).not.toBe('QUERY_TOO_EXPENSIVE');
    expect((await post(gateway, { query, variables: { n: 150 } })).code).toBe('QUERY_TOO_EXPENSIVE');
    expect((await post(gateway, { variables: { n: 150 }, extensions })).code).toBe('QUERY_TOO_EXPENSIVE');
    const address = { variables: '{"n":150}', extensions: JSON.stringify(extensions) };
    expect((await get(gateway, address)).code).toBe('QUERY_TOO_EXPENSIVE');
  });

  test('by the bytes of the body, and by nothing else in it', async () => {
    expect((await post(gateway, { query: `{ __typename } #${' '.repeat(9001)}` })).code).toBe('QUERY_TOO_LONG');
    const query = 'query ($code: String) { contestTemplates { code } }';
    const large = { variables: { code: 'я'.repeat(7000) }, query };
    expect(await post(gateway, large)).toMatchObject({ status: 200, code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  test.each<[string, string, boolean]>([
    ['as long as it may be', `{"query": "${'x'.repeat(10)}", "variables": {"a": "${'x'.repeat(20)}"}}`, false],
    ['longer', `{"query": "${'x'.repeat(11)}"}`, true],
    ['longer than the body goes on', `{"query":"${'x'.repeat(30)}`, true],
    ['an escaped quote is not its end', String.raw`{"query":"xxxx\"xxxxxxxx"}`, true],
    ['not what is quoted in a variable', String.raw`{"variables":{"a":"\"query\":\"xxxxxxxxxxxxxxxxxxxxx"}}`, false],
    ['no text at all', `{"query":${'1'.repeat(30)}}`, false],
  ])('a document: %s', (_what, body, expected) => {
    expect(hasLongDocument(Buffer.from(body), 10)).toBe(expected);
  });

  test('a body that comes a byte at a time is not waited for', async () => {
    const body = '{"query":"{ contestTemplates { code } }"}';
    const head = `POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    const send = async (pieces: (socket: Socket) => void): Promise<string> => {
      const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
      let answer = '';
      socket.on('error', () => undefined).on('data', (data) => (answer += data.toString()));
      socket.write(head);
      pieces(socket);
      await once(socket, 'close');
      return answer;
    };
    let sent = 0;
    const slow = await send((socket) => {
      const drip = setInterval(() => socket.write(body[(sent += 1) % 2]!), 200);
      socket.on('close', () => clearInterval(drip));
    });
    expect(slow).toMatch(/^HTTP\/1.1 408 /);
    expect(sent).toBeLessThan(body.length);
    const whole = await send((socket) => {
      socket.write(body.slice(0, 5));
      socket.write(body.slice(5));
    });
    expect(whole).toMatch(/^HTTP\/1.1 200 /);
  });

  test('batches and bodies over the limit', async () => {
    const batch = Array.from({ length: 1000 }, () => ({ query: '{__typename}' }));
    expect((await post(gateway, batch.slice(0, 100))).status).toBe(400);
    expect((await post(gateway, batch)).status).toBe(413);
  });

  test('those within the limits are answered', async () => {
    expect(await post(gateway, { query: '{ contestTemplates { code } }' })).toMatchObject({
      status: 200,
      code: undefined,
    });
  });
});

describe('a list of operations', () => {
  const listed = 'query Templates { contestTemplates { code } }';
  const other = '{ contestTemplates { code } }';
  const file = join(mkdtempSync(join(tmpdir(), 'veche-documents-')), 'persisted-documents.json');
  let gateway: RunningGateway;

  beforeAll(async () => {
    writeFileSync(file, JSON.stringify({ [`sha256:${sha256Hex(listed)}`]: listed }));
    gateway = await gatewayOf({ GRAPHQL_OPERATIONS: 'listed', TRUSTED_DOCUMENTS_FILE: file });
  });

  test('what is listed may be asked by text and by hash, over POST and GET', async () => {
    const extensions = persisted(listed);
    for (const body of [{ query: listed }, { extensions }, { query: listed, extensions }])
      expect(await post(gateway, body)).toMatchObject({ status: 200, code: undefined });
    expect(await get(gateway, { extensions: JSON.stringify(extensions) })).toMatchObject({ status: 200 });
  });

  test('what is not is refused, and cannot be registered', async () => {
    asked = 0;
    for (const body of [{ query: other }, { query: other, extensions: persisted(other) }])
      expect(await post(gateway, body)).toMatchObject({ status: 403, code: 'OPERATION_NOT_ALLOWED' });
    expect(await post(gateway, { extensions: persisted(other) })).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
    expect(asked).toBe(0);
  });

  test('elsewhere clients register what they ask', async () => {
    const open = await gatewayOf({});
    const extensions = persisted(other);
    expect((await post(open, { extensions })).code).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect((await post(open, { query: other, extensions })).code).toBeUndefined();
    expect((await post(open, { extensions })).code).toBeUndefined();
  });

  test('a list that is none, or is missing, does not start', async () => {
    await expect(gatewayOf({ GRAPHQL_OPERATIONS: 'listed' })).rejects.toThrow('TRUSTED_DOCUMENTS_FILE');
    writeFileSync(file, JSON.stringify({ [sha256Hex('x')]: listed }));
    await expect(gatewayOf({ TRUSTED_DOCUMENTS_FILE: file })).rejects.toThrow('is not the hash');
  });
});
