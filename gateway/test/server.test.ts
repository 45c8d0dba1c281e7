import '../src/telemetry-off.ts';
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { CAST_BALLOT_HASH } from '../../services/voting/src/prepared.ts';
import { startGateway, type RunningGateway } from '../src/server.ts';

const SETTINGS = {
  HOST: '127.0.0.1',
  PORT: '0',
  TOKEN_ISSUER: 'http://127.0.0.1:1/realms/veche',
  TOKEN_JWKS_URL: 'http://127.0.0.1:1/certs',
  LOG_LEVEL: 'silent',
};

let broken: Server;
let gateway: RunningGateway;

/** A gateway whose subgraphs answer with their inside; what a client sees of it is the point. */
beforeAll(async () => {
  broken = createServer((_request, response) => {
    response
      .writeHead(500, { 'content-type': 'application/json' })
      .end('{"errors":[{"message":"MongoError at 10.0.0.7:27017 secret=abc"}]}');
  });
  await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', () => resolve()));
  const inside = `http://127.0.0.1:${(broken.address() as { port: number }).port}/graphql`;
  gateway = await startGateway({
    ...SETTINGS,
    SUBGRAPH_CONTESTS_URL: inside,
    SUBGRAPH_REGISTRY_URL: 'http://127.0.0.1:1/graphql',
    EXPLORER: 'on',
    CORS_ORIGINS: 'https://portal.example.ru',
  });
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  broken.close();
});

const post = (body: object, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('what a client learns of a failure', () => {
  test('a failing subgraph: INTERNAL, nothing of its inside', async () => {
    const text = await (await post({ query: '{ contestTemplates { code } }' })).text();
    expect(JSON.parse(text).errors[0].extensions).toMatchObject({
      code: 'INTERNAL',
      userMessage: expect.stringMatching(/[а-я]/),
    });
    expect(text).not.toMatch(/Mongo|10\.0\.0\.7|secret|127\.0\.0\.1|stack/);
  });

  test('a subgraph that is not there: UNAVAILABLE, and what others gave stays', async () => {
    const { errors } = (await (await post({ query: '{ project(id: "x") { title } }' })).json()) as {
      errors: { extensions: { code: string } }[];
    };
    expect(errors[0]!.extensions.code).toBe('UNAVAILABLE');
  });
});

describe('requests that are refused', () => {
  test('a plain GET, the way other sites could make a browser ask', async () => {
    expect((await fetch(`${gateway.url}/graphql?query={__typename}`)).status).toBe(400);
  });

  test('a token that is none', async () => {
    expect((await post({ query: '{ __typename }' }, { authorization: 'Bearer nonsense' })).status).toBe(401);
  });

  test('introspection is off unless it was asked for, suggestions too', async () => {
    const text = await (await post({ query: '{ __schema { types { name } } contestTemplate { code } }' })).text();
    expect(text).not.toMatch(/Did you mean/);
    expect(JSON.parse(text).errors.length).toBeGreaterThan(0);
  });

  test('a document of too many tokens, a batch', async () => {
    const long = `{ ${'a: __typename '.repeat(1500)} }`;
    expect(JSON.stringify(await (await post({ query: long })).json())).toMatch(/GRAPHQL_PARSE_FAILED/);
    expect((await post([{ query: '{ __typename }' }] as never)).status).toBe(400);
  });
});

test('the explorer loads nothing from elsewhere', async () => {
  const response = await fetch(`${gateway.url}/explorer`);
  const page = await response.text();
  expect(response.headers.get('content-security-policy')).toMatch(/default-src 'self'/);
  expect(page).not.toMatch(/<(script|link|img)[^>]+(src|href)="https?:/);
});

test('other origins are answered only if they are listed', async () => {
  const origin = async (name: string) =>
    (await post({ query: '{ __typename }' }, { origin: name })).headers.get('access-control-allow-origin');
  expect(await origin('https://portal.example.ru')).toBe('https://portal.example.ru');
  expect(await origin('https://evil.example')).toBeNull();
});

test('probes and the public schema', async () => {
  for (const path of ['/livez', '/readyz', '/metrics']) expect((await fetch(gateway.url + path)).status).toBe(200);
  expect(await (await fetch(`${gateway.url}/schema.graphql`)).text()).toMatch(/type Contest/);
});

test('the smoke run of an installation fails and says what is wrong', async () => {
  const smoke = join(import.meta.dirname, '../src/smoke.ts');
  const args = [smoke, `${gateway.url}/graphql`, '--seconds', '0', '--visitors', '1', '--p95', '60000'];
  const [code, said] = await new Promise<[unknown, string]>((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) => resolve([error?.code, stdout + stderr]));
  });
  expect(code).toBe(1);
  expect(said).toMatch(/^4 requests, p50 \d+ ms/);
  expect(said).toContain('\n1 times { ideas(first: 10) { nodes { id } } }: INTERNAL\n');
});

test('a graph without voting is served, and has no ballots by hash', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'veche-graph-'));
  const supergraphFile = join(folder, 'supergraph.graphql');
  const typeDefs = parse('type Query { word: String }');
  const { supergraphSdl } = composeServices([{ name: 'words', url: 'http://127.0.0.1:1/graphql', typeDefs }]);
  writeFileSync(supergraphFile, supergraphSdl!);
  const small = await startGateway({ ...SETTINGS, SUPERGRAPH_FILE: supergraphFile });
  try {
    const cast = (url: string) => fetch(`${url}/graphql/${CAST_BALLOT_HASH}`, { method: 'POST', body: '{}' });
    expect((await fetch(`${small.url}/readyz`)).status).toBe(200);
    expect((await cast(small.url)).status).toBe(404);
    expect((await cast(gateway.url)).status).not.toBe(404);
  } finally {
    await small.stop();
  }
});
