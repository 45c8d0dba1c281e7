import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TokenVerifier } from './auth/token-verifier.ts';
import type { GraphqlServer } from './graphql/server.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import { contextOf, errorAnswer } from './request-context.ts';
import { childTrace, currentTrace, parseTraceparent, runInTrace } from './trace-context.ts';
import type { Tracing } from './tracing.ts';

export interface PreparedRouteOptions {
  graphql: Pick<GraphqlServer, 'prepared'>;
  verifier: TokenVerifier;
  log: Logger;
  metrics: Metrics;
  tracing: Tracing;
  bodyLimitBytes: number;
}

const PATH = '/graphql/';
const HASH_LENGTH = 64;

/**
 * POST /graphql/<sha256> with `{"variables": {...}}`: a prepared operation on the bare HTTP server, for on the last evening the routing, hooks
 * and parsing of a general server cost as much as the vote itself (ADR 7). Gives false, untouched, for any other request.
 */
export function preparedRoute(options: PreparedRouteOptions): (req: IncomingMessage, res: ServerResponse) => boolean {
  const { graphql } = options;
  return (request, response) => {
    const { method, url = '' } = request;
    if (method !== 'POST' || !url.startsWith(PATH)) return false;
    const hash = url.slice(PATH.length);
    if (hash.length !== HASH_LENGTH || !graphql.prepared.has(hash)) return false;
    const trace = childTrace(parseTraceparent(text(request.headers['traceparent'])));
    void runInTrace(trace, () => answer(hash, request, response, options));
    return true;
  };
}

const text = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;

async function answer(
  hash: string,
  request: IncomingMessage,
  response: ServerResponse,
  { graphql, verifier, log, metrics, tracing, bodyLimitBytes }: PreparedRouteOptions,
): Promise<void> {
  const startedAt = performance.now();
  const work = async () => {
    const variables = await variablesOf(request, bodyLimitBytes);
    return graphql.prepared.execute(hash, variables, await contextOf(request, verifier));
  };
  let status = 200;
  let body: object & { errors?: readonly { extensions?: object }[] };
  try {
    body = await tracing.run({ name: 'graphql', kind: 'server', parent: currentTrace() ?? null }, work);
    const refused = body.errors?.some(({ extensions }) => (extensions as { code?: string }).code === 'UNAUTHENTICATED');
    if (refused) status = 401;
  } catch (error) {
    ({ status, body } = errorAnswer(error as Error, log));
  }
  // Whoever sends more than is taken is not listened to any longer.
  if (!request.complete) response.setHeader('connection', 'close');
  send(response, status, JSON.stringify(body));
  const seconds = (performance.now() - startedAt) / 1000;
  metrics.operation('prepared', hash.slice(0, 12), body.errors ? 'error' : 'ok', seconds);
  metrics.http('/graphql/:hash', status, seconds);
  // A line for each vote would cost more than it tells: the metrics count them.
  if (body.errors) log.info({ method: 'POST', route: '/graphql/:hash', status, seconds }, 'request');
}

class RequestError extends Error {
  readonly statusCode: number;
  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** Variables of a GraphQL request without its document. Only as application/json: a form of another site cannot send that unasked. */
async function variablesOf(request: IncomingMessage, limit: number): Promise<Record<string, unknown>> {
  if (!request.headers['content-type']?.startsWith('application/json'))
    throw new RequestError(415, 'The body must be application/json');
  const body = await bodyOf(request, limit);
  let variables: unknown;
  try {
    ({ variables = {} } = JSON.parse(body) as { variables?: unknown });
  } catch {
    throw new RequestError(400, 'The body is not a JSON object');
  }
  if (typeof variables !== 'object' || variables === null || Array.isArray(variables))
    throw new RequestError(400, 'The variables must be an object');
  return variables as Record<string, unknown>;
}

function bodyOf(request: IncomingMessage, limit: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else reject(new RequestError(413, `The body is larger than ${limit} bytes`));
  });
  request.on('end', () => resolve((chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString()));
  request.on('error', reject);
  return promise;
}

function send(response: ServerResponse, status: number, body: string): void {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, headers).end(body);
}
