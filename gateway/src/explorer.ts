import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

/** GraphiQL as one page that carries everything, so that it opens without the internet. */
export async function addExplorer(app: FastifyInstance): Promise<void> {
  // A development package of 9 MB: the image is installed without it.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const page = Buffer.from(renderGraphiQL({ title: 'Вече: граф', endpoint: '/graphql' }));
  const etag = `"${createHash('sha256').update(page).digest('hex').slice(0, 16)}"`;
  app.get('/explorer', (request, reply) => {
    reply.header('etag', etag).header('x-content-type-options', 'nosniff');
    // Nothing may be loaded from, or sent to, another origin.
    reply.header(
      'content-security-policy',
      "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'self'; frame-ancestors 'none'",
    );
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type('text/html; charset=utf-8').send(page);
  });
}

/** The public schema for code generators. */
export function addPublicSchema(app: FastifyInstance): void {
  const schema = readFileSync(new URL('../public-schema.graphql', import.meta.url), 'utf8');
  app.get('/schema.graphql', (_request, reply) => reply.type('application/graphql; charset=utf-8').send(schema));
}
