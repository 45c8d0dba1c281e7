import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { Agent, createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer, type Server } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { connectMongo, newId } from '../src/index.ts';
import { Authority } from '../src/testing/authority.ts';
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

/** How an answer says that its connection goes on. */
async function connectionOf(url: string, agent: Agent): Promise<string | undefined> {
  const [response] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.headers.connection;
}

describe('a service that cannot use what it needs says what, where and why', () => {
  let authority: Authority;
  let expired: Server;
  let where: string;
  beforeAll(async () => {
    authority = new Authority('RSA');
    const dates = { from: '20250101000000Z', until: '20250201000000Z' };
    const { certificate, key } = authority.person({ family: 'a', given: 'server' }, dates);
    expired = createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) });
    await new Promise<void>((resolve) => expired.listen(0, '127.0.0.1', resolve));
    where = `127.0.0.1:${(expired.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    expired.close();
    rmSync(authority.directory, { recursive: true, force: true });
  });
  const started = (env: Record<string, string>): Run =>
    run({
      HOST: '127.0.0.1',
      PORT: '0',
      MONGODB_URI: TEST_MONGODB_URI,
      MONGODB_DATABASE: `test_process_${newId().replaceAll('-', '').slice(-12)}`,
      KAFKA_BROKERS: '127.0.0.1:1',
      TOKEN_ISSUER: 'http://127.0.0.1:1',
      TOKEN_JWKS_URL: 'http://127.0.0.1:1/certs',
      ...env,
    });

  test('of its database: no address, nobody there, an expired certificate; never its password', async () => {
    const tls = `tls=true&tlsCAFile=${authority.rootFile}`;
    const bad = {
      'could not start: MongoDB at nowhere.invalid:27017 cannot be used: getaddrinfo': 'nowhere.invalid:27017',
      'could not start: MongoDB at 127.0.0.1:1 cannot be used: connect ECONNREFUSED': '127.0.0.1:1',
      [`could not start: MongoDB at ${where} cannot be used: certificate has expired`]: `${where}/?${tls}`,
    };
    await Promise.all(
      Object.entries(bad).map(async ([words, address]) => {
        const { ended, out, err } = started({ MONGODB_URI: `mongodb://counters:s3cret@${address}` });
        expect((await ended)[0]).toBe(1);
        const text = [...out, ...err].join('\n');
        expect(text).toContain(words);
        expect(text).not.toContain('s3cret');
      }),
    );
  });

  test('of its event log: an expired certificate, and it serves without', async () => {
    const service = started({ KAFKA_BROKERS: where, KAFKA_CA_FILE: authority.rootFile });
    await until(() => service.out.some((line) => line.includes('"message":"started"')));
    await until(() => service.out.some((line) => line.includes('certificate has expired') && line.includes(where)));
    service.process.kill('SIGKILL');
    await service.ended;
  });
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
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await connectionOf(`${url}/livez`, agent)).toBe('keep-alive');
    service.process.kill('SIGTERM');
    const startedAt = Date.now();
    // No request meets a closed door: the service says over the kept connection that it ends.
    while ((await connectionOf(`${url}/livez`, agent)) !== 'close');
    agent.destroy();
    expect((await service.ended)[0]).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(25_000);
    const text = service.out.join('\n');
    expect(text).toContain('Connection error: connect ECONNREFUSED 127.0.0.1:1');
    for (const secret of [token, 'person-7', 'createCounter']) expect(text).not.toContain(secret);

    const connection = await connectMongo(TEST_MONGODB_URI, database);
    const document: any = await connection.db!.collection('counters').findOne({});
    expect(document.outbox).toHaveLength(1);
    await connection.close();
  });
});
