import '../src/telemetry-off.ts';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MemoryBus } from '@veche/kit/testing/memory-bus';
import type { TestCaller } from '@veche/kit/testing/tokens';
import {
  contestInput,
  does,
  OKTMO,
  organiser,
  startContests,
  type Contests,
} from '../../services/contests/test/setup.ts';
import { done } from '../../services/contests/test/setup-ideas.ts';
import { startGateway, type RunningGateway } from '../src/server.ts';
import { lineTo } from './line.ts';

const REDIS_URL = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:16379';

const bus = new MemoryBus();
let contests: Contests;
let realm: Server;
let line: Awaited<ReturnType<typeof lineTo>>;
let gateway: RunningGateway;
let withoutRedis: RunningGateway;
let env: Record<string, string>;

beforeAll(async () => {
  contests = await startContests({ bus });
  realm = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(contests.issuer.jwks)),
  );
  await new Promise<void>((resolve) => realm.listen(0, '127.0.0.1', () => resolve()));
  env = {
    HOST: '127.0.0.1',
    PORT: '0',
    TOKEN_ISSUER: contests.issuer.issuer,
    TOKEN_JWKS_URL: `http://127.0.0.1:${(realm.address() as AddressInfo).port}/`,
    TOKEN_VERIFIER: 'jose',
    SUBGRAPH_CONTESTS_URL: `${contests.url}/graphql`,
    LOG_LEVEL: 'silent',
  };
  line = await lineTo(REDIS_URL);
  gateway = await startGateway({ ...env, REDIS_URL: line.url, REDIS_TIMEOUT_MS: '10000' }, { bus });
  withoutRedis = await startGateway(env);
}, 120_000);
afterAll(async () => {
  await Promise.all([gateway.stop(), withoutRedis.stop()]);
  await line.cut();
  await contests.stop();
  realm.close();
});

const LIST = '{ contests(first: 100) { nodes { id title } pageInfo { hasNextPage } } }';

async function ask(query: string, as?: TestCaller, { url } = gateway) {
  const authorization: Record<string, string> = as ? { authorization: `Bearer ${await contests.token(as)}` } : {};
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify({ query }),
  });
  const header = (name: string) => response.headers.get(name);
  const text = await response.text();
  return { text, cacheControl: header('cache-control'), vary: header('vary'), isKept: header('age') !== null };
}

async function publish(title: string): Promise<void> {
  const { id } = await does(contests, 'createContest', contestInput({ title }), organiser);
  await does(contests, 'publishContest', { contestId: id }, organiser);
}

async function published(title: string): Promise<void> {
  await publish(title);
  await bus.settle();
}

test('what is public is kept for all who are not signed in, and no longer than until it changes', async () => {
  await published('Первый отбор');
  const first = await ask(LIST);
  expect(first).toMatchObject({ isKept: false, cacheControl: 'max-age=30, public' });
  expect(first.vary).toMatch(/authorization/);
  expect(first.text).toContain('Первый отбор');
  expect(await ask(LIST)).toEqual({ ...first, isKept: true });
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toMatch(/veche_graphql_operation_seconds_count\{[^}]*operation="cached"[^}]*\} 1\b/);
  expect(metrics).toMatch(
    /veche_consumer_handled_seconds_count\{[^}]*type="veche.contests.ContestPublished"[^}]*\} 1\b/,
  );
  expect((await ask(LIST.replace('100', '99'))).isKept).toBe(false);
  await published('Второй отбор');
  const changed = await ask(LIST);
  expect(changed.isKept).toBe(false);
  expect(changed.text).toContain('Второй отбор');
  expect((await ask(LIST)).isKept).toBe(true);
  const settings = { oktmo: OKTMO, reason: 'Собрания ведутся отдельно', settings: { blocksOff: ['MEETINGS'] } };
  await done(contests, 'changeSettings', settings, organiser);
  await bus.settle();
  expect((await ask(LIST)).isKept).toBe(false);
});

