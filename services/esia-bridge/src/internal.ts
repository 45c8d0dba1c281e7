/** SNILS -> hash for paper voter lists and certificates: inside the cluster only, audited, rate-limited. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Bridge } from './bridge.ts';
import { snilsDigits } from './domain/person.ts';
import { bearerOf, sameSecret } from './token.ts';

/** Nine digits could be tried one by one: the limit makes that a matter of decades. */
const CALLS_PER_MINUTE = 60;

async function snilsHash(
  bridge: Bridge,
  expected: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  if (!sameSecret(bearerOf(request), expected)) return reply.code(401).send({ error: 'invalid_token' });
  if ((await bridge.store.hit('rate:snils-hash', 60)) > CALLS_PER_MINUTE)
    return reply.code(429).send({ error: 'too_many_requests' });
  const { snils, purpose } = (request.body ?? {}) as { snils?: unknown; purpose?: unknown };
  if (typeof purpose !== 'string' || !/^[a-z-]{3,40}$/.test(purpose))
    return reply.code(400).send({ error: 'purpose_required' });
  const digits = typeof snils === 'string' ? snilsDigits(snils) : undefined;
  bridge.log.info({ audit: 'snils-hash', purpose, valid: digits !== undefined }, 'snils hashed');
  return digits === undefined
    ? reply.code(422).send({ error: 'snils_invalid' })
    : { snils_h: bridge.hashSnils(digits) };
}

/** Exists only when INTERNAL_TOKEN is set. */
export function internalRoutes(app: FastifyInstance, bridge: Bridge): void {
  const expected = bridge.config.internalToken;
  if (expected !== undefined)
    app.post('/internal/snils-hash', (request, reply) => snilsHash(bridge, expected, request, reply));
}
