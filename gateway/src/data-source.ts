import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { currentTraceparent, type Context } from '@veche/kit';
import { GraphQLError } from 'graphql';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Agent, request, type Dispatcher } from 'undici';
import { restrictBy } from './cache-hint.ts';
import { RetryBudget } from './retry-budget.ts';

type Headers = Record<string, string>;

/** What a subgraph answered, unread. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Keep-alive connections to all subgraphs; the library's own fetcher costs half of the gateway's processor time. */
export class SubgraphPool {
  readonly #agent: Agent;
  /** For what may be repeated: many requests on few connections, so that one read or write of a socket carries several. */
  readonly #repeatable: Agent;

  constructor(timeoutMs: number) {
    const common = {
      keepAliveTimeout: 30_000,
      keepAliveMaxTimeout: 30_000,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    };
    this.#agent = new Agent({ ...common, connections: 64, pipelining: 1 });
    this.#repeatable = new Agent({ ...common, connections: 16, pipelining: 64 });
  }

  /** The answer to a POST, as it is; `timeoutMs` for a subgraph that has a limit of its own. */
  ask(address: URL, headers: Headers, body: string, timeoutMs?: number): Promise<Answer> {
    const limit = timeoutMs === undefined ? {} : { headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
    return answerOf(this.#agent, { ...target(address), ...limit, method: 'POST', headers, body });
  }

  /** The answer to a POST that may be repeated, as it is. */
  post(address: URL, headers: Headers, body: string): Promise<Answer> {
    return answerOf(this.#repeatable, { ...target(address), method: 'POST', headers, body, idempotent: true });
  }

  /** A plain document of a service, as it is. */
  get(address: URL, headers: Headers = {}) {
    return request(address, { dispatcher: this.#agent, method: 'GET', headers });
  }

  /** A request with whatever body, as streams both ways; it is never repeated. */
  forward(address: URL, method: 'GET' | 'POST', headers: Headers, body: Readable | null = null) {
    return request(address, { dispatcher: this.#agent, method, headers, body });
  }

  async close(): Promise<void> {
    await Promise.all([this.#agent.close(), this.#repeatable.close()]);
  }
}

const target = ({ origin, pathname, search }: URL) => ({ origin, path: pathname + search });

/** By the dispatcher itself: an answer that is wanted whole needs neither a stream nor a response object around it. */
function answerOf(agent: Agent, options: Agent.DispatchOptions): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  let [status, headers]: [number, IncomingHttpHeaders] = [0, {}];
  const chunks: Buffer[] = [];
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: () => {},
    onResponseStart: (_controller, statusCode, given) => void ([status, headers] = [statusCode, given]),
    onResponseData: (_controller, chunk) => void chunks.push(chunk),
    onResponseEnd: () => resolve({ status, headers, body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) }),
    onResponseError: (_controller, error) => reject(error),
  };
  agent.dispatch(options, handler);
  return promise;
}

/** What voting counts by class and network, and forgets (ADR 16); set by the proxy at the edge. */
export const ORIGIN_HEADERS = ['user-agent', 'x-forwarded-for'] as const;

/** What a connection says that ended before an answer began: a question may be asked again. */
const NOT_ANSWERED = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT']);

type Ask = (headers: Headers, body: string) => Promise<Answer>;
type Asked = GraphQLDataSourceProcessOptions<Context>;

/** Forwards who asks and the trace; every subgraph verifies the token again. JSON goes out and comes in once, with nothing of `fetch` between. */
export class Subgraph implements GraphQLDataSource<Context> {
  readonly #budget = new RetryBudget();
  readonly #name: string;
  readonly #ask: Ask;

  constructor(name: string, ask: Ask) {
    this.#name = name;
    this.#ask = ask;
  }

  async process(asked: Asked): ReturnType<GraphQLDataSource['process']> {
    const { query, variables, operationName } = asked.request;
    const body = JSON.stringify({ query, variables, operationName });
    const answer = await this.#answer(headersFor(asked.context), body, !query?.startsWith('mutation'));
    const read = readAnswer(this.#name, answer);
    this.#budget.earn();
    if ('incomingRequestContext' in asked)
      restrictBy(answer.headers['cache-control'], asked.incomingRequestContext.overallCachePolicy);
    return read;
  }

  /** A question that a subgraph in its restart did not take is asked once more, a mutation never. */
  async #answer(headers: Headers, body: string, isQuestion: boolean): Promise<Answer> {
    try {
      return await this.#ask(headers, body);
    } catch (error) {
      if (!isQuestion || !NOT_ANSWERED.has((error as NodeJS.ErrnoException).code ?? '') || !this.#budget.spend())
        throw error;
      return this.#ask(headers, body);
    }
  }
}

/** Of what nobody asked, as when the library looks at a subgraph, the context is empty. */
function headersFor({ token, idempotencyKey, headers: given }: Partial<Context>): Headers {
  const headers: Headers = { 'content-type': 'application/json' };
  if (token) headers['authorization'] = `Bearer ${token}`;
  const traceparent = currentTraceparent();
  if (traceparent) headers['traceparent'] = traceparent;
  if (idempotencyKey) headers['idempotency-key'] = idempotencyKey;
  for (const name of ORIGIN_HEADERS) {
    const value = given?.[name];
    if (typeof value === 'string') headers[name] = value;
  }
  return headers;
}

const REFUSALS: Readonly<Record<number, string>> = { 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN' };

/** A refusal of a subgraph (401, 400) is a GraphQL answer too. Throws where there is none; the name of the subgraph is for the log. */
function readAnswer(
  subgraph: string,
  { status, headers, body }: Answer,
): Awaited<ReturnType<GraphQLDataSource['process']>> {
  const isJson = String(headers['content-type']).includes('json');
  if (status >= 500 || (status >= 300 && !isJson)) throw failure(subgraph, `answered ${status}`, REFUSALS[status]);
  const read: unknown = isJson ? JSON.parse(body.toString()) : null;
  if (typeof read !== 'object' || read === null) throw failure(subgraph, 'answered what is no JSON object');
  return read;
}

const failure = (subgraph: string, what: string, code = 'DOWNSTREAM_SERVICE_ERROR') =>
  new GraphQLError(`A subgraph ${what}`, { extensions: { code, subgraph } });
