import '../src/telemetry-off.ts';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway, type RunningGateway } from '../src/server.ts';

/** The snapshot route of voting as far as its contract goes; whether the real one keeps to it is tested with voting. */
const shown = new Map<string, { version: number; padding: string }>();
let asked: string[] = [];
let voting: Server;
let gateway: RunningGateway;
const streams = new Set<AbortController>();

const CONTEST = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

beforeAll(async () => {
  voting = createServer(({ url, headers }, response) => {
    asked.push(url!);
    const contest = url!.split('/')[3]!;
    const state = shown.get(contest);
    if (!state) return response.writeHead(404).end('{}');
    const etag = `"${state.version}"`;
    if (headers['if-none-match'] === etag) return response.writeHead(304, { etag }).end();
    response.writeHead(200, { etag, 'content-type': 'application/json' }).end(JSON.stringify({ contest, ...state }));
  });
  voting.listen(0, '127.0.0.1');
  await once(voting, 'listening');
  gateway = await startGateway({
    HOST: '127.0.0.1',
    PORT: '0',
    TOKEN_ISSUER: 'http://127.0.0.1:1/realms/veche',
    TOKEN_JWKS_URL: 'http://127.0.0.1:1/certs',
    SUBGRAPH_VOTING_URL: `http://127.0.0.1:${(voting.address() as AddressInfo).port}/graphql`,
    LIVE_MAX_LISTENERS: '30',
    LIVE_MAX_PER_ADDRESS: '20',
    LOG_LEVEL: 'silent',
  });
}, 60_000);
afterEach(() => {
  for (const stream of streams) stream.abort();
  streams.clear();
});
afterAll(async () => {
  await gateway.stop();
  voting.close();
});

function show(n: number, version: number, padding = ''): string {
  shown.set(CONTEST(n), { version, padding });
  return CONTEST(n);
}

interface Event {
  id: string;
  data: any;
  at: number;
}

/** Listens as a browser's EventSource does. */
async function listen(contest: string, headers: Record<string, string> = {}) {
  const controller = new AbortController();
  streams.add(controller);
  const response = await fetch(`${gateway.url}/live/contests/${contest}`, { headers, signal: controller.signal });
  const events: Event[] = [];
  const read = async (): Promise<void> => {
    let text = '';
    for await (const chunk of response.body!) {
      text += Buffer.from(chunk).toString();
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const fields = new Map(
          text
            .slice(0, end)
            .split('\n')
            .map((line) => line.split(/: (.*)/s) as [string, string]),
        );
        text = text.slice(end + 2);
        if (fields.has('data'))
          events.push({ id: fields.get('id')!, data: JSON.parse(fields.get('data')!), at: performance.now() });
      }
    }
  };
  const finished = response.ok ? read().catch(() => {}) : Promise.resolve();
  return { response, events, finished, close: () => controller.abort() };
}

async function eventually(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let n = 0; n < 300 && !(await what()); n += 1) await sleep(50);
  expect(await what()).toBe(true);
}

const listeners = async (): Promise<number> => {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(/^veche_live_listeners\{[^}]*\} (\d+)/m.exec(text)![1]);
};

describe('the stream', () => {
  test('begins with the present snapshot; changes follow at most once a second; voting is asked once for all', async () => {
    const contest = show(1, 1);
    const all = await Promise.all(Array.from({ length: 8 }, () => listen(contest)));
    await eventually(() => all.every(({ events }) => events.length === 1));
    asked = [];
    const begun = performance.now();
    for (let version = 2; performance.now() - begun < 3_500; version += 1) {
      show(1, version);
      await sleep(100);
    }
    const seconds = (performance.now() - begun) / 1000;
    for (const { response, events } of all) {
      expect(response.headers.get('content-type')).toMatch('text/event-stream');
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(events.length).toBeGreaterThanOrEqual(3);
      expect(events.length).toBeLessThanOrEqual(1 + Math.ceil(seconds));
      expect(events.at(-1)!.data.version).toBeGreaterThan(10);
    }
    expect(asked.length).toBeLessThanOrEqual(Math.ceil(seconds));
  });

  test('who comes back with the id of the present snapshot does not get it again, with another one does', async () => {
    const contest = show(2, 7);
    const [same, old] = [
      await listen(contest, { 'last-event-id': '"7"' }),
      await listen(contest, { 'last-event-id': '"6"' }),
    ];
    await eventually(() => old.events.length === 1);
    expect(same.events).toEqual([]);
    show(2, 8);
    await eventually(() => same.events.length === 1 && old.events.length === 2);
    expect(same.events[0]).toMatchObject({ id: '"8"', data: { version: 8 } });
  });

  test('who does not read is dropped; who reads beside it is not held up', async () => {
    const contest = show(3, 1, 'x'.repeat(2_000_000));
    const slow: Socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    await once(slow, 'connect');
    slow.pause();
    slow.write(`GET /live/contests/${contest} HTTP/1.1\r\nhost: x\r\n\r\n`);
    const quick = await listen(contest);
    await eventually(async () => (await listeners()) === 2);
    for (let version = 2; version < 14; version += 1) {
      show(3, version, 'x'.repeat(2_000_000));
      await eventually(() => quick.events.at(-1)?.data.version === version);
    }
    await eventually(async () => (await listeners()) === 1);
    expect(await (await fetch(`${gateway.url}/metrics`)).text()).toMatch(/veche_live_dropped_total\{[^}]*\} 1\b/);
    slow.destroy();
  });
});

