import '../src/telemetry-off.ts';
import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CAST_BALLOT_HASH } from '../../services/voting/src/prepared.ts';
import { startGateway, type RunningGateway } from '../src/server.ts';

const ORIGIN = 'https://portal.example.ru';
const ANSWER = '{"data":{"castBallot":{"receipt":null}}}';

let voting: Server;
let gateway: RunningGateway;
let status = 200;
let seen: { request: IncomingMessage; body: string };

const settings = () => ({
  HOST: '127.0.0.1',
  PORT: '0',
  TOKEN_ISSUER: 'http://127.0.0.1:1/realms/veche',
  TOKEN_JWKS_URL: 'http://127.0.0.1:1/certs',
  SUBGRAPH_VOTING_URL: `http://127.0.0.1:${(voting.address() as { port: number }).port}/graphql`,
  CORS_ORIGINS: ORIGIN,
  HTTP_BODY_LIMIT_BYTES: '2000',
  LOG_LEVEL: 'silent',
});
beforeAll(async () => {
  voting = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen = { request, body };
      const inside = '{"errors":[{"message":"MongoError at 10.0.0.7"}]}';
      response.writeHead(status, { 'content-type': 'application/json' }).end(status === 500 ? inside : ANSWER);
    });
  });
  await new Promise<void>((resolve) => voting.listen(0, '127.0.0.1', () => resolve()));
  gateway = await startGateway(settings());
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  voting.close();
});

const post = (hash: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}/graphql/${hash}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

test('a prepared operation reaches its subgraph as it is, with who asks, from where, and the trace, and nothing else', async () => {
  const body = '{"variables":{"input":{}}}';
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const headers = { authorization: 'Bearer x', 'idempotency-key': 'key-12345', cookie: 'secret=1', traceparent };
  const origin = { 'user-agent': 'Browser/1', 'x-forwarded-for': '198.51.100.7' };
  const response = await post(CAST_BALLOT_HASH, body, { ...headers, ...origin, origin: ORIGIN });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe(ANSWER);
  expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  expect(response.headers.get('access-control-expose-headers')).toContain('retry-after');
  expect(seen.body).toBe(body);
  expect(seen.request.url).toBe(`/graphql/${CAST_BALLOT_HASH}`);
  expect(seen.request.headers).toMatchObject({ authorization: 'Bearer x', 'idempotency-key': 'key-12345', ...origin });
  expect(seen.request.headers.traceparent).toMatch(new RegExp(`^00-${'a'.repeat(32)}-`));
  expect(seen.request.headers.cookie).toBeUndefined();
});

test('another origin gets no leave to read the answer', async () => {
  const response = await post(CAST_BALLOT_HASH, '{}', { origin: 'https://evil.example' });
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
  const preflight = await fetch(`${gateway.url}/graphql/${CAST_BALLOT_HASH}`, {
    method: 'OPTIONS',
    headers: { origin: ORIGIN, 'access-control-request-method': 'POST' },
  });
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, ORIGIN]);
  expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
});

test('a refusal of the subgraph is passed on, its inside is not', async () => {
  status = 401;
  expect((await post(CAST_BALLOT_HASH, '{}')).status).toBe(401);
  status = 500;
  const failed = await post(CAST_BALLOT_HASH, '{}');
  const text = await failed.text();
  status = 200;
  expect(failed.status).toBe(503);
  expect(JSON.parse(text).errors[0].extensions).toMatchObject({ code: 'UNAVAILABLE', userMessage: expect.any(String) });
  expect(text).not.toMatch(/Mongo|10\.0\.0\.7/);
});

test('a body over the limit and an unknown hash stop at the gateway', async () => {
  expect((await post(CAST_BALLOT_HASH, JSON.stringify({ variables: { x: 'x'.repeat(2000) } }))).status).toBe(413);
  expect((await post('0'.repeat(64), '{}')).status).toBe(404);
});

test('the list of prepared operations is public', async () => {
  const list = (await (await fetch(`${gateway.url}/prepared-operations.json`)).json()) as Record<string, object>;
  expect(list[CAST_BALLOT_HASH]).toMatchObject({ subgraph: 'voting', document: expect.stringContaining('castBallot') });
});

test('a gateway that ends says so by its last answers, handed over or planned', async () => {
  const ending = await startGateway(settings(), { lastAnswersMs: 3_600_000 });
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  const ask = async (path: string): Promise<unknown[]> => {
    const headers = { 'content-type': 'application/json' };
    const asked = request(`${ending.url}${path}`, { agent, method: 'POST', headers }).end('{"query":"{ __typename }"}');
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    return [response.statusCode, response.headers.connection];
  };
  const both = () => Promise.all([ask('/graphql'), ask(`/graphql/${CAST_BALLOT_HASH}`)]);
  expect((await both()).map(([, connection]) => connection)).toEqual(['keep-alive', 'keep-alive']);
  const ended = ending.stop();
  expect(await both()).toEqual([
    [200, 'close'],
    [200, 'close'],
  ]);
  await ended;
});
