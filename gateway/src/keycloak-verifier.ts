import { createRequire } from 'node:module';
import { callerOf, InvalidToken, RecentCallers, sha256Hex, type Caller, type TokenVerifier } from '@veche/kit';
import { isUnreachable, RealmKeys } from './realm-keys.ts';

// keycloak-connect is CommonJS; only its verifying core is used, because its middleware goes on as anonymous after a bad token.
const load = createRequire(import.meta.url);
interface Token {
  content: Parameters<typeof callerOf>[0] & { exp?: number };
  header: { alg?: string };
}
interface Manager {
  rotation: Pick<RealmKeys, 'getJWK'>;
  createGrant(raw: string): Promise<{ access_token: Token }>;
}
const Config = load('keycloak-connect/middleware/auth-utils/config.js') as new (settings: object) => object;
const GrantManager = load('keycloak-connect/middleware/auth-utils/grant-manager.js') as new (config: object) => Manager;

export interface KeycloakOptions {
  /** `https://host/realms/name` */
  issuer: string;
  audience: string;
  /** Where the realm publishes its keys; inside a cluster that is another host than the issuer's. */
  jwksUrl: string;
}

/** Access tokens checked by keycloak-connect: signature, expiry, issuer, type and audience. Anything else is InvalidToken. */
export function keycloakVerifier({ issuer, audience, jwksUrl }: KeycloakOptions): TokenVerifier {
  const [, server, realm] = /^(.*)\/realms\/([^/]+)\/?$/.exec(issuer) ?? [];
  if (!server || !realm) throw new Error('TOKEN_ISSUER must end in /realms/<realm>');
  const manager = new GrantManager(
    new Config({
      realm,
      'auth-server-url': server,
      resource: audience,
      'bearer-only': true,
      'verify-token-audience': true,
    }),
  );
  manager.rotation = new RealmKeys(jwksUrl);
  const known = new RecentCallers();
  return {
    async verify(token) {
      const hash = sha256Hex(token);
      const before = known.get(hash);
      if (before) return before;
      const { caller, expires } = await verify(manager, token);
      known.set(hash, caller, expires);
      return caller;
    },
  };
}

async function verify(manager: Manager, token: string): Promise<{ caller: Caller; expires: number }> {
  const { access_token: accepted } = await grantOf(manager, token);
  // The library checks an RSA signature whatever the header says; the header must say so too.
  if (accepted.header.alg !== 'RS256') throw new InvalidToken('ERR_ALG');
  const { exp = Infinity, sub } = accepted.content;
  // To the library a token without an end never ends.
  if (!Number.isFinite(exp) || !sub) throw new InvalidToken('ERR_CLAIM');
  return { caller: callerOf(accepted.content), expires: exp * 1000 };
}

async function grantOf(manager: Manager, token: string): Promise<{ access_token: Token }> {
  try {
    return await manager.createGrant(JSON.stringify({ access_token: token }));
  } catch (error) {
    // Keys that cannot be had are our failure, not the caller's.
    if (isUnreachable(error)) throw error;
    throw new InvalidToken('ERR_TOKEN');
  }
}
