import '../src/telemetry-off.ts';
import { createServer, request, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startGateway, type RunningGateway } from '../src/server.ts';

let voting: Server;
let contests: Server;
let gateway: RunningGateway;
const asked: string[] = [];

beforeAll(async () => {
  voting = createServer(({ url }, response) => {
    asked.push(url!);
    const status = url!.includes('unknown') ? 404 : 200;
    const headers = { 'content-type': 'application/json', 'cache-control': 'public, max-age=1', server: 'inside' };
    response.writeHead(status, headers).end(JSON.stringify({ url }));
  });
  await new Promise<void>((resolve) => voting.listen(0, '127.0.0.1', () => resolve()));
  contests = createServer(({ url }, response) => {
    response.writeHead(200, { 'content-type': 'text/calendar; charset=utf-8', etag: '"1"' }).end(`contests ${url}`);
  });
  await new Promise<void>((resolve) => contests.listen(0, '127.0.0.1', () => resolve()));
  gateway = await startGateway({
    HOST: '127.0.0.1',
    PORT: '0',
    TOKEN_ISSUER: 'http://127.0.0.1:1/realms/veche',
    TOKEN_JWKS_URL: 'http://127.0.0.1:1/certs',
    SUBGRAPH_VOTING_URL: `http://127.0.0.1:${(voting.address() as { port: number }).port}/graphql`,
    SUBGRAPH_CONTESTS_URL: `http://127.0.0.1:${(contests.address() as { port: number }).port}/graphql`,
    LOG_LEVEL: 'silent',
  });
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  voting.close();
  contests.closeAllConnections();
  contests.close();
});

test('documents of the open log are passed on with status and caching, for any page to read', async () => {
  const found = await fetch(`${gateway.url}/open/contests/1/entries?from=0&limit=5`);
  expect(await found.json()).toEqual({ url: '/open/contests/1/entries?from=0&limit=5' });
  expect(found.headers.get('cache-control')).toBe('public, max-age=1');
  expect(found.headers.get('access-control-allow-origin')).toBe('*');
  expect(found.headers.get('server')).toBeNull();
  expect((await fetch(`${gateway.url}/open/contests/unknown/head`)).status).toBe(404);
});

test('the calendar comes from contests, and nothing else does', async () => {
  const found = await fetch(`${gateway.url}/open/calendar.ics?oktmo=71876000`);
  expect(await found.text()).toBe('contests /open/calendar.ics?oktmo=71876000');
  expect(found.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
  expect(found.headers.get('etag')).toBe('"1"');
  for (const path of ['/open/calendar.icsx', '/open/calendar.ics/keys'])
    expect(await (await fetch(`${gateway.url}${path}`)).json()).toEqual({ url: path });
});

test.each(['/open/../graphql', '/open/%2e%2e/metrics', '/open/x/../../metrics', '/open\\..\\metrics'])(
  'nothing beside it is within reach: %s',
  async (path) => {
    const before = asked.length;
    // fetch would resolve the dots before it asks.
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const { hostname, port } = new URL(gateway.url);
    request({ hostname, port, path }, (response) => resolve(response.resume().statusCode!))
      .on('error', reject)
      .end();
    expect(await promise).toBe(404);
    expect(asked.slice(before)).toEqual([]);
  },
);

test('while voting is away: UNAVAILABLE, nothing of the inside', async () => {
  voting.closeAllConnections();
  await new Promise((resolve) => voting.close(resolve));
  const response = await fetch(`${gateway.url}/open/keys`);
  const text = await response.text();
  expect(response.status).toBe(503);
  expect(JSON.parse(text).errors[0].extensions).toMatchObject({
    code: 'UNAVAILABLE',
    userMessage: expect.stringMatching(/[а-я]/),
  });
  expect(text).not.toMatch(/ECONN|127\.0\.0\.1/);
});
