import { routeError, USER_MESSAGES } from '@veche/kit';
import { rawRoutes } from '@veche/kit/files/raw-routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import type { SubgraphPool } from './data-source.ts';

/** Which service keeps the files of what. */
const OWNERS = new Map([
  ['applications', 'contests'],
  ['documents', 'contests'],
  ['meetings', 'contests'],
  ['score-sheets', 'expertise'],
  ['commission', 'expertise'],
]);

const PASSED_IN = ['authorization', 'content-type', 'content-length', 'traceparent', 'if-none-match'];
const PASSED_OUT = [
  'content-type',
  'content-length',
  'content-disposition',
  'content-security-policy',
  'x-content-type-options',
  'cache-control',
  'etag',
];

/**
 * Files under the public address, as streams: `/files/<what>/...` goes to the service that owns it, which verifies the token and decides.
 * Nothing is read or kept here.
 */
export function addFiles(app: FastifyInstance, pool: SubgraphPool, addresses: ReadonlyMap<string, string>): void {
  const inside = (request: FastifyRequest): URL => {
    const base = addresses.get(OWNERS.get((request.params as { what: string }).what) ?? '');
    const address = base && new URL(request.url, base);
    // Dots in a path are resolved by now: nothing beside the files is within reach.
    if (!address || address.origin !== new URL(base).origin || !address.pathname.startsWith('/files/'))
      throw routeError(404, 'NOT_FOUND', 'No such file', USER_MESSAGES['NOT_FOUND']!);
    return address;
  };
  rawRoutes(app, (scope) => {
    scope.route({
      method: ['GET', 'POST'],
      url: '/files/:what/*',
      handler: async (request, reply) => {
        const address = inside(request);
        const headers = picked(request.headers, PASSED_IN);
        const answer = await pool
          .forward(address, request.method as 'GET', headers, request.body as Readable)
          .catch(() => {
            throw routeError(503, 'UNAVAILABLE', 'The service does not answer now', USER_MESSAGES['UNAVAILABLE']!);
          });
        return reply.code(answer.statusCode).headers(picked(answer.headers, PASSED_OUT)).send(answer.body);
      },
    });
    scope.options('/files/:what/*', (_request, reply) => reply.code(204).send());
  });
}

const picked = (headers: NodeJS.Dict<string | string[]>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])));
