import { readFileSync } from 'node:fs';
import { currentTraceparent, directRoute, labelsOfDocuments, type DirectOptions } from '@veche/kit';
import type { FastifyInstance } from 'fastify';
import { corsHeaders } from './cors.ts';
import { ORIGIN_HEADERS, type SubgraphPool } from './data-source.ts';
import { unavailable } from './errors.ts';
import type { VoteLimit } from './limits.ts';
import { timed, type SubgraphTold } from './subgraph-metrics.ts';

/** Operations that one subgraph answers whole, by the SHA-256 of their document; generated from what the services declare. */
type PreparedList = Readonly<Record<string, { subgraph: string; document: string }>>;

const LIST = readFileSync(new URL('../prepared-operations.json', import.meta.url), 'utf8');
const operations = JSON.parse(LIST) as PreparedList;
const LABELS = labelsOfDocuments(
  Object.fromEntries(Object.entries(operations).map(([hash, one]) => [hash, one.document])),
);

/** Of a request: who asks, that it may be repeated, and where it comes from. The subgraph checks the token, once. */
const PASSED_ON = ['authorization', 'idempotency-key', ...ORIGIN_HEADERS] as const;

interface HandoverOptions extends DirectOptions {
  pool: SubgraphPool;
  addresses: ReadonlyMap<string, string>;
  corsOrigins: readonly string[];
  /** Counts a request before it is handed over. */
  limit: VoteLimit | undefined;
  told: SubgraphTold;
}

/**
 * Hands a prepared operation to its subgraph as it is, without planning or shaping (ADR 7): the subgraph holds the document, checks the token, the
 * right and the variables, and its answer is the public one.
 */
export function handover({ pool, addresses, corsOrigins, limit, told, ...options }: HandoverOptions) {
  // A graph of only some subgraphs has only their operations.
  const here = Object.entries(operations).filter(([, { subgraph }]) => addresses.has(subgraph));
  const targets = new Map(here.map(([hash, { subgraph }]) => [hash, new URL(`${addresses.get(subgraph)}/${hash}`)]));
  const route = directRoute(
    new Map([...LABELS].filter(([hash]) => targets.has(hash))),
    async (hash, body, request) => {
      const { headers: asked } = request;
      const said = await limit?.(request);
      const headers: Record<string, string> = {
        'content-type': 'application/json',
        traceparent: currentTraceparent()!,
      };
      for (const name of PASSED_ON) {
        const value = asked[name];
        if (typeof value === 'string') headers[name] = value;
      }
      const { subgraph } = operations[hash]!;
      const ask = () => pool.post(targets.get(hash)!, headers, body);
      const answer = await timed(told, subgraph, ask).catch(() => null);
      // What a failing subgraph says of itself stays inside; the trace id finds it.
      if (!answer || answer.status >= 500) throw unavailable();
      const { status, body: given } = answer;
      return { status, body: given, ...(said && { headers: said }), result: status === 200 ? 'ok' : 'refused' };
    },
    options,
  );
  return (...[request, response]: Parameters<typeof route>): boolean => {
    for (const [name, value] of Object.entries(corsHeaders(request.headers.origin, corsOrigins)))
      response.setHeader(name, value);
    return route(request, response);
  };
}

/** For those who write frontends: what may be asked by hash, with the documents. */
export function addPreparedList(app: FastifyInstance): void {
  app.get('/prepared-operations.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(LIST));
}
