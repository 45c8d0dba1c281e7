import { RemoteGraphQLDataSource, type GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { currentTraceparent, type Context } from '@veche/kit';
import type { Readable } from 'node:stream';
import { Agent, request, type Dispatcher } from 'undici';
import { RetryBudget } from './retry-budget.ts';

type Fetcher = NonNullable<RemoteGraphQLDataSource['fetcher']>;

/** Keep-alive connections to all subgraphs; the library's own fetcher costs half of the gateway's processor time. */
export class SubgraphPool {
  readonly #agent: Agent;
  /** For what may be repeated: many requests on few connections, so that one read or write of a socket carries several. */
  readonly #repeatable: Agent;

  constructor(timeoutMs: number) {
    const common = { keepAliveTimeout: 30_000, headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
    this.#agent = new Agent({ ...common, connections: 64, pipelining: 1 });
    this.#repeatable = new Agent({ ...common, connections: 16, pipelining: 64 });
  }

  /** Looks like `fetch` as far as the data source asks; `timeoutMs` for a subgraph that has a limit of its own. */
  fetcher(timeoutMs?: number): Fetcher {
    const limit = timeoutMs === undefined ? {} : { headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
    return (address, init) => this.#fetch(address, init, limit);
  }

  async #fetch(...[address, init, limit]: [...Parameters<Fetcher>, object]): ReturnType<Fetcher> {
    const { statusCode, headers, body } = await request(address, {
      ...limit,
      dispatcher: this.#agent,
      method: (init?.method ?? 'GET') as 'POST',
      headers: init?.headers as Record<string, string>,
      body: init?.body as string,
    });
    // A refusal of a subgraph (401, 400) is a GraphQL answer too; the library would throw its errors away.
    const readable = statusCode < 500 && String(headers['content-type']).includes('json');
    const answer = {
      ok: statusCode < 300 || readable,
      status: statusCode,
      statusText: '',
      url: address,
      headers: { get: (name: string) => headers[name.toLowerCase()]?.toString() ?? null },
      json: () => body.json(),
      text: () => body.text(),
    };
    return answer as unknown as Awaited<ReturnType<Fetcher>>;
  }

  /** The answer to a POST that may be repeated, as it is. */
  post(address: URL, headers: Record<string, string>, body: string): Promise<{ status: number; body: Buffer }> {
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: Buffer }>();
    let status = 0;
    const chunks: Buffer[] = [];
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => {},
      onResponseStart: (_controller, statusCode) => void (status = statusCode),
      onResponseData: (_controller, chunk) => void chunks.push(chunk),
      onResponseEnd: () => resolve({ status, body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) }),
      onResponseError: (_controller, error) => reject(error),
    };
    const { origin, pathname: path } = address;
    this.#repeatable.dispatch({ origin, path, method: 'POST', headers, body, idempotent: true }, handler);
    return promise;
  }

  /** A plain document of a service, as it is. */
  get(address: URL, headers: Record<string, string> = {}) {
    return request(address, { dispatcher: this.#agent, method: 'GET', headers });
  }

  /** A request with whatever body, as streams both ways; it is never repeated. */
  forward(address: URL, method: 'GET' | 'POST', headers: Record<string, string>, body: Readable | null = null) {
    return request(address, { dispatcher: this.#agent, method, headers, body });
  }

  async close(): Promise<void> {
    await Promise.all([this.#agent.close(), this.#repeatable.close()]);
  }
}

/** What voting counts by class and network, and forgets (ADR 16); set by the proxy at the edge. */
export const ORIGIN_HEADERS = ['user-agent', 'x-forwarded-for'] as const;

/** What a connection says that ended before an answer began: a question may be asked again. */
const NOT_ANSWERED = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT']);

/** Forwards who asks and the trace; every subgraph verifies the token again. */
export class Subgraph extends RemoteGraphQLDataSource<Context> {
  readonly #budget = new RetryBudget();

  /** A question that a subgraph in its restart did not take is asked once more, a mutation never. */
  override async process(
    options: GraphQLDataSourceProcessOptions<Context>,
  ): ReturnType<RemoteGraphQLDataSource<Context>['process']> {
    try {
      const answer = await super.process(options);
      this.#budget.earn();
      return answer;
    } catch (error) {
      const isQuestion = !options.request.query?.startsWith('mutation');
      if (!isQuestion || !NOT_ANSWERED.has((error as NodeJS.ErrnoException).code ?? '') || !this.#budget.spend())
        throw error;
      return super.process(options);
    }
  }

  override willSendRequest({ request: outgoing, context }: GraphQLDataSourceProcessOptions<Context>): void {
    if (context.token) outgoing.http?.headers.set('authorization', `Bearer ${context.token}`);
    const traceparent = currentTraceparent();
    if (traceparent) outgoing.http?.headers.set('traceparent', traceparent);
    if (context.idempotencyKey) outgoing.http?.headers.set('idempotency-key', context.idempotencyKey);
    const origin = ORIGIN_HEADERS.map((name) => [name, context.headers?.[name]] as const);
    for (const [name, value] of origin) if (typeof value === 'string') outgoing.http?.headers.set(name, value);
  }
}
