import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Documents } from './documents.ts';
import { addJsonBody } from './json-body.ts';
import type { QueryGuard } from './query-limits.ts';
import type { Variables } from './query-shape.ts';

/** What a client asks, by whatever method; nothing of it has been checked. */
interface Asked {
  query?: unknown;
  variables?: unknown;
  extensions?: unknown;
}

/** Looks at each operation before the server does: is it one that may be asked here, and is it small enough? */
export function addGate(app: FastifyInstance, documents: Documents, guard: QueryGuard): void {
  addJsonBody(app, guard.maxLength);
  app.addHook('preHandler', async (request) => {
    if (request.routeOptions.url !== '/graphql') return;
    const { query, variables, extensions } = askedBy(request);
    if (typeof query === 'string') documents.admit(query);
    const text = typeof query === 'string' ? query : documents.textOf(hashIn(objectOf(extensions)));
    if (text !== undefined) guard.check(text, objectOf(variables));
  });
}

const askedBy = ({ method, body, query }: FastifyRequest): Asked => ((method === 'GET' ? query : body) ?? {}) as Asked;

const hashIn = ({ persistedQuery }: Variables): string =>
  String((persistedQuery as { sha256Hash?: unknown } | undefined)?.sha256Hash);

/** By GET they are JSON in the address; what is no object the server refuses. */
function objectOf(given: unknown): Variables {
  try {
    const value: unknown = typeof given === 'string' ? JSON.parse(given) : given;
    return typeof value === 'object' && value !== null ? (value as Variables) : {};
  } catch {
    return {};
  }
}
