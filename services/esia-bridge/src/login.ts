/** The login itself: Keycloak's request, the way through ESIA, the code for Keycloak. */
import { randomUUID } from 'node:crypto';
import { subscriberOf } from '@veche/kit/client-address';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Bridge } from './bridge.ts';
import { EsiaFailure, esiaCode, verdictOf } from './domain/esia-error.ts';
import type { Verdict } from './domain/esia-error.ts';
import { buildClaims } from './domain/person.ts';
import type { Claims } from './domain/person.ts';
import { seal, unseal } from './sealed.ts';
import { countSignIn } from './sign-in-count.ts';

/** A person may take a while to find the password; ESIA's own session is not ours to prolong. */
const UPSTREAM_SECONDS = 600;
const CODE_SECONDS = 60;

/** What Keycloak asked for, kept while the person is at ESIA. */
interface Pending {
  redirectUri: string;
  state: string;
  nonce?: string;
  codeChallenge: string;
}

/** What a code of ours stands for. */
export interface Grant {
  redirectUri: string;
  codeChallenge: string;
  nonce?: string;
  authTime: number;
  claims: Claims;
}

type Query = Record<string, string | string[] | undefined>;

function single(query: Query, name: string): string | undefined {
  const value = query[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function back(reply: FastifyReply, pending: Pending, parameters: Record<string, string>): FastifyReply {
  const target = new URL(pending.redirectUri);
  for (const [name, value] of Object.entries({ ...parameters, state: pending.state }))
    target.searchParams.set(name, value);
  return reply.redirect(target.href, 302);
}

/** The error of a request that must not be redirected: the redirect address itself is not to be trusted. */
function clientError(config: Bridge['config'], query: Query): string | null {
  if (single(query, 'client_id') !== config.provider.clientId) return 'unknown client';
  if (!config.provider.redirectUris.includes(single(query, 'redirect_uri') ?? ''))
    return 'redirect_uri is not registered';
  if (single(query, 'state') === undefined) return 'state is missing';
  return null;
}

function requestError(query: Query): string | null {
  if (single(query, 'response_type') !== 'code') return 'unsupported_response_type';
  if (!single(query, 'scope')?.split(' ').includes('openid')) return 'invalid_scope';
  if (single(query, 'code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(single(query, 'code_challenge') ?? ''))
    return 'invalid_request';
  return null;
}

/** Logs and counts once per login; an operator's mistake is an error with `alert`, the rest is information. */
function note(bridge: Bridge, verdict: Verdict): void {
  bridge.logins.inc({ result: verdict.code });
  const fields = { esia: verdict.code, alert: verdict.operatorAlert };
  if (verdict.operatorAlert) bridge.log.error(fields, 'login failed');
  else bridge.log.info(fields, 'login failed');
}

async function identify(bridge: Bridge, code: string): Promise<Claims> {
  const { sid, ...identity } = await bridge.esia.identify(code);
  return buildClaims({
    ...identity,
    ...(sid !== undefined && { sid }),
    fiasOktmo: bridge.fiasOktmo,
    hashSnils: bridge.hashSnils,
  });
}

async function authorize(bridge: Bridge, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const query = request.query as Query;
  const refused = clientError(bridge.config, query);
  if (refused) return reply.code(400).send({ error: 'invalid_request', error_description: refused });
  const nonce = single(query, 'nonce');
  const pending: Pending = {
    redirectUri: single(query, 'redirect_uri')!,
    state: single(query, 'state')!,
    codeChallenge: single(query, 'code_challenge') ?? '',
    ...(nonce !== undefined && { nonce }),
  };
  const error = requestError(query);
  if (error) return back(reply, pending, { error });
  const subscriber = subscriberOf(bridge.config.proxies.clientOf(request.raw));
  const attempts = await bridge.store.hit(`rate:${bridge.blindAddress(subscriber)}`, 60);
  if (attempts > bridge.config.rateLimitPerMinute) return back(reply, pending, { error: 'temporarily_unavailable' });
  const state = randomUUID();
  await bridge.store.put(`upstream:${state}`, JSON.stringify(pending), UPSTREAM_SECONDS);
  return reply.redirect(await bridge.esia.authorizationUrl(state), 302);
}

async function callback(bridge: Bridge, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const query = request.query as Query;
  const stored = await bridge.store.take(`upstream:${single(query, 'state') ?? ''}`);
  if (stored === null)
    return reply.code(400).type('text/plain; charset=utf-8').send('Вход устарел или уже завершён. Начните заново.');
  const pending = JSON.parse(stored) as Pending;
  try {
    const code = single(query, 'code');
    if (code === undefined) throw new EsiaFailure(esiaCode(single(query, 'error_description')));
    const claims = await identify(bridge, code);
    const { redirectUri, codeChallenge, nonce } = pending;
    const authTime = Math.floor(bridge.now().getTime() / 1000);
    const grant: Grant = {
      redirectUri,
      codeChallenge,
      authTime,
      claims,
      ...(nonce !== undefined && { nonce }),
    };
    await countSignIn(bridge, claims);
    bridge.logins.inc({ result: 'ok' });
    bridge.log.info({ acr: claims.acr }, 'login');
    return back(reply, pending, { code: await seal(bridge.store, 'code', grant, CODE_SECONDS) });
  } catch (error) {
    const verdict = error instanceof EsiaFailure ? error.verdict : verdictOf('ESIA-INTERNAL');
    // The message of an unexpected error may quote an answer with personal data: its kind must do.
    if (!(error instanceof EsiaFailure))
      bridge.log.error({ kind: (error as Error).name }, 'unexpected failure in a login');
    note(bridge, verdict);
    return back(reply, pending, { error: verdict.error, error_description: verdict.description });
  }
}

/** Opens a code of ours once; `null` for anything else. */
export function openGrant(bridge: Bridge, code: string): Promise<Grant | null> {
  return unseal<Grant>(bridge.store, 'code', code);
}

export function loginRoutes(app: FastifyInstance, bridge: Bridge): void {
  app.get('/authorize', (request, reply) => authorize(bridge, request, reply));
  app.get('/callback', (request, reply) => callback(bridge, request, reply));
}
