import '../src/telemetry-off.ts';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeIssuer, type TestIssuer } from '@veche/kit/testing/tokens';
import { Redis } from 'ioredis';
import { Registry } from 'prom-client';
import { CAST_BALLOT_HASH } from '../../services/voting/src/prepared.ts';
import { proxiesOf, subscriberOf } from '@veche/kit/client-address';
import { RateLimiter, type Bucket, type Verdict } from '../src/rate-limit.ts';
import { SharedStore } from '../src/redis.ts';
import { startGateway, type RunningGateway } from '../src/server.ts';
import { lineTo } from './line.ts';

const REDIS_URL = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:16379';
const ISSUER = 'https://login.example.ru/realms/veche';
const LIMIT = 4;

let inside: Server;
let issuer: TestIssuer;
let line: Awaited<ReturnType<typeof lineTo>>;
const gateways: RunningGateway[] = [];

beforeAll(async () => {
  issuer = await makeIssuer(ISSUER);
  inside = createServer((request, response) => {
    const body = request.url === '/certs' ? JSON.stringify(issuer.jwks) : '{"data":{}}';
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', () => resolve()));
  line = await lineTo(REDIS_URL);
}, 60_000);
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  inside.close();
  await line.cut();
});

const insideUrl = (path: string) => `http://127.0.0.1:${(inside.address() as AddressInfo).port}${path}`;

/** A gateway that counts under `secret`; those of one secret are replicas. */
async function gatewayOf(secret: string, env: Record<string, string> = {}): Promise<RunningGateway> {
  const gateway = await startGateway({
    HOST: '127.0.0.1',
    PORT: '0',
    TOKEN_ISSUER: ISSUER,
    TOKEN_JWKS_URL: insideUrl('/certs'),
    SUBGRAPH_VOTING_URL: insideUrl('/graphql'),
    REDIS_URL: line.url,
    REDIS_TIMEOUT_MS: '10000',
    RATE_LIMIT_SECRET: secret,
    RATE_LIMIT_ADDRESS_PER_MINUTE: String(LIMIT),
    LOG_LEVEL: 'silent',
    ...env,
  });
  gateways.push(gateway);
  return gateway;
}

const newSecret = () => randomBytes(16).toString('hex');

const ask = ({ url }: RunningGateway, from: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from, ...headers },
    body: '{"query":"{ __typename }"}',
  });

