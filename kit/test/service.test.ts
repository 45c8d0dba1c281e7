import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sha256Hex } from '../src/index.ts';
import type { TestService } from '../src/testing/harness.ts';
import { startForTest } from '../src/testing/harness.ts';
import { counters } from './fixture/counters.ts';

const WHO = 'query Who { whoAmI }';
const READ = 'query Read($id: ID!) { counter(id: $id) { id value cost } }';
const CREATE = `mutation Create($input: AddInput!) {
  createCounter(input: $input) { counter { id value cost version updatedAt } rejection { code userMessage path } }
}`;
const ADD = `mutation Add($input: AddInput!) {
  add(input: $input) { counter { id value version } rejection { code userMessage path } }
}`;

const citizen = { sub: 'citizen-1', roles: ['citizen'] as const };

let service: TestService;
beforeAll(async () => {
  service = await startForTest(counters({ prepared: { [sha256Hex(WHO)]: WHO, [sha256Hex(READ)]: READ } }));
});
afterAll(() => service.stop());

describe('a mutation', () => {
  test('saves the state and tells the event, once, in CloudEvents binary mode', async () => {
    const input = { amount: 5, cost: '12.34', idempotencyKey: 'create-0001' };
    const { data, errors } = await service.gql(CREATE, { input }, citizen);
    expect(errors).toBeUndefined();
    const { counter } = data.createCounter;
    expect(counter).toMatchObject({
      value: 5,
      cost: '12.34',
      version: 1,
      updatedAt: '2026-03-01T04:00:00.000Z',
    });
    await service.settle();
    const published = service.bus.published('veche.test.Added').filter(({ key }) => key === counter.id);
    expect(published).toHaveLength(1);
    expect(published[0]).toMatchObject({ data: { counterId: counter.id, amount: 5 }, sequence: 1 });
    expect(published[0]!.headers).toMatchObject({
      ce_specversion: '1.0',
      ce_source: '/veche/counters',
      ce_subject: counter.id,
      ce_time: '2026-03-01T04:00:00.000Z',
      ce_sequence: '1',
      'content-type': 'application/json',
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    });
  });

  test('gives the same answer to the same key and refuses the key for another payload', async () => {
    const input = { amount: 7, idempotencyKey: 'create-0002' };
    const first = await service.gql(CREATE, { input }, citizen);
    const again = await service.gql(CREATE, { input }, citizen);
    expect(again.data).toEqual(first.data);
    const misuse = await service.gql(CREATE, { input: { ...input, amount: 8 } }, citizen);
    expect(misuse.data.createCounter).toMatchObject({
      counter: null,
      rejection: { code: 'IDEMPOTENCY_KEY_REUSED' },
    });
  });

  test('answers a refusal as data with a Russian sentence', async () => {
    const { data } = await service.gql(CREATE, { input: { amount: 1001 } }, citizen);
    expect(data.createCounter).toEqual({
      counter: null,
      rejection: { code: 'TOO_MUCH', userMessage: 'Не больше 1000.', path: ['amount'] },
    });
  });

  test('notices a stale version', async () => {
    const { data } = await service.gql(CREATE, { input: { amount: 1 } }, citizen);
    const { id } = data.createCounter.counter;
    const stale = await service.gql(ADD, { input: { id, amount: 1, expectedVersion: 9 } }, citizen);
    expect(stale.data.add.rejection.code).toBe('VERSION_CONFLICT');
    const missing = await service.gql(ADD, { input: { id: 'nothing', amount: 1 } }, citizen);
    expect(missing.data.add.rejection.code).toBe('NOT_FOUND');
  });

  test('needs an idempotency key', async () => {
    const headers = { authorization: `Bearer ${await service.token(citizen)}` };
    const { errors } = await service.post({ query: CREATE, variables: { input: { amount: 1 } } }, headers);
    expect(errors![0]!.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['idempotencyKey'],
    });
  });
});

describe('who asks', () => {
  test('nobody: public fields only', async () => {
    const { errors } = await service.gql(WHO);
    expect(errors![0]!.extensions).toMatchObject({
      code: 'UNAUTHENTICATED',
      userMessage: expect.stringMatching(/[а-я]/),
    });
  });

  test('somebody without the role: FORBIDDEN', async () => {
    const { errors } = await service.gql(CREATE, { input: { amount: 1 } }, { roles: ['expert'] });
    expect(errors![0]!.extensions['code']).toBe('FORBIDDEN');
  });

  test.each([
    ['garbage', async () => 'Bearer x.y.z'],
    ['another scheme', async () => 'Basic YTpi'],
    ['an expired token', async () => `Bearer ${await service.issuer.sign(citizen, { exp: 1 })}`],
    ['an ID token', async () => `Bearer ${await service.issuer.sign(citizen, { typ: 'ID' })}`],
    ['another audience', async () => `Bearer ${await service.issuer.sign(citizen, { aud: 'portal' })}`],
    ['another realm', async () => `Bearer ${await service.issuer.sign(citizen, { iss: 'http://evil.test' })}`],
  ])('%s: 401, never anonymous, on both paths', async (_name, header) => {
    const headers = { authorization: await header() };
    for (const answer of [
      service.post({ query: '{ counters { totalCount } }' }, headers),
      service.prepared(sha256Hex(READ), { id: 'x' }, headers),
    ]) {
      const { status, errors, data } = await answer;
      expect(status).toBe(401);
      expect(data).toBeNull();
      expect(errors![0]!.extensions['code']).toBe('UNAUTHENTICATED');
    }
  });
});

