import type { FastifyInstance } from 'fastify';

/** Routes that take bodies of any type as they come, beside those that take JSON alone. */
export function rawRoutes(app: FastifyInstance, add: (scope: FastifyInstance) => void): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, body, done) => done(null, body));
    add(scope);
  });
}
