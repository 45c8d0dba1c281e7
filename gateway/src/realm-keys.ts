import { createPublicKey, type KeyObject } from 'node:crypto';
import { request } from 'undici';

interface Jwk {
  kid?: string;
  kty?: string;
  use?: string;
}

const TIMEOUT_MS = 5_000;
const UNREACHABLE = 'the keys of the realm are out of reach';

/** Is this failure ours (no keys to be had), whatever text a library put around it? */
export const isUnreachable = (error: unknown): boolean => String((error as Error).message).includes(UNREACHABLE);

/**
 * The signature keys of a realm (RFC 7517), kept in memory. Takes the place of keycloak-connect's own rotation, which knows
 * no address but the issuer's, waits without limit, ends the process on an answer that is not JSON, and converts a key on each call.
 */
export class RealmKeys {
  readonly #url: string;
  readonly #pauseMs: number;
  #keys = new Map<string, KeyObject>();
  #loadedAt = -Infinity;
  #loading: Promise<void> | null = null;

  /** `pauseMs`: an unknown key id makes the keys be asked for again, but not more often than this. */
  constructor(url: string, pauseMs = 10_000) {
    this.#url = url;
    this.#pauseMs = pauseMs;
  }

  /** The name is the one by which keycloak-connect asks. Throws when the realm has no such key, or cannot be asked. */
  async getJWK(kid: string): Promise<KeyObject> {
    if (!this.#keys.has(kid) && performance.now() - this.#loadedAt >= this.#pauseMs) await this.#load();
    const key = this.#keys.get(kid);
    if (!key) throw new Error('unknown key id');
    return key;
  }

  #load(): Promise<void> {
    this.#loading ??= this.#fetch().finally(() => (this.#loading = null));
    return this.#loading;
  }

  async #fetch(): Promise<void> {
    try {
      const { statusCode, body } = await request(this.#url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (statusCode !== 200) {
        await body.dump();
        throw new Error(`HTTP ${statusCode}`);
      }
      const { keys } = (await body.json()) as { keys: Jwk[] };
      this.#keys = new Map(keys.filter(signsWithRsa).map((jwk) => [jwk.kid ?? '', keyOf(jwk)]));
      this.#loadedAt = performance.now();
    } catch (error) {
      throw new Error(`${UNREACHABLE}: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** Keycloak publishes an encryption key in the same list. */
const signsWithRsa = ({ kty, use }: Jwk): boolean => kty === 'RSA' && use !== 'enc';

const keyOf = (jwk: Jwk): KeyObject => createPublicKey({ key: { ...jwk }, format: 'jwk' });
