import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from './log.ts';
import type { OperationLabels, OperationResult } from './graphql/operation-metrics.ts';
import type { Metrics } from './metrics.ts';
import { errorAnswer } from './request-context.ts';
import { childTrace, parseTraceparent, runInTrace, type TraceContext } from './trace-context.ts';
import type { Tracing } from './tracing.ts';

export interface DirectOptions {
  log: Logger;
  metrics: Metrics;
  tracing: Tracing;
  bodyLimitBytes: number;
}

/** Operations that are answered by their hashes, with the names that metrics give them. */
type Known = ReadonlyMap<string, OperationLabels>;

export interface DirectAnswer {
  status: number;
  /** JSON. */
  body: string | Buffer;
  headers?: Readonly<Record<string, string>>;
  result: OperationResult;
}

/** Answers one operation by its hash and the bytes of the request's body. */
export type DirectHandler = (hash: string, body: string, request: IncomingMessage) => Promise<DirectAnswer>;

const PATH = '/graphql/';
const HASH_LENGTH = 64;

/**
 * POST /graphql/<sha256> on the bare HTTP server, for on the last evening the routing, hooks and parsing of a general server cost as much as the
 * vote itself (ADR 7). The route gives false, untouched, for any other request.
 */
export function directRoute(known: Known, handle: DirectHandler, options: DirectOptions) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const { method, url = '' } = request;
    if (method !== 'POST' || !url.startsWith(PATH)) return false;
    const hash = url.slice(PATH.length);
    const labels = hash.length === HASH_LENGTH ? known.get(hash) : undefined;
    if (!labels) return false;
    const header = request.headers['traceparent'];
    const trace = childTrace(parseTraceparent(typeof header === 'string' ? header : undefined));
    void answer(hash, handle, { request, response, options, labels, trace });
    return true;
  };
}

interface Asked {
  request: IncomingMessage;
  response: ServerResponse;
  options: DirectOptions;
  labels: OperationLabels;
  trace: TraceContext;
}

async function answer(
  hash: string,
  handle: DirectHandler,
  { request, response, options, labels, trace }: Asked,
): Promise<void> {
  const { log, metrics, tracing, bodyLimitBytes } = options;
  const startedAt = performance.now();
  const work = async () => {
    const body = await bodyOf(request, bodyLimitBytes);
    await endOfTurn();
    return handle(hash, body, request);
  };
  const { status, body, headers, result } = await tracing
    .run({ name: 'graphql', kind: 'server', as: trace }, work)
    .catch((error: Error) => runInTrace(trace, () => failure(error, log)));
  // Whoever sends more than is taken is not listened to any longer.
  if (!request.complete) response.setHeader('connection', 'close');
  const ours = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, headers ? { ...headers, ...ours } : ours);
  // Head and body leave in one piece where both are texts; as Latin-1 bytes stay what they are.
  if (typeof body === 'string') response.end(body);
  else response.end(body.toString('latin1'), 'latin1');
  const seconds = (performance.now() - startedAt) / 1000;
  metrics.operation(labels, result, seconds);
  metrics.http('/graphql/:hash', status, seconds);
  // A line for each vote would cost more than it tells: the metrics count them.
  if (result !== 'ok')
    log.info({ method: 'POST', route: '/graphql/:hash', status, seconds, traceId: trace.traceId }, 'request');
}

let turn: Promise<void> | null = null;

/**
 * What came in one turn of the event loop goes on together. Promises then run it step by step, first all tokens, then all decisions, then all answers,
 * so that each step finds its code in the processor's caches (measured in ADR 7).
 */
function endOfTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = null;
      resolve();
    });
  });
  return turn;
}

function failure(error: Error, log: Logger): DirectAnswer {
  const { status, headers, body } = errorAnswer(error, log);
  return { status, headers, body: JSON.stringify(body), result: status >= 500 ? 'error' : 'refused' };
}

/** A request that is refused before anything of it is looked at. */
export class RequestError extends Error {
  readonly statusCode: number;
  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** Only as application/json: a form of another site cannot send that unasked. */
function bodyOf(request: IncomingMessage, limit: number): Promise<string> {
  if (!request.headers['content-type']?.startsWith('application/json'))
    return Promise.reject(new RequestError(415, 'The body must be application/json'));
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else reject(new RequestError(413, `The body is larger than ${limit} bytes`));
  });
  request.on('end', () => resolve((chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString()));
  request.on('error', () => reject(new RequestError(400, 'The request ended early')));
  return promise;
}