test('of questions that come at once each is given its own answer', async () => {
  const fields = ['id', 'title', 'state'];
  const texts = [...fields, ...fields].map((field) => `{ contests(first: 96) { nodes { ${field} } } }`);
  const apart: Awaited<ReturnType<typeof ask>>[] = [];
  for (const text of texts) apart.push(await ask(text));
  const atOnce = await Promise.all(texts.map((text) => ask(text)));
  expect(atOnce.map(({ text }) => text)).toEqual(apart.map(({ text }) => text));
  expect(new Set(atOnce.map(({ text }) => text)).size).toBe(fields.length);
  expect(atOnce.every(({ isKept }) => isKept)).toBe(true);
});

test('a body that is nothing is a bad request like any other', async () => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: 'null' });
  expect(response.status).toBe(400);
});

test('what a person sees nobody else is shown, and it may not be kept on the way', async () => {
  const { id } = await does(contests, 'createContest', contestInput({ title: 'Черновик отбора' }), organiser);
  await bus.settle();
  const own = await ask(LIST, organiser);
  expect(own).toMatchObject({ isKept: false, cacheControl: 'private, no-store' });
  expect(own.text).toContain(id);
  const others = await ask(LIST);
  expect(others.text).not.toContain(id);
  expect((await ask(LIST)).isKept).toBe(true);
  const again = await ask(LIST, organiser);
  expect([again.isKept, again.text]).toEqual([false, own.text]);
});

test('a gateway ends also while the event log hangs', async () => {
  class Hanging extends MemoryBus {
    override ensureTopics = () => new Promise<void>(() => undefined);
  }
  const other = await startGateway({ ...env, REDIS_URL }, { bus: new Hanging() });
  await other.stop();
});

test('without Redis caches on the way are told the same', async () => {
  const asked = (as?: TestCaller) => ask('{ contests(first: 97) { nodes { id } } }', as, withoutRedis);
  const vary = 'origin, authorization, accept';
  expect(await asked(organiser)).toMatchObject({ cacheControl: 'private, no-store', vary });
  expect(await asked()).toMatchObject({ cacheControl: 'max-age=30, public', vary });
});

test('a change that is told while Redis is away counts as soon as it is back', async () => {
  await ask(LIST);
  expect((await ask(LIST)).isKept).toBe(true);
  await line.cut();
  await publish('Третий отбор');
  for (const drain of bus.drains) await drain();
  expect((await ask(LIST)).text).toContain('Третий отбор');
  await line.mend();
  await bus.settle();
  const other = LIST.replace('100', '98');
  for (let n = 0; n < 300 && !(await ask(other)).isKept; n += 1) await sleep(100);
  expect((await ask(other)).isKept).toBe(true);
  expect((await ask(LIST)).text).toContain('Третий отбор');
});

test('a change that a gateway could not tell before it ended is told by another one', async () => {
  await ask(LIST);
  expect((await ask(LIST)).isKept).toBe(true);
  await line.cut();
  await publish('Четвёртый отбор');
  for (const drain of bus.drains) await drain();
  await gateway.stop();
  await line.mend();
  gateway = await startGateway({ ...env, REDIS_URL: line.url, REDIS_TIMEOUT_MS: '10000' }, { bus });
  await bus.settle();
  expect((await ask(LIST)).text).toContain('Четвёртый отбор');
  expect(bus.deadLetters()).toEqual([]);
});

test.each<[string, string]>([
  ['a field that carries no hint', '{ myInitiativeGroups { id } }'],
  ['nothing but names of types', '{ __typename }'],
  ['an error', '{ contest(id: "none") { id } myTasks { id } }'],
  ['a document that is none', '{ contests'],
])('not kept: %s', async (_what, query) => {
  for (let n = 0; n < 2; n += 1) expect(await ask(query)).toMatchObject({ isKept: false, cacheControl: 'no-store' });
});
