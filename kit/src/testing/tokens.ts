import { SignJWT, createLocalJWKSet, exportJWK, generateKeyPair } from 'jose';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import type { Role } from '../auth/caller.ts';
import { newId } from '../id.ts';

/** Who a test asks as; the same claims as the realm's access tokens. */
export interface TestCaller {
  sub?: string;
  roles: readonly Role[];
  territories?: readonly string[];
  assurance?: 'none' | 'basic' | 'confirmed';
  birthdate?: string;
  residence?: string;
  voterKey?: string;
  service?: boolean;
  name?: { family: string; given: string; middle?: string };
  /** Ways of authentication, RFC 8176. */
  amr?: readonly string[];
}

export interface TestIssuer {
  issuer: string;
  keys: JWTVerifyGetKey;
  /** What the realm would publish at its certs endpoint. */
  jwks: JSONWebKeySet;
  sign(caller: TestCaller, overrides?: Record<string, unknown>): Promise<string>;
}

const KEY_ID = 'test';

/** A realm with one RSA key in this process; tokens live an hour. */
export async function makeIssuer(issuer = 'http://issuer.test/realms/veche'): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' };
  return {
    issuer,
    keys: createLocalJWKSet({ keys: [jwk] }),
    jwks: { keys: [jwk] },
    async sign(caller, overrides = {}) {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({
        ...claimsOf(caller),
        iss: issuer,
        aud: 'gateway',
        typ: 'Bearer',
        iat: now,
        exp: now + 3600,
        ...overrides,
      })
        .setProtectedHeader({ alg: 'RS256', kid: KEY_ID })
        .sign(privateKey);
    },
  };
}

function claimsOf(caller: TestCaller): Record<string, unknown> {
  const sub = caller.sub ?? newId();
  const assurance = caller.assurance ?? 'confirmed';
  const claims = {
    sub,
    preferred_username: caller.service ? `service-account-${sub}` : `esia.${sub}`,
    realm_access: { roles: [...caller.roles, 'default-roles-veche'] },
    oktmo: caller.territories,
    esia_trusted: assurance === 'confirmed',
    esia_lvl: assurance === 'none' ? undefined : assurance,
    birthdate: caller.birthdate,
    addr_reg_oktmo: caller.residence,
    snils_h: caller.voterKey,
    family_name: caller.name?.family,
    given_name: caller.name?.given,
    middle_name: caller.name?.middle,
    amr: caller.amr,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}
