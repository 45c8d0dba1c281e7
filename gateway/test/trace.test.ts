import '../src/telemetry-off.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { assertCompositionSuccess, composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { makeLog, type Consumer } from '@veche/kit';
import { startForTest, type TestService } from '@veche/kit/testing/harness';
import { MemoryBus } from '@veche/kit/testing/memory-bus';
import { makeIssuer, type TestIssuer } from '@veche/kit/testing/tokens';
import { readSchema } from '../../kit/src/graphql/schema-files.ts';
import { counters, TOPIC } from '../../kit/test/fixture/counters.ts';
import { startGateway, type RunningGateway } from '../src/server.ts';

interface Span {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
}

const CREATE = 'mutation Create($input: AddInput!) { createCounter(input: $input) { counter { id } } }';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CLIENT = '00f067aa0ba902b7';

const spans: Span[] = [];
const lines: Record<string, unknown>[] = [];
const directory = mkdtempSync(join(tmpdir(), 'veche-trace-'));
let outside: Server;
let issuer: TestIssuer;
let source: TestService;
let reader: TestService;
let gateway: RunningGateway;

/** The collector and the realm. */
function listen(): Promise<string> {
  outside = createServer(
    (request, response) =>
      void text(request).then((body) => {
        if (request.url === '/v1/traces') spans.push(...spansOf(body));
        response.setHeader('content-type', 'application/json');
        response.end(request.url === '/certs' ? JSON.stringify(issuer.jwks) : '{}');
      }),
  );
  const { promise, resolve } = Promise.withResolvers<string>();
  outside.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(outside.address() as { port: number }).port}`));
  return promise;
}

function spansOf(body: string): Span[] {
  const { resourceSpans } = JSON.parse(body);
  return resourceSpans.flatMap(({ resource, scopeSpans }: any) => {
    const service = resource.attributes.find(({ key }: any) => key === 'service.name').value.stringValue;
    return scopeSpans.flatMap((scope: any) => scope.spans).map((span: any) => ({ ...span, service }));
  });
}

/** Writes a line of its log for each event. */
const telling: Consumer[] = [
  { type: 'veche.test.Added', topic: TOPIC, handle: async () => reader.deps.log.info('taken') },
];

beforeAll(async () => {
  issuer = await makeIssuer();
  const address = await listen();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: address };
  const bus = new MemoryBus();
  const log = makeLog('reader', 'info', { write: (line: string) => void lines.push(JSON.parse(line)) });
  source = await startForTest(counters({ name: 'voting' }), { bus, env, issuer });
  reader = await startForTest(counters({ name: 'reader', consumers: () => telling }), { bus, env, issuer, log });
  const schema = new URL('../../kit/test/fixture/schema.graphql', import.meta.url);
  const composed = composeServices([
    { name: 'voting', url: `${source.url}/graphql`, typeDefs: parse(readSchema(schema)) },
  ]);
  assertCompositionSuccess(composed);
  const supergraph = join(directory, 'supergraph.graphql');
  writeFileSync(supergraph, composed.supergraphSdl);
  gateway = await startGateway({
    ...env,
    HOST: '127.0.0.1',
    PORT: '0',
    SUPERGRAPH_FILE: supergraph,
    TOKEN_VERIFIER: 'jose',
    TOKEN_ISSUER: issuer.issuer,
    TOKEN_JWKS_URL: `${address}/certs`,
    LOG_LEVEL: 'silent',
  });
}, 120_000);
afterAll(async () => {
  outside.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('one request', () => {
  let metrics = '';
  beforeAll(async () => {
    const token = await issuer.sign({ sub: 'person-7', roles: ['citizen'] });
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'idempotency-key': 'trace-0001',
      traceparent: `00-${TRACE}-${CLIENT}-01`,
    };
    const body = JSON.stringify({ query: CREATE, variables: { input: { amount: 5 } } });
    const answer = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body });
    expect(await answer.json()).toMatchObject({ data: { createCounter: { counter: { id: expect.any(String) } } } });
    await source.settle();
    metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    // Spans are sent at the end at the latest.
    await Promise.all([gateway.stop(), source.stop(), reader.stop()]);
  });

  test('is one trace from the gateway through the subgraph and the event log into the consumer', () => {
    const own = spans.filter(({ traceId }) => traceId === TRACE);
    const of = (service: string, name: string) => own.find((span) => span.service === service && span.name === name)!;
    const [first, second, third] = [
      of('gateway', 'graphql'),
      of('voting', 'graphql'),
      of('reader', 'veche.test.Added'),
    ];
    expect(own).toHaveLength(3);
    // Each hangs under the one before it: no parent is missing in the picture.
    expect([first.parentSpanId, second.parentSpanId, third.parentSpanId]).toEqual([
      CLIENT,
      first.spanId,
      second.spanId,
    ]);
  });

  test('is found in the log of the consumer by that trace', () => {
    expect(lines.find(({ message }) => message === 'taken')).toMatchObject({ service: 'reader', traceId: TRACE });
  });

  test('is counted by operation and by subgraph', () => {
    const counted = (name: string, ...labels: string[]): string =>
      metrics
        .split('\n')
        .find((line) => line.startsWith(`${name}_count{`) && labels.every((one) => line.includes(one)))!;
    const operation = counted('veche_graphql_operation_seconds', 'operation="createCounter"', 'result="ok"');
    expect(operation).toMatch(/ 1$/);
    expect(counted('veche_gateway_subgraph_seconds', 'subgraph="voting"', 'result="ok"')).toMatch(/ 1$/);
  });
});
