import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { connectMongo, newId } from '../src/index.ts';
import { TEST_MONGODB_URI } from '../src/testing/harness.ts';
import type { TestIssuer } from '../src/testing/tokens.ts';
import { makeIssuer } from '../src/testing/tokens.ts';

const MAIN = fileURLToPath(new URL('./fixture/main.ts', import.meta.url));

interface Run {
  process: ChildProcess;
  out: string[];
  err: string[];
  ended: Promise<[number | null]>;
}

function run(env: Record<string, string>): Run {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = (stream: NodeJS.ReadableStream, into: string[]) => {
    let rest = '';
    stream.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split('\n');
      rest = parts.pop()!;
      into.push(...parts);
    });
  };
  const result: Run = {
    process: child,
    out: [],
    err: [],
    ended: once(child, 'exit') as Promise<[number | null]>,
  };
  lines(child.stdout!, result.out);
  lines(child.stderr!, result.err);
  return result;
}

async function until<T>(find: () => T | undefined | false, limitMs = 20_000): Promise<T> {
  for (const deadline = Date.now() + limitMs; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    const found = find();
    if (found) return found;
    if (Date.now() > deadline) throw new Error('did not happen in time');
  }
}

test('wrong settings: all of them on stderr, none of their values, exit code 78', async () => {
  const bad = run({
    PORT: 'eighty',
    KAFKA_BROKERS: '',
    TOKEN_ISSUER: 's3cret',
    TOKEN_JWKS_URL: 'http://127.0.0.1:1/certs',
  });
  expect((await bad.ended)[0]).toBe(78);
  const text = bad.err.join('\n');
  for (const name of ['PORT', 'MONGODB_URI', 'KAFKA_BROKERS', 'TOKEN_ISSUER']) expect(text).toContain(`${name}`);
  expect(text).not.toContain('TOKEN_JWKS_URL');
  expect(text).not.toContain('s3cret');
});

describe('a service whose event log is away', () => {
  const database = `test_process_${newId().replaceAll('-', '').slice(-12)}`;
  let issuer: TestIssuer;
  const realm = createServer((_request, response) => response.end(JSON.stringify(issuer.jwks)));
  beforeAll(async () => {
    issuer = await makeIssuer();
    await new Promise<void>((resolve) => realm.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    realm.close();
    const connection = await connectMongo(TEST_MONGODB_URI, database);
    await connection.db!.dropDatabase();
    await connection.close();
  });

  test("answers, keeps the event, tells no one's data, and ends in order", async () => {
    const service = run({
      HOST: '127.0.0.1',
      PORT: '0',
      MONGODB_URI: TEST_MONGODB_URI,
      MONGODB_DATABASE: database,
      KAFKA_BROKERS: '127.0.0.1:1',
      TOKEN_ISSUER: issuer.issuer,
      TOKEN_JWKS_URL: `http://127.0.0.1:${(realm.address() as AddressInfo).port}/certs`,
    });
    const entries = () => service.out.map((line) => JSON.parse(line));
    const { url } = await until(() => entries().find(({ message }) => message === 'started'));
    const token = await issuer.sign({ sub: 'person-7', roles: ['citizen'] });
    const query = 'mutation ($input: AddInput!) { createCounter(input: $input) { counter { id } rejection { code } } }';
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        'idempotency-key': 'process-1',
      },
      body: JSON.stringify({ query, variables: { input: { amount: 3 } } }),
    });
    const { data } = (await response.json()) as any;
    expect(data.createCounter.counter.id).toEqual(expect.any(String));
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const request = await until(() => entries().find((entry) => entry.route === '/graphql'));
    expect(request).toMatchObject({
      service: 'counters',
      method: 'POST',
      status: 200,
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    service.process.kill('SIGTERM');
    const startedAt = Date.now();
    expect((await service.ended)[0]).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(25_000);
    const text = service.out.join('\n');
    for (const secret of [token, 'person-7', 'createCounter']) expect(text).not.toContain(secret);

    const connection = await connectMongo(TEST_MONGODB_URI, database);
    const document: any = await connection.db!.collection('counters').findOne({});
    expect(document.outbox).toHaveLength(1);
    await connection.close();
  });
});
