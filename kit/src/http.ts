import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastify from 'fastify';
import type { TokenVerifier } from './auth/token-verifier.ts';
import type { Context } from './graphql/context.ts';
import type { GraphqlServer } from './graphql/server.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import { contextOf, errorAnswer } from './request-context.ts';
import { childTrace, parseTraceparent, runInTrace } from './trace-context.ts';
import type { TraceContext } from './trace-context.ts';
import type { Tracing } from './tracing.ts';

export interface HttpOptions {
  graphql: Pick<GraphqlServer, 'apollo'>;
  /** Sees each request before the general server, and says whether it has taken it. */
  direct: (request: IncomingMessage, response: ServerResponse) => boolean;
  verifier: TokenVerifier;
  log: Logger;
  metrics: Metrics;
  tracing: Tracing;
  bodyLimitBytes: number;
  /** How long a request may take to come whole; the server's own default of 5 minutes unless given. */
  requestTimeoutMs?: number;
  /** May this replica take requests? Never asks the event log. */
  ready: () => Promise<boolean>;
}

/**
 * An idle connection is closed by its client, which knows of it, and not by the server, which may do so in the moment of the next request: longer than
 * the gateway keeps connections to subgraphs (30 s), and than the usual proxies keep theirs to a gateway (60 s).
 */
const KEEP_ALIVE_MS = 72_000;

/** The HTTP side of a service: GraphQL, probes, metrics; not listening yet. */
export function makeHttp(options: HttpOptions): FastifyInstance {
  const { requestTimeoutMs: requestTimeout } = options;
  const timeouts = requestTimeout && { requestTimeout, connectionsCheckingInterval: Math.ceil(requestTimeout / 4) };
  const app = fastify({
    bodyLimit: options.bodyLimitBytes,
    logger: false,
    // A request that comes over a kept connection while the server ends is one of those that it still answers.
    return503OnClosing: false,
    serverFactory: (general) =>
      createServer({ keepAliveTimeout: KEEP_ALIVE_MS, ...timeouts }, (request, response) => {
        if (!options.direct(request, response)) general(request, response);
      }),
  });
  app.setErrorHandler((error: FastifyError, _request, reply) => sendError(error, reply, options.log));
  app.setNotFoundHandler((_request, reply) =>
    sendError(Object.assign(new Error('No such address'), { statusCode: 404 }), reply, options.log),
  );
  addTrace(app);
  addProbes(app, options);
  addRequestLog(app, options);
  addGraphql(app, options);
  return app;
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

function addGraphql(app: FastifyInstance, { graphql, verifier, tracing }: HttpOptions): void {
  const viaApollo = fastifyApolloHandler<Context>(graphql.apollo, {
    context: (request) => contextOf(request, verifier),
  });
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: async (request, reply) =>
      tracing.run({ name: 'graphql', kind: 'server', as: traces.get(request)! }, async () =>
        viaApollo.call(app, request, reply),
      ),
  });
}

function sendError(error: Error & { statusCode?: number }, reply: FastifyReply, log: Logger): FastifyReply {
  const { status, headers, body } = errorAnswer(error, log);
  return reply.code(status).headers(headers).send(body);
}
