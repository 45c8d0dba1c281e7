import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { sha256Hex } from '../hash.ts';
import type { Caller } from './caller.ts';
import { callerOf } from './caller.ts';

/** Says who presents a token, or throws; there is no way from a bad token to an anonymous caller. */
export interface TokenVerifier {
  /** Throws InvalidToken for anything but a valid access token of the realm. */
  verify(token: string): Promise<Caller>;
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
const FAULTS_OF_THE_TOKEN = /^ERR_(JW[TS]_.*|JOSE_ALG_NOT_ALLOWED|JOSE_NOT_SUPPORTED|JWKS_NO_MATCHING_KEY)$/;

/** RS256 access tokens by the keys of the realm (RFC 7519, RFC 7517), remembered by hash until they expire. */
export function tokenVerifier(options: VerifierOptions): TokenVerifier {
  const keys = options.keys ?? createRemoteJWKSet(new URL(options.jwksUrl!), { timeoutDuration: 5_000 });
  const cache = new Map<string, { caller: Caller; expires: number }>();
  const limit = options.cacheSize ?? 10_000;

  async function verify(token: string): Promise<Caller> {
    const hash = sha256Hex(token);
    const known = cache.get(hash);
    if (known && known.expires > Date.now()) return known.caller;
    cache.delete(hash);
    const payload = await check(token);
    const caller = callerOrInvalid(payload);
    // The oldest entry goes: a Map keeps the order of insertion.
    if (cache.size >= limit) cache.delete(cache.keys().next().value!);
    cache.set(hash, { caller, expires: payload.exp! * 1000 });
    return caller;
  }

  async function check(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: options.issuer,
        audience: options.audience,
        algorithms: ['RS256'],
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_S,
      });
      return payload;
    } catch (error) {
      const { code = '' } = error as { code?: string };
      // A realm that cannot be reached says nothing about the token: that is our failure, not the caller's.
      if (!FAULTS_OF_THE_TOKEN.test(code)) throw error;
      throw new InvalidToken(code);
    }
  }

  return { verify };
}

function callerOrInvalid(payload: JWTPayload): Caller {
  // An ID token has the same signature and may have the same audience; it is no key to anything.
  if (payload['typ'] !== 'Bearer') throw new InvalidToken('ERR_TOKEN_TYPE');
  return callerOf(payload);
}

/** "Bearer x" to x; null when nothing was presented; throws InvalidToken for another scheme. */
export function bearerToken(header: string | undefined): string | null {
  if (header === undefined || header === '') return null;
  const match = /^Bearer +([\w.~+/-]+=*)$/i.exec(header);
  if (!match) throw new InvalidToken('ERR_SCHEME');
  return match[1]!;
}
