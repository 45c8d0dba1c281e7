/** The back-channel face towards Keycloak: discovery, keys, token, userinfo. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Bridge } from './bridge.ts';
import { openGrant } from './login.ts';
import type { Grant } from './login.ts';
import { TOKEN_SECONDS } from './provider-keys.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** Compares without telling by time where the two differ. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(sha256(given), sha256(expected));
}

function discovery(publicUrl: string) {
  return {
    issuer: publicUrl,
    authorization_endpoint: `${publicUrl}/authorize`,
    token_endpoint: `${publicUrl}/token`,
    userinfo_endpoint: `${publicUrl}/userinfo`,
    jwks_uri: `${publicUrl}/jwks`,
    end_session_endpoint: `${publicUrl}/end-session`,
    scopes_supported: ['openid', 'profile'],
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    code_challenge_methods_supported: ['S256'],
    acr_values_supported: ['esia:confirmed', 'esia:basic'],
    claims_supported:
      'sub acr amr given_name family_name middle_name birthdate esia_trusted esia_lvl esia_sid snils_h addr_reg_oktmo'.split(
        ' ',
      ),
  };
}

/** Credentials from HTTP Basic (form-encoded, RFC 6749 section 2.3.1) or the form itself. */
function clientCredentials(request: FastifyRequest, form: URLSearchParams): [id: string, secret: string] {
  const basic = /^Basic (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return [form.get('client_id') ?? '', form.get('client_secret') ?? ''];
  const [id = '', ...secret] = Buffer.from(basic, 'base64').toString().split(':');
  const decode = (text: string) => new URLSearchParams(`v=${text}`).get('v') ?? '';
  return [decode(id), decode(secret.join(':'))];
}

/** The token after `Bearer`, or an empty string. */
export function bearerOf(request: FastifyRequest): string {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

/** Opens the code when it belongs to this very request. */
async function matchingGrant(bridge: Bridge, form: URLSearchParams): Promise<Grant | null> {
  const grant = await openGrant(bridge, form.get('code') ?? '');
  const challenge = sha256(form.get('code_verifier') ?? '').toString('base64url');
  return grant?.redirectUri === form.get('redirect_uri') && grant?.codeChallenge === challenge ? grant : null;
}

async function token(bridge: Bridge, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { provider, publicUrl } = bridge.config;
  const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
  reply.header('cache-control', 'no-store');
  const [id, secret] = clientCredentials(request, form);
  if (!sameSecret(id, provider.clientId) || !sameSecret(secret, provider.clientSecret)) {
    return reply.code(401).header('www-authenticate', 'Basic').send({ error: 'invalid_client' });
  }
  if (form.get('grant_type') !== 'authorization_code') return reply.code(400).send({ error: 'unsupported_grant_type' });
  const grant = await matchingGrant(bridge, form);
  if (!grant) return reply.code(400).send({ error: 'invalid_grant' });
  const now = bridge.now();
  const { claims, nonce, authTime } = grant;
  return {
    token_type: 'Bearer',
    expires_in: TOKEN_SECONDS,
    access_token: await bridge.keys.accessToken(claims, now),
    id_token: await bridge.keys.idToken(claims, {
      issuer: publicUrl,
      audience: provider.clientId,
      authTime,
      now,
      ...(nonce !== undefined && { nonce }),
    }),
  };
}

async function userinfo(bridge: Bridge, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const claims = await bridge.keys.readAccessToken(bearerOf(request), bridge.now());
  reply.header('cache-control', 'no-store');
  return (
    claims ??
    reply.code(401).header('www-authenticate', 'Bearer error="invalid_token"').send({ error: 'invalid_token' })
  );
}

export function tokenRoutes(app: FastifyInstance, bridge: Bridge): void {
  app.get('/.well-known/openid-configuration', () => discovery(bridge.config.publicUrl));
  app.get('/jwks', () => bridge.keys.jwks);
  app.post('/token', (request, reply) => token(bridge, request, reply));
  app.get('/userinfo', (request, reply) => userinfo(bridge, request, reply));
}
