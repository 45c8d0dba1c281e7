/** How many distinct confirmed people signed in: counts only, for the audit of eligibility. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Bridge } from './bridge.ts';
import { dayOf, setOf } from './sign-in-count.ts';
import { bearerOf, sameSecret } from './token.ts';

const DAY_MS = 86_400_000;
const MOST_DAYS = 90;
const CALLS_PER_MINUTE = 120;
/** Standard error of the estimate: 1.04 / sqrt(16384 registers). */
const STANDARD_ERROR = 0.0081;

/** Days from one to another (UTC, both included); null when that is no range of at most 90 days. */
function daysOf(from: unknown, to: unknown): string[] | null {
  if (typeof from !== 'string' || typeof to !== 'string') return null;
  const [first, last] = [Date.parse(`${from}T00:00:00Z`), Date.parse(`${to}T00:00:00Z`)];
  const count = (last - first) / DAY_MS + 1;
  if (!(count >= 1 && count <= MOST_DAYS)) return null;
  const days = Array.from({ length: count }, (_, index) => dayOf(new Date(first + index * DAY_MS)));
  return days[0] === from && days.at(-1) === to ? days : null;
}

/** Exists only when INTERNAL_TOKEN is set. */
export function signInRoutes(app: FastifyInstance, bridge: Bridge): void {
  const expected = bridge.config.internalToken;
  if (expected === undefined) return;
  app.get('/internal/sign-ins', async (request: FastifyRequest, reply: FastifyReply) => {
    if (!sameSecret(bearerOf(request), expected)) return reply.code(401).send({ error: 'invalid_token' });
    if ((await bridge.store.hit('rate:sign-ins', 60)) > CALLS_PER_MINUTE)
      return reply.code(429).send({ error: 'too_many_requests' });
    const { from, to } = request.query as { from?: unknown; to?: unknown };
    const days = daysOf(from, to);
    if (!days) return reply.code(400).send({ error: 'invalid_range' });
    const distinct = await bridge.store.distinct(days.map(setOf));
    return { from, to, distinct, standardError: STANDARD_ERROR };
  });
}