describe('limits', () => {
  test('of one subscriber and of all; who leaves makes room', async () => {
    const contest = show(4, 1);
    await eventually(async () => (await listeners()) === 0);
    const from = (address: string) => ({ 'x-forwarded-for': address });
    const first = await Promise.all(Array.from({ length: 20 }, (_, n) => listen(contest, from(`2001:db8::${n}`))));
    expect(first.map(({ response }) => response.status)).toEqual(Array(20).fill(200));
    const more = await listen(contest, from('2001:db8::ffff'));
    expect(more.response.status).toBe(429);
    expect(more.response.headers.get('retry-after')).toBe('5');
    await Promise.all(Array.from({ length: 10 }, () => listen(contest, from('10.0.0.2'))));
    const full = await listen(contest, from('10.0.0.3'));
    expect([full.response.status, ((await full.response.json()) as any).errors[0].extensions.code]).toEqual([
      503,
      'LIVE_FULL',
    ]);
    first[0]!.close();
    await eventually(async () => (await listeners()) === 29);
    expect((await listen(contest, from('2001:db8::ffff'))).response.status).toBe(200);
  });
});

describe('polling', () => {
  const poll = (contest: string, headers = {}) =>
    fetch(`${gateway.url}/live/contests/${contest}/snapshot`, { headers });

  test('has a tag and a short life, and does not reach voting each time', async () => {
    const contest = show(5, 1);
    const response = await poll(contest);
    expect(await response.json()).toMatchObject({ version: 1 });
    expect(response.headers.get('cache-control')).toBe('public, max-age=1');
    asked = [];
    const again = await Promise.all(Array.from({ length: 50 }, () => poll(contest, { 'if-none-match': '"1"' })));
    expect(again.map(({ status }) => status)).toEqual(Array(50).fill(304));
    expect(asked.length).toBeLessThanOrEqual(2);
    show(5, 2);
    await eventually(async () => (await poll(contest, { 'if-none-match': '"1"' })).status === 200);
  });

  test.each(['', '/snapshot'])('unknown and malformed contests are 404: %s', async (path) => {
    for (const contest of [CONTEST(99), 'x', '..%2f..%2fmetrics']) {
      const response = await fetch(`${gateway.url}/live/contests/${contest}${path}`);
      expect(response.status).toBe(404);
      expect(((await response.json()) as any).errors[0].extensions.userMessage).toMatch(/[а-я]/);
    }
  });

  test('an outage of voting is bridged by what is known; a contest that was never seen is UNAVAILABLE', async () => {
    const contest = show(6, 1);
    await poll(contest);
    voting.closeAllConnections();
    voting.close();
    expect((await poll(contest)).status).toBe(200);
    const never = await poll(CONTEST(7));
    expect(never.status).toBe(503);
    expect(await never.text()).not.toMatch(/ECONN|127\.0\.0\.1/);
  });
});

test('a gateway that ends lets its listeners go before it waits for others, and who comes meanwhile gets the snapshot alone', async () => {
  const env = { HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'silent' };
  const source = createServer((_request, response) => response.writeHead(200, { etag: '"1"' }).end('{}'));
  source.listen(0, '127.0.0.1');
  await once(source, 'listening');
  const other = await startGateway(
    {
      ...env,
      TOKEN_ISSUER: 'http://127.0.0.1:1/realms/veche',
      TOKEN_JWKS_URL: 'http://127.0.0.1:1/certs',
      SUBGRAPH_VOTING_URL: `http://127.0.0.1:${(source.address() as AddressInfo).port}/graphql`,
    },
    { lastAnswersMs: 3_600_000 },
  );
  const follow = () => fetch(`${other.url}/live/contests/${CONTEST(1)}`);
  const response = await follow();
  const kept = connect(Number(new URL(other.url).port), '127.0.0.1');
  await once(kept, 'connect');
  const stopped = other.stop();
  expect(await response.text()).toContain('event: snapshot');
  expect(await (await follow()).text()).toContain('event: snapshot');
  kept.destroy();
  await stopped;
  source.closeAllConnections();
  source.close();
});
