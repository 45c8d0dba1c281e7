import { KeyObject, verify as verifySignature } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { JWTVerifyGetKey } from 'jose';
import { createRemoteJWKSet, decodeProtectedHeader } from 'jose';
import { sha256Hex } from '../hash.ts';
import type { Caller, Claims } from './caller.ts';
import { callerOf } from './caller.ts';
import { RecentCallers } from './recent-callers.ts';

/** Says who presents a token, or throws; there is no way from a bad token to an anonymous caller. */
export interface TokenVerifier {
  /** Throws InvalidToken for anything but a valid access token of the realm. `headers`: those that the token came in, which stand for the request. */
  verify(token: string, headers?: IncomingHttpHeaders): Promise<Caller>;
}

export class InvalidToken extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'InvalidToken';
  }
}

export interface VerifierOptions {
  issuer: string;
  audience: string;
  /** Where the realm publishes its keys; or `keys` for a fixed set. */
  jwksUrl?: string;
  keys?: JWTVerifyGetKey;
  /** How many verified tokens are remembered until they expire. */
  cacheSize?: number;
}

const CLOCK_TOLERANCE_S = 5;
const ALGORITHM = 'RS256';
const KEEP_KEY_MS = 60_000;
const KEYS_KEPT = 100;
/** A key is chosen by the header alone. */
const NO_TOKEN = { payload: '', signature: '' };

/** RS256 access tokens by the keys of the realm (RFC 7519, RFC 7517), remembered by hash until they expire. */
export function tokenVerifier(options: VerifierOptions): TokenVerifier {
  const keyOf = realmKeys(options);
  const cache = new RecentCallers(options.cacheSize);

  async function verify(token: string): Promise<Caller> {
    const hash = sha256Hex(token);
    const known = cache.get(hash);
    if (known) return known;
    const claims = check(token, await keyOf(token), options);
    const caller = callerOf(claims);
    cache.set(hash, caller, claims.exp * 1000);
    return caller;
  }

  return { verify };
}

/** The key that a token's header names; asked of the realm again after a while, so that a withdrawn key ends. */
function realmKeys(options: VerifierOptions): (token: string) => Promise<KeyObject> {
  const published = options.keys ?? createRemoteJWKSet(new URL(options.jwksUrl!), { timeoutDuration: 5_000 });
  // By the encoded header, which is the same for all tokens of one key: to look it up costs less than to decode it.
  const known = new Map<string, { key: KeyObject; until: number }>();
  return async (token) => {
    const header = token.slice(0, token.indexOf('.'));
    const kept = known.get(header);
    if (kept && kept.until > Date.now()) return kept.key;
    known.delete(header);
    const kid = keyIdOf(token);
    try {
      const key = KeyObject.from((await published({ alg: ALGORITHM, kid }, NO_TOKEN)) as CryptoKey);
      // A header that names a key of the realm may be written in many ways; what is kept stays small.
      if (known.size >= KEYS_KEPT) known.clear();
      known.set(header, { key, until: Date.now() + KEEP_KEY_MS });
      return key;
    } catch (error) {
      const { code = '' } = error as { code?: string };
      // A realm that cannot be reached says nothing about the token: that is our failure, not the caller's.
      if (code !== 'ERR_JWKS_NO_MATCHING_KEY') throw error;
      throw new InvalidToken(code);
    }
  };
}

function keyIdOf(token: string): string {
  const { kid, alg, crit } = headerOf(token);
  if (alg !== ALGORITHM || crit !== undefined) throw new InvalidToken('ERR_ALGORITHM');
  if (typeof kid !== 'string') throw new InvalidToken('ERR_KEY_ID');
  return kid;
}

function headerOf(token: string) {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw new InvalidToken('ERR_HEADER');
  }
}

type RegisteredClaims = Claims & { iss?: unknown; aud?: unknown; exp?: unknown; nbf?: unknown };
type CheckedClaims = Claims & { sub: string; exp: number };

/** Signature (RFC 7515 section 5.2, RS256 alone; the key was chosen by the header) and claims (RFC 7519 section 4.1). */
function check(token: string, key: KeyObject, { issuer, audience }: VerifierOptions): CheckedClaims {
  const claims = JSON.parse(signedBy(key, token)) as RegisteredClaims;
  const { iss, aud, exp, nbf = 0, typ } = claims;
  const now = Date.now() / 1000;
  if (iss !== issuer) throw new InvalidToken('ERR_ISSUER');
  if (![aud].flat().includes(audience)) throw new InvalidToken('ERR_AUDIENCE');
  if (typeof exp !== 'number' || exp <= now - CLOCK_TOLERANCE_S) throw new InvalidToken('ERR_EXPIRED');
  if (typeof nbf !== 'number' || nbf > now + CLOCK_TOLERANCE_S) throw new InvalidToken('ERR_NOT_YET');
  if (!claims.sub) throw new InvalidToken('ERR_SUBJECT');
  // An ID token has the same signature and may have the same audience; it is no key to anything.
  if (typ !== 'Bearer') throw new InvalidToken('ERR_TOKEN_TYPE');
  return claims as CheckedClaims;
}

/**
 * The payload of a token that this key signed. Synchronous and by itself on purpose: with each vote comes a new token, WebCrypto costs four times as
 * much (most of it on the way to another thread and back), and libraries over node:crypto take half as much again as the signature.
 */
function signedBy(key: KeyObject, token: string): string {
  const [header, payload, signature, ...more] = token.split('.') as [string, string?, string?];
  if (payload === undefined || signature === undefined || more.length > 0) throw new InvalidToken('ERR_SHAPE');
  const input = Buffer.from(`${header}.${payload}`, 'latin1');
  if (!verifySignature('sha256', input, key, Buffer.from(signature, 'base64url')))
    throw new InvalidToken('ERR_SIGNATURE');
  return Buffer.from(payload, 'base64url').toString();
}

/** "Bearer x" to x; null when nothing was presented; throws InvalidToken for another scheme. */
export function bearerToken(header: string | undefined): string | null {
  if (header === undefined || header === '') return null;
  const match = /^Bearer +([\w.~+/-]+=*)$/i.exec(header);
  if (!match) throw new InvalidToken('ERR_SCHEME');
  return match[1]!;
}
