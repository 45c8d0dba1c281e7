import { routeError } from '@veche/kit';
import type { FastifyInstance } from 'fastify';
import type { SubgraphPool } from './data-source.ts';

const PASSED_ON = ['content-type', 'cache-control', 'content-length', 'content-disposition', 'etag'];

/** Whose open documents they are, by the beginning of the path; all others are voting's. */
const CALENDAR = /^\/open\/calendar\.ics(?:$|\?)/;

/**
 * Open documents under the public address: the log of voting, which anybody may read from any page, so that a check needs nothing of ours,
 * and the calendar of contests, to which calendar programs subscribe.
 */
export function addOpenLog(app: FastifyInstance, pool: SubgraphPool, addresses: ReadonlyMap<string, string>): void {
  app.get('/open/*', async (request, reply) => {
    const inside = new URL(addresses.get(CALENDAR.test(request.url) ? 'contests' : 'voting')!);
    const address = new URL(request.url, inside);
    // Dots in a path are resolved by now: nothing beside the open documents is within reach.
    if (address.origin !== inside.origin || !address.pathname.startsWith('/open/'))
      throw routeError(404, 'NOT_FOUND', 'No such document', 'Такого адреса нет.');
    const { statusCode, headers, body } = await pool.get(address).catch(() => {
      throw routeError(503, 'UNAVAILABLE', 'The log does not answer now', 'Журнал сейчас недоступен. Повторите позже.');
    });
    for (const name of PASSED_ON) if (headers[name]) reply.header(name, headers[name]);
    return reply.header('access-control-allow-origin', '*').code(statusCode).send(body);
  });
}
