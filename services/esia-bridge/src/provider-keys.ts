/** Tokens of the bridge's own face: what Keycloak verifies. */
import { createPrivateKey, createPublicKey, hkdfSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { EncryptJWT, SignJWT, calculateJwkThumbprint, compactVerify, exportJWK, jwtDecrypt } from 'jose';
import type { JWK } from 'jose';
import type { Claims } from './domain/person.ts';

/** Long enough for Keycloak to fetch userinfo, no longer. */
export const TOKEN_SECONDS = 300;

export interface ProviderKeys {
  jwks: { keys: JWK[] };
  idToken(
    claims: Claims,
    more: { issuer: string; audience: string; nonce?: string; authTime: number; now: Date },
  ): Promise<string>;
  /** Carries the claims encrypted, so that userinfo needs no storage. */
  accessToken(claims: Claims, now: Date): Promise<string>;
  readAccessToken(token: string, now: Date): Promise<Claims | null>;
  /** Whether an id_token_hint is ours; its age does not matter. */
  isOurs(idToken: string): Promise<boolean>;
}

async function publicJwk(key: KeyObject): Promise<JWK> {
  const jwk = await exportJWK(createPublicKey(key));
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), use: 'sig', alg: 'RS256' };
}

/** @param pem PKCS#8 RSA key; @param secret any shared secret of all replicas, stretched for the access token. */
export async function providerKeys(pem: string, secret: string): Promise<ProviderKeys> {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'rsa') throw new Error('OP_SIGNING_KEY_FILE must hold an RSA key');
  const jwk = await publicJwk(key);
  const encryption = new Uint8Array(hkdfSync('sha256', secret, '', 'esia-bridge access token v1', 32));
  return {
    jwks: { keys: [jwk] },
    idToken(claims, { issuer, audience, nonce, authTime, now }) {
      return new SignJWT({ ...claims, auth_time: authTime, ...(nonce !== undefined && { nonce }) })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: jwk.kid! })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(now)
        .setExpirationTime(new Date(now.getTime() + TOKEN_SECONDS * 1000))
        .sign(key);
    },
    accessToken(claims, now) {
      return new EncryptJWT({ claims })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setExpirationTime(new Date(now.getTime() + TOKEN_SECONDS * 1000))
        .encrypt(encryption);
    },
    async readAccessToken(token, now) {
      const opened = await jwtDecrypt(token, encryption, { currentDate: now }).catch(() => null);
      return (opened?.payload['claims'] as Claims | undefined) ?? null;
    },
    isOurs: (idToken) =>
      compactVerify(idToken, createPublicKey(key), { algorithms: ['RS256'] }).then(
        () => true,
        () => false,
      ),
  };
}
