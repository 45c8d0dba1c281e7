import type { FastifyInstance } from 'fastify';

const ALLOWED_HEADERS =
  'authorization, content-type, idempotency-key, traceparent, apollo-require-preflight, x-apollo-operation-name';
const EXPOSED_HEADERS = 'ratelimit, ratelimit-policy, retry-after';

/** Cross-origin requests from the listed origins only (Fetch standard, CORS protocol); an empty list allows none. */
export function addCors(app: FastifyInstance, origins: readonly string[]): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    reply.header('vary', 'origin');
    if (!origin || !origins.includes(origin)) return;
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-allow-headers', ALLOWED_HEADERS);
    reply.header('access-control-allow-methods', 'GET, POST, OPTIONS');
    reply.header('access-control-expose-headers', EXPOSED_HEADERS);
    reply.header('access-control-max-age', '600');
  });
  app.options('/graphql/:hash', (_request, reply) => reply.code(204).send());
  app.options('/graphql', (_request, reply) => reply.code(204).send());
}
