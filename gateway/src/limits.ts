import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { bearerToken, type TokenVerifier } from '@veche/kit';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { subscriberOf } from '@veche/kit/client-address';
import type { GatewayConfig } from './config.ts';
import { RateLimiter, type Bucket } from './rate-limit.ts';
import type { SharedStore } from './redis.ts';

/** Counts one vote; gives headers for the answer, throws where there are too many. */
export type VoteLimit = (request: IncomingMessage) => Promise<Record<string, string>>;

interface Options {
  config: GatewayConfig;
  store: SharedStore;
  verifier: TokenVerifier;
  registry: Registry;
}

export interface Limits {
  addTo(app: FastifyInstance): void;
  vote: VoteLimit;
}

/** How much one address and one person may ask for (README, limits). */
export function makeLimits({ config, store, verifier, registry }: Options): Limits {
  const secret = config.limitSecret ?? randomBytes(32).toString('hex');
  const limiter = new RateLimiter({ store, secret, registry });
  const byAddress = (request: IncomingMessage): Bucket => ({
    limit: 'address',
    id: subscriberOf(config.proxies.clientOf(request)),
    perMinute: config.limitPerAddress,
  });

  async function bucketsOf(request: IncomingMessage): Promise<Bucket[]> {
    const perMinute = config.limitPerPerson;
    const person = perMinute > 0 ? await personOf(request, verifier) : null;
    return person ? [byAddress(request), { limit: 'person', id: person, perMinute }] : [byAddress(request)];
  }

  /** By the token and not by the person in it, for the subgraph alone checks it: whoever makes one up is counted by the address. */
  async function vote(request: IncomingMessage): Promise<Record<string, string>> {
    const id = request.headers.authorization ?? '';
    const buckets: Bucket[] = [{ limit: 'votes', id, perMinute: config.limitVotes }, byAddress(request)];
    const { headers, refusal } = await limiter.take(buckets, config.votesWithoutRedis === 'closed');
    if (refusal) throw refusal;
    return headers;
  }

  return {
    vote,
    addTo(app) {
      app.addHook('onRequest', async (request, reply) => {
        if (request.method === 'OPTIONS' || PROBES.has(request.url)) return;
        const { headers, refusal } = await limiter.take(await bucketsOf(request.raw));
        reply.headers(headers);
        if (refusal) throw refusal;
      });
    },
  };
}

const PROBES = new Set(['/livez', '/readyz', '/metrics']);

/** Null also where the token is none or cannot be checked: whoever answers the request says so. */
async function personOf({ headers }: IncomingMessage, verifier: TokenVerifier): Promise<string | null> {
  try {
    const token = bearerToken(headers.authorization);
    return token === null ? null : (await verifier.verify(token, headers)).personId;
  } catch {
    return null;
  }
}