describe('prepared operations', () => {
  test('are executed under the same policy as the others', async () => {
    const headers = { authorization: `Bearer ${await service.token(citizen)}` };
    expect(await service.prepared(sha256Hex(WHO), {}, headers)).toMatchObject({
      data: { whoAmI: 'citizen-1' },
      status: 200,
    });
    const { errors, status } = await service.prepared(sha256Hex(WHO), {});
    expect(status).toBe(401);
    expect(errors![0]!.extensions).toMatchObject({
      code: 'UNAUTHENTICATED',
      userMessage: expect.any(String),
    });
  });

  test('check their variables', async () => {
    const { errors } = await service.prepared(sha256Hex(READ), {});
    expect(errors![0]!.extensions['code']).toBe('BAD_USER_INPUT');
  });

  test.each<[string, string, string, number]>([
    ['no JSON', 'application/json', '{', 400],
    ['no object', 'application/json', 'null', 400],
    ['variables that are none', 'application/json', '{"variables":[1]}', 400],
    ['a form', 'text/plain', '{}', 415],
    ['a body over the limit', 'application/json', JSON.stringify({ variables: { id: 'x'.repeat(2_000_000) } }), 413],
  ])('%s is refused with a sentence', async (_name, type, body, expected) => {
    const url = `${service.url}/graphql/${sha256Hex(READ)}`;
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
    expect(response.status).toBe(expected);
    const { errors } = (await response.json()) as { errors: [{ extensions: object }] };
    expect(errors[0].extensions).toMatchObject({ code: 'BAD_REQUEST', userMessage: expect.any(String) });
  });

  test('an unknown hash is not executed', async () => {
    const { errors, status } = await service.prepared(sha256Hex('other'), {});
    expect(status).toBe(404);
    expect(errors).toHaveLength(1);
  });
});

describe('failures', () => {
  test('the unexpected is INTERNAL with a trace id and nothing else', async () => {
    const { errors } = await service.gql('{ broken }');
    expect(errors![0]).toMatchObject({
      message: 'Internal error',
      extensions: { code: 'INTERNAL', traceId: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
    expect(JSON.stringify(errors)).not.toContain('112-233');
  });

  test('a malformed request has a Russian sentence too', async () => {
    const { errors } = await service.gql('{ nothing }');
    expect(errors![0]!.extensions).toMatchObject({
      code: 'GRAPHQL_VALIDATION_FAILED',
      userMessage: expect.stringMatching(/[а-я]/),
    });
    const broken = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(broken.status).toBe(400);
    expect(((await broken.json()) as any).errors[0].extensions.code).toBe('BAD_REQUEST');
  });

  test('a form post from another site is refused', async () => {
    const response = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"query":"{ whoAmI }"}',
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
  });
});

test('a service with a hole in its policy does not start', async () => {
  const policy = { Query: { counter: 'public', nothing: 'public' } as const, Mutation: {} };
  await expect(startForTest(counters({ policy }))).rejects.toThrow(
    /whoAmI has no rule[^]*nothing has a rule|nothing has a rule[^]*whoAmI has no rule/,
  );
});

test('probes and metrics answer', async () => {
  const alive = await fetch(`${service.url}/livez`);
  // Longer than proxies keep an idle connection: they close it, and not the server beneath their next request.
  expect([alive.status, alive.headers.get('keep-alive')]).toEqual([200, 'timeout=72']);
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  expect(metrics).toContain('veche_outbox_depth{service="counters"} 0');
  expect(metrics).toContain('operation="createCounter"');
  expect(metrics).not.toContain('citizen-1');
});

test('lists are pages', async () => {
  const page =
    '($first: Int, $after: String) { counters(first: $first, after: $after) { totalCount nodes { id value } pageInfo { hasNextPage endCursor } } }';
  const all = await service.gql(`query${page}`, { first: 100 });
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const { data, errors }: any = await service.gql(`query${page}`, { first: 2, after });
    expect(errors).toBeUndefined();
    ids.push(...data.counters.nodes.map((node: { id: string }) => node.id));
    after = data.counters.pageInfo.hasNextPage ? data.counters.pageInfo.endCursor : null;
  } while (after);
  expect(ids).toEqual(all.data.counters.nodes.map((node: { id: string }) => node.id));
  expect(ids).toHaveLength(all.data.counters.totalCount);
  const tooMany = await service.gql(`query${page}`, { first: 101 });
  expect(tooMany.errors![0]!.extensions['code']).toBe('BAD_USER_INPUT');
});
