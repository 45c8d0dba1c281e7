import '../src/telemetry-off.ts';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startGateway, type RunningGateway } from '../src/server.ts';

let contests: Server;
let gateway: RunningGateway;
const asked: { method: string; url: string; headers: IncomingHttpHeaders; body: Buffer }[] = [];
const SHOWN = {
  'content-type': 'application/pdf',
  'content-disposition': 'attachment',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  server: 'inside',
};

beforeAll(async () => {
  contests = createServer((incoming, response) => {
    void buffer(incoming).then((body) => {
      const { method, url, headers } = incoming;
      asked.push({ method: method!, url: url!, headers, body });
      response.writeHead(url!.includes('refused') ? 415 : 200, SHOWN).end('%PDF-1.4');
    });
  });
  await new Promise<void>((resolve) => contests.listen(0, '127.0.0.1', () => resolve()));
  gateway = await startGateway({
    HOST: '127.0.0.1',
    PORT: '0',
    CORS_ORIGINS: 'https://portal.example',
    TOKEN_ISSUER: 'http://127.0.0.1:1/realms/veche',
    TOKEN_JWKS_URL: 'http://127.0.0.1:1/certs',
    SUBGRAPH_CONTESTS_URL: `http://127.0.0.1:${(contests.address() as { port: number }).port}/graphql`,
    LOG_LEVEL: 'silent',
  });
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  contests.close();
});

test('a file goes in as a stream larger than any query, with the token and nothing else of the browser', async () => {
  const body = Buffer.alloc(5_000_000, 'смета');
  const headers = { authorization: 'Bearer t', 'content-type': 'application/pdf', cookie: 'a=b' };
  const address = `${gateway.url}/files/applications/1?name=a%2Fb.pdf`;
  const response = await fetch(address, { method: 'POST', headers, body: new Uint8Array(body) });
  expect(response.status).toBe(200);
  const { method, url, headers: passed, body: arrived } = asked.at(-1)!;
  expect({ method, url }).toEqual({ method: 'POST', url: '/files/applications/1?name=a%2Fb.pdf' });
  expect(passed).toMatchObject({ authorization: 'Bearer t', 'content-type': 'application/pdf' });
  expect(passed.cookie).toBeUndefined();
  expect(arrived.equals(body)).toBe(true);
});

test('a file comes out with its safe headers and the status of the service', async () => {
  const origin = 'https://portal.example';
  const response = await fetch(`${gateway.url}/files/applications/1/2`, { headers: { origin } });
  expect(await response.text()).toBe('%PDF-1.4');
  const headers = Object.fromEntries(response.headers);
  const { server, ...safe } = SHOWN;
  expect(headers['server']).not.toBe(server);
  expect(headers).toMatchObject({ ...safe, 'access-control-allow-origin': origin });
  expect((await fetch(`${gateway.url}/files/applications/refused`)).status).toBe(415);
  expect((await fetch(`${gateway.url}/files/applications/1`, { method: 'OPTIONS' })).status).toBe(204);
});

test.each([
  '/files/unknown/1',
  '/files/constructor/1',
  '/files/applications/../../graphql',
  '/files/applications/%2e%2e/%2e%2e/metrics',
])('nothing beside it is within reach: %s', async (path) => {
  const before = asked.length;
  // fetch would resolve the dots before it asks.
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const { hostname, port } = new URL(gateway.url);
  request({ hostname, port, path }, (response) => resolve(response.resume().statusCode!))
    .on('error', reject)
    .end();
  expect(await promise).toBe(404);
  expect(asked.length).toBe(before);
});

test('while the service is away: UNAVAILABLE, nothing of the inside', async () => {
  contests.closeAllConnections();
  await new Promise((resolve) => contests.close(resolve));
  const response = await fetch(`${gateway.url}/files/applications/1/2`);
  expect(response.status).toBe(503);
  const text = await response.text();
  expect(text).toContain('UNAVAILABLE');
  expect(text).not.toContain('ECONNREFUSED');
});