const vote = ({ url }: RunningGateway, from: string, token: string) =>
  fetch(`${url}/graphql/${CAST_BALLOT_HASH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from, authorization: `Bearer ${token}` },
    body: '{}',
  });

/** Statuses of requests one after the other. */
async function statuses(requests: readonly (() => Promise<Response>)[]): Promise<number[]> {
  const found: number[] = [];
  for (const request of requests) found.push((await request()).status);
  return found;
}

const bearer = async (sub: string) => ({
  authorization: `Bearer ${await issuer.sign({ sub, roles: ['citizen'] })}`,
});

describe('requests of one address', () => {
  test('are counted by all replicas together; the one too many is told so, another address is not', async () => {
    const secret = newSecret();
    const [one, two] = [await gatewayOf(secret), await gatewayOf(secret)];
    const first = await ask(one, '198.51.100.1');
    expect(first.headers.get('ratelimit')).toMatch(/^"address";r=3;t=\d+$/);
    expect(first.headers.get('ratelimit-policy')).toBe(`"address";q=${LIMIT};w=60`);
    expect(await statuses([two, one, two].map((gateway) => () => ask(gateway, '198.51.100.1')))).toEqual([
      200, 200, 200,
    ]);
    const refused = await ask(one, '198.51.100.1');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const { errors } = (await refused.json()) as { errors: { extensions: object }[] };
    expect(errors[0]!.extensions).toMatchObject({ code: 'RATE_LIMITED', userMessage: expect.stringMatching(/[а-я]/) });
    expect((await ask(two, '198.51.100.2')).status).toBe(200);
    const metrics = await (await fetch(`${one.url}/metrics`)).text();
    expect(metrics).toMatch(/veche_gateway_rate_limited_total\{limit="address"[^}]*\} 1\b/);
    expect(metrics).not.toMatch(/198\.51\.100/);
  });

  test('that come at once are counted one after the other; one that is refused takes nothing of its other bucket', async () => {
    const store = await SharedStore.connect(line.url, 10_000);
    const limiter = new RateLimiter({ store, secret: newSecret(), registry: new Registry() });
    const of = (address: string, person: string): Bucket[] => [
      { limit: 'address', id: address, perMinute: 2 },
      { limit: 'person', id: person, perMinute: 3 },
    ];
    const asked = [of('a', 'one'), of('a', 'one'), of('a', 'one'), of('b', 'one'), of('c', 'one'), of('c', 'two')];
    const verdicts = await Promise.all(asked.map((buckets) => limiter.take(buckets)));
    store.close();
    const room = ({ headers, refusal }: Verdict) =>
      `${refusal ? 'refused' : 'taken'} ${headers['ratelimit']!.match(/(?<=r=)\d+/g)!.join()}`;
    expect(verdicts.map(room)).toEqual([
      'taken 1,2',
      'taken 0,1',
      'refused 0,0',
      'taken 1,0',
      'refused 1,0',
      'taken 1,2',
    ]);
  });

  test('room comes back little by little', async () => {
    const gateway = await gatewayOf(newSecret(), { RATE_LIMIT_ADDRESS_PER_MINUTE: '20' });
    const many = await Promise.all(Array.from({ length: 40 }, () => ask(gateway, '198.51.100.1')));
    expect(many.some(({ status }) => status === 429)).toBe(true);
    let status = 429;
    for (let n = 0; n < 300 && status === 429; n += 1) {
      await sleep(100);
      ({ status } = await ask(gateway, '198.51.100.1'));
    }
    expect(status).toBe(200);
  });

  test('an address that a stranger writes into the header is not believed', async () => {
    const gateway = await gatewayOf(newSecret(), { TRUSTED_PROXIES: 'none' });
    const requests = ['1', '2', '3', '4', '5'].map((last) => () => ask(gateway, `198.51.100.${last}`));
    expect(await statuses(requests)).toEqual([200, 200, 200, 200, 429]);
  });
});

describe('requests of one person', () => {
  test('are counted wherever they come from; a token that is none counts for nobody', async () => {
    const gateway = await gatewayOf(newSecret(), { RATE_LIMIT_PERSON_PER_MINUTE: '2' });
    const anna = await bearer('11111111-1111-4111-8111-111111111111');
    const boris = await bearer('22222222-2222-4222-8222-222222222222');
    const requests = ['1', '2', '3'].map((last) => () => ask(gateway, `203.0.113.${last}`, anna));
    expect(await statuses(requests)).toEqual([200, 200, 429]);
    expect((await ask(gateway, '203.0.113.1', boris)).status).toBe(200);
    const [header, content] = anna.authorization.split('.');
    const forged = { authorization: `${header}.${content}.${'A'.repeat(342)}` };
    expect((await ask(gateway, '203.0.113.9', forged)).status).toBe(401);
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/veche_tokens_refused_total\{[^}]*\} 1\b/);
  });

  test('Redis holds neither addresses nor people', async () => {
    const gateway = await gatewayOf(newSecret());
    const person = '33333333-3333-4333-8333-333333333333';
    const redis = new Redis(REDIS_URL);
    const before = new Set(await redis.keys('veche:gateway:limit:*'));
    await ask(gateway, '192.0.2.77', await bearer(person));
    const added = (await redis.keys('veche:gateway:limit:*')).filter((key) => !before.has(key));
    const values = await redis.mget(added);
    redis.disconnect();
    expect(added.length).toBeGreaterThanOrEqual(2);
    expect(JSON.stringify([added, values])).not.toMatch(/192\.0\.2|33333333/);
    for (const key of added) expect(key).toMatch(/^veche:gateway:limit:[\w-]{22}$/);
  });
});

describe('votes', () => {
  test('of one token and of one address', async () => {
    const gateway = await gatewayOf(newSecret(), { RATE_LIMIT_VOTES_PER_MINUTE: '2' });
    const one = () => vote(gateway, '203.0.113.1', 'one');
    expect(await statuses([one, one, one])).toEqual([200, 200, 429]);
    const others = ['two', 'three', 'four'].map((token) => () => vote(gateway, '203.0.113.1', token));
    expect(await statuses(others)).toEqual([200, 200, 429]);
    const last = await vote(gateway, '203.0.113.2', 'one');
    expect([last.status, last.headers.get('ratelimit')]).toEqual([429, expect.stringContaining('"votes";r=0')]);
  });

  test('without Redis: reads go on uncounted, votes as the operator chose, and counting comes back by itself', async () => {
    const secret = newSecret();
    const open = await gatewayOf(secret);
    const closed = await gatewayOf(secret, { RATE_LIMIT_VOTES_WITHOUT_REDIS: 'closed' });
    const from = '203.0.113.50';
    await line.cut();
    const reads = Array.from({ length: LIMIT + 2 }, () => () => ask(closed, from));
    expect(await statuses(reads)).toEqual(reads.map(() => 200));
    expect((await vote(open, from, 'one')).status).toBe(200);
    const refused = await vote(closed, from, 'one');
    expect([refused.status, ((await refused.json()) as any).errors[0].extensions.code]).toEqual([503, 'UNAVAILABLE']);
    await line.mend();
    let counted: string | null = null;
    for (let n = 0; n < 300 && !counted; n += 1) {
      await sleep(100);
      counted = (await vote(closed, from, 'one')).headers.get('ratelimit');
    }
    expect(counted).toMatch(/"votes";r=\d+/);
  });
});

describe('where a request comes from', () => {
  const from = (forwarded: string | undefined, socket: string, trusted = 'loopback,private') =>
    proxiesOf(trusted).clientOf({
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
      socket: { remoteAddress: socket } as Socket,
    });

  test.each<[string | undefined, string, string]>([
    [undefined, '198.51.100.7', '198.51.100.7'],
    ['203.0.113.9', '198.51.100.7', '198.51.100.7'],
    ['203.0.113.9', '::ffff:10.0.0.5', '203.0.113.9'],
    ['1.1.1.1, 203.0.113.9', '127.0.0.1', '203.0.113.9'],
    ['1.1.1.1, 203.0.113.9, 10.1.1.1', '10.0.0.5', '203.0.113.9'],
    ['2001:db8::1', 'fd00::5', '2001:db8::1'],
    ['', '10.0.0.5', '10.0.0.5'],
  ])('%s over %s is %s', (forwarded, socket, client) => {
    expect(from(forwarded, socket)).toBe(client);
  });

  test('a named network is believed, others are not; what is no network is refused', () => {
    expect(from('203.0.113.9', '192.0.2.8', '192.0.2.0/24')).toBe('203.0.113.9');
    expect(from('203.0.113.9', '10.0.0.5', '192.0.2.0/24')).toBe('10.0.0.5');
    for (const wrong of ['nonsense', '10.0.0.0/33', '10.0.0.0/x']) expect(() => proxiesOf(wrong)).toThrow(wrong);
  });

  test('a subscriber with IPv6 is a /64', () => {
    expect(subscriberOf('2001:0db8::1')).toBe(subscriberOf('2001:db8:0:0:ffff::2'));
    expect(subscriberOf('2001:db8:0:1::1')).not.toBe(subscriberOf('2001:db8::1'));
    expect(subscriberOf('198.51.100.7')).toBe('198.51.100.7');
  });
});
