import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastify from 'fastify';
import type { TokenVerifier } from './auth/token-verifier.ts';
import { InvalidToken, bearerToken } from './auth/token-verifier.ts';
import type { Context } from './graphql/context.ts';
import { makeContext } from './graphql/context.ts';
import { USER_MESSAGES, unauthenticated } from './graphql/errors.ts';
import type { GraphqlServer } from './graphql/server.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import { childTrace, currentTrace, parseTraceparent, runInTrace } from './trace-context.ts';
import type { TraceContext } from './trace-context.ts';
import type { Tracing } from './tracing.ts';

export interface HttpOptions {
  graphql: Pick<GraphqlServer, 'apollo' | 'prepared'>;
  verifier: TokenVerifier;
  log: Logger;
  metrics: Metrics;
  tracing: Tracing;
  bodyLimitBytes: number;
  /** May this replica take requests? Never asks the event log. */
  ready: () => Promise<boolean>;
}

/** The HTTP side of a service: GraphQL, probes, metrics; not listening yet. */
export function makeHttp(options: HttpOptions): FastifyInstance {
  const app = fastify({ bodyLimit: options.bodyLimitBytes, logger: false, trustProxy: true });
  app.setErrorHandler((error: FastifyError, _request, reply) => sendError(error, reply, options.log));
  addTrace(app);
  addProbes(app, options);
  addRequestLog(app, options);
  addGraphql(app, options);
  return app;
}

/** The caller of a plain HTTP route of a service; throws UNAUTHENTICATED on an invalid token. */
export async function contextOf(request: FastifyRequest, verifier: TokenVerifier): Promise<Context> {
  const traceId = currentTrace()?.traceId ?? '';
  const key = request.headers['idempotency-key'];
  const idempotencyKey = typeof key === 'string' ? key : undefined;
  try {
    const token = bearerToken(request.headers.authorization);
    if (token === null) return makeContext({ caller: null, traceId, idempotencyKey });
    return makeContext({ caller: await verifier.verify(token), traceId, token, idempotencyKey });
  } catch (error) {
    if (error instanceof InvalidToken) throw unauthenticated('The access token is not valid');
    throw error;
  }
}

const traces = new WeakMap<FastifyRequest, TraceContext>();

function addTrace(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const header = request.headers['traceparent'];
    traces.set(request, childTrace(parseTraceparent(typeof header === 'string' ? header : undefined)));
    done();
  });
  // Only here: reading the body continues in the socket's context and would lose what an earlier hook set.
  app.addHook('preHandler', (request, _reply, done) => {
    runInTrace(traces.get(request)!, done);
  });
}

function addProbes(app: FastifyInstance, { metrics, ready }: HttpOptions): void {
  app.get('/livez', async () => 'ok');
  app.get('/readyz', async (_request, reply) => {
    const isReady = await ready();
    return reply.code(isReady ? 200 : 503).send(isReady ? 'ok' : 'not ready');
  });
  app.get('/metrics', async (_request, reply) => {
    const { registry } = metrics;
    return reply.header('content-type', registry.contentType).send(await registry.metrics());
  });
}

function addRequestLog(app: FastifyInstance, { log, metrics }: HttpOptions): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const seconds = reply.elapsedTime / 1000;
    metrics.http(route, reply.statusCode, seconds);
    const traceId = traces.get(request)?.traceId;
    const probe = route === '/livez' || route === '/readyz' || route === '/metrics';
    const fields = { method: request.method, route, status: reply.statusCode, seconds, traceId };
    log[probe ? 'trace' : 'info'](fields, 'request');
    done();
  });
}

function addGraphql(app: FastifyInstance, options: HttpOptions): void {
  const { graphql, verifier, tracing } = options;
  const viaApollo = fastifyApolloHandler<Context>(graphql.apollo, {
    context: (request) => contextOf(request, verifier),
  });
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: async (request, reply) =>
      tracing.run({ name: 'graphql', kind: 'server', parent: currentTrace() ?? null }, async () => {
        const hash = request.method === 'POST' ? graphql.prepared.find(request.body) : null;
        if (hash === null) return viaApollo.call(app, request, reply);
        return executePrepared(hash, request, reply, options);
      }),
  });
}

async function executePrepared(
  hash: string,
  request: FastifyRequest,
  reply: FastifyReply,
  { graphql, verifier, metrics }: HttpOptions,
): Promise<unknown> {
  const startedAt = performance.now();
  const context = await contextOf(request, verifier);
  const result = await graphql.prepared.execute(hash, request.body, context);
  const seconds = (performance.now() - startedAt) / 1000;
  metrics.operation('prepared', hash.slice(0, 12), result.errors ? 'error' : 'ok', seconds);
  const rejected = result.errors?.some((error) => error.extensions?.['code'] === 'UNAUTHENTICATED');
  reply.code(rejected ? 401 : 200).type('application/json; charset=utf-8');
  return JSON.stringify(result);
}

function sendError(error: FastifyError, reply: FastifyReply, log: Logger): FastifyReply {
  const { extensions } = error as unknown as {
    extensions?: { code: string; http?: { status: number } };
  };
  const status = extensions?.http?.status ?? error.statusCode ?? 500;
  const code = extensions?.code ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL');
  const traceId = currentTrace()?.traceId;
  if (status >= 500) log.error({ err: error }, 'unexpected failure');
  const message = status < 500 ? error.message : 'Internal error';
  const body = { code, userMessage: USER_MESSAGES[code] ?? USER_MESSAGES['INTERNAL'], traceId };
  return reply.code(status).send({ errors: [{ message, extensions: body }] });
}
