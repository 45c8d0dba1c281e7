import type { FastifyInstance } from 'fastify';

const ALLOWED_HEADERS =
  'authorization, content-type, idempotency-key, traceparent, apollo-require-preflight, x-apollo-operation-name';
const EXPOSED_HEADERS = 'ratelimit, ratelimit-policy, retry-after';
const PREFLIGHT = {
  'access-control-allow-headers': ALLOWED_HEADERS,
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-max-age': '600',
};

/** Cross-origin requests from the listed origins only (Fetch standard, CORS protocol); an empty list allows none. */
export function addCors(app: FastifyInstance, origins: readonly string[]): void {
  app.addHook('onRequest', async ({ method, headers: { origin } }, reply) => {
    reply.headers(corsHeaders(origin, origins));
    if (method === 'OPTIONS' && isListed(origin, origins)) reply.headers(PREFLIGHT);
  });
  app.options('/graphql/:hash', (_request, reply) => reply.code(204).send());
  app.options('/graphql', (_request, reply) => reply.code(204).send());
}

/** Of any answer to a request of `origin`. */
export const corsHeaders = (origin: string | undefined, origins: readonly string[]): Record<string, string> => ({
  vary: 'origin',
  ...(isListed(origin, origins) && {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': EXPOSED_HEADERS,
  }),
});

const isListed = (origin: string | undefined, origins: readonly string[]): origin is string =>
  origin !== undefined && origins.includes(origin);
