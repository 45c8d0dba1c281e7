import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenVerifier } from '../auth/token-verifier.ts';
import type { BaseConfig } from '../config.ts';
import { makeLog, type Logger } from '../log.ts';
import type { Deps, RunningService, ServiceDefinition } from '../service-definition.ts';
import { startService } from '../service.ts';
import { ManualClock } from './clock.ts';
import { MemoryBus } from './memory-bus.ts';
import type { TestCaller, TestIssuer } from './tokens.ts';
import { makeIssuer } from './tokens.ts';

export const TEST_MONGODB_URI = process.env['TEST_MONGODB_URI'] ?? 'mongodb://127.0.0.1:27999/?directConnection=true';

export interface TestOptions {
  clock?: ManualClock;
  env?: Record<string, string>;
  /** Shared by the services of one test. */
  bus?: MemoryBus;
  issuer?: TestIssuer;
  /** true runs background tasks by their own timers; otherwise runBackground() does. */
  background?: boolean;
  /** Where questions go instead of the service itself, once there is such a place: a gateway before it. */
  front?: Front;
  /** For tests that read what is logged. */
  log?: Logger;
}

export interface Front {
  url: string | null;
}

export interface GqlResult {
  data: any;
  errors: { message: string; path?: (string | number)[]; extensions: Record<string, any> }[] | undefined;
  status: number;
}

export interface TestService<C extends BaseConfig = BaseConfig> {
  url: string;
  bus: MemoryBus;
  clock: ManualClock;
  issuer: TestIssuer;
  deps: Deps<C>;
  /** Asks over HTTP, with a signed token when `as` is given. Every call has its own idempotency key header. */
  gql(query: string, variables?: Record<string, unknown>, as?: TestCaller): Promise<GqlResult>;
  /** Any request body and headers, e.g. a malformed token. */
  post(body: unknown, headers?: Record<string, string>): Promise<GqlResult>;
  /** A prepared operation by the hash of its document. */
  prepared(hash: string, variables: unknown, headers?: Record<string, string>): Promise<GqlResult>;
  /** Signs a token for use with post(). */
  token(as: TestCaller): Promise<string>;
  /** Runs one background task now, as the timer would. */
  runBackground(name: string): Promise<void>;
  /** Waits until every outbox on the bus is empty and every consumer idle. */
  settle(): Promise<void>;
  /** Ends the service and drops its database. */
  stop(): Promise<void>;
}

let sharedIssuer: Promise<TestIssuer> | null = null;

/** A service on the real database server with a random database, an in-memory event log and a realm of its own. */
export async function startForTest<C extends BaseConfig>(
  definition: ServiceDefinition<C>,
  options: TestOptions = {},
): Promise<TestService<C>> {
  const bus = options.bus ?? new MemoryBus();
  const clock = options.clock ?? new ManualClock();
  // Key generation costs as much as a whole test; services of one file may as well trust one realm.
  const issuer = options.issuer ?? (await (sharedIssuer ??= makeIssuer()));
  const database = `test_${definition.name.replaceAll('-', '_')}_${randomBytes(6).toString('hex')}`;
  const service = await startService(definition, {
    env: { ...environment(issuer, database), ...options.env },
    bus,
    clock,
    verifier: tokenVerifier({ issuer: issuer.issuer, audience: 'gateway', keys: issuer.keys }),
    log: options.log ?? makeLog(definition.name, process.env['TEST_LOG_LEVEL'] ?? 'silent'),
    background: options.background ?? false,
  });
  const drain = drainOf(service);
  bus.drains.add(drain);
  return {
    url: service.url,
    bus,
    clock,
    issuer,
    deps: service.deps,
    ...requests(() => options.front?.url ?? service.url, issuer),
    runBackground: (name) => runBackground(service, name),
    settle: () => bus.settle(),
    async stop() {
      bus.drains.delete(drain);
      await service.deps.connection.db!.dropDatabase();
      await service.stop();
    },
  };
}

function environment(issuer: TestIssuer, database: string): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    PORT: '0',
    // Tests count what is read and written.
    MONGODB_URI: `${TEST_MONGODB_URI}&monitorCommands=true`,
    MONGODB_DATABASE: database,
    KAFKA_BROKERS: 'memory:0',
    TOKEN_ISSUER: issuer.issuer,
    TOKEN_JWKS_URL: `${issuer.issuer}/certs`,
    GRAPHQL_INTROSPECTION: 'true',
    FILES_DIR: join(tmpdir(), 'veche-test-files'),
    // The converter takes seconds; the tests that are about it have it.
    DOCUMENTS_SOFFICE: '/nowhere/soffice',
    LOG_LEVEL: 'silent',
  };
}

// A running drain may have looked before the last write, so what is left in the outboxes counts as well.
function drainOf({ relay }: RunningService<any>): () => Promise<number> {
  return async () => {
    const moved = await relay.drain().catch(() => 1);
    return moved + (await relay.backlog()).depth;
  };
}

async function runBackground(service: RunningService<any>, name: string): Promise<void> {
  const runner = service.background.find((one) => one.name === name);
  if (!runner) throw new Error(`no background task named ${name}`);
  if (!(await runner.runOnce())) throw new Error(`another holds the lease of ${name}`);
}

function requests(url: () => string, issuer: TestIssuer): Pick<TestService, 'gql' | 'post' | 'prepared' | 'token'> {
  const token = (as: TestCaller): Promise<string> => issuer.sign(as);
  async function send(path: string, body: unknown, headers: Record<string, string> = {}): Promise<GqlResult> {
    const response = await fetch(`${url()}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const { data = null, errors } = (await response.json()) as GqlResult;
    return { data, errors, status: response.status };
  }
  const post: TestService['post'] = (body, headers) => send('/graphql', body, headers);
  return {
    token,
    post,
    prepared: (hash, variables, headers) => send(`/graphql/${hash}`, { variables }, headers),
    async gql(query, variables = {}, as) {
      const headers: Record<string, string> = as ? { authorization: `Bearer ${await token(as)}` } : {};
      const idempotencyKey = randomBytes(12).toString('hex');
      return post({ query, variables }, { ...headers, 'idempotency-key': idempotencyKey });
    },
  };
}
