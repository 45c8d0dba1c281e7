import '../src/telemetry-off.ts';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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

const REDIS_URL = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:16379';

const bus = new MemoryBus();
let contests: Contests;
let realm: Server;
let gateway: RunningGateway;

beforeAll(async () => {
  contests = await startContests({ bus });
  realm = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(contests.issuer.jwks)),
  );
  await new Promise<void>((resolve) => realm.listen(0, '127.0.0.1', () => resolve()));
  const env = {
    HOST: '127.0.0.1',
    PORT: '0',
    TOKEN_ISSUER: contests.issuer.issuer,
    TOKEN_JWKS_URL: `http://127.0.0.1:${(realm.address() as AddressInfo).port}/`,
    TOKEN_VERIFIER: 'jose',
    SUBGRAPH_CONTESTS_URL: `${contests.url}/graphql`,
    REDIS_URL,
    REDIS_TIMEOUT_MS: '10000',
    LOG_LEVEL: 'silent',
  };
  gateway = await startGateway(env, { bus });
}, 120_000);
afterAll(async () => {
  await gateway.stop();
  await contests.stop();
  realm.close();
});

const LIST = '{ contests(first: 100) { nodes { id title } pageInfo { hasNextPage } } }';

async function ask(query: string, as?: TestCaller) {
  const authorization: Record<string, string> = as ? { authorization: `Bearer ${await contests.token(as)}` } : {};
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify({ query }),
  });
  const header = (name: string) => response.headers.get(name);
  const text = await response.text();
  return { text, cacheControl: header('cache-control'), vary: header('vary'), isKept: header('age') !== null };
}

const published = async (title: string): Promise<string> => {
  const { id } = await does(contests, 'createContest', contestInput({ title }), organiser);
  await does(contests, 'publishContest', { contestId: id }, organiser);
  await bus.settle();
  return id;
};

test('what is public is kept for all who are not signed in, and no longer than until it changes', async () => {
  await published('Первый отбор');
  const first = await ask(LIST);
  expect(first).toMatchObject({ isKept: false, cacheControl: 'max-age=30, public' });
  expect(first.vary).toMatch(/authorization/);
  expect(first.text).toContain('Первый отбор');
  expect(await ask(LIST)).toEqual({ ...first, isKept: true });
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

test.each<[string, string]>([
  ['a field that carries no hint', '{ myInitiativeGroups { id } }'],
  ['nothing but names of types', '{ __typename }'],
  ['an error', '{ contest(id: "none") { id } myTasks { id } }'],
  ['a document that is none', '{ contests'],
])('not kept: %s', async (_what, query) => {
  for (let n = 0; n < 2; n += 1) expect(await ask(query)).toMatchObject({ isKept: false, cacheControl: 'no-store' });
});
