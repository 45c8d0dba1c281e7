/** Environment -> settings. Every error is told at once. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { trustedProxies, type TrustedProxies } from '@veche/kit/client-address';
import { ConfigError, type Setting } from '@veche/kit/config';
import { GOST_OPENSSL_CONFIG } from '@veche/kit/signatures/gost-config';

export const SIGNERS = ['auto', 'openssl', 'command', 'plain'] as const;

export interface Config {
  host: string;
  port: number;
  production: boolean;
  logLevel: string;
  /** Where Keycloak and browsers reach the bridge; also the issuer. No trailing slash. */
  publicUrl: string;
  redisUrl: string;
  /** Attempts to log in per client address and minute. */
  rateLimitPerMinute: number;
  /** Whom it believes what that address is. */
  proxies: TrustedProxies;
  snilsKeyFile: string;
  fiasOktmoFile: string;
  /** Bearer secret of the internal SNILS -> hash call; the call does not exist without it. */
  internalToken?: string;
  provider: {
    clientId: string;
    clientSecret: string;
    signingKeyFile: string;
    /** Exact redirect URIs of Keycloak. */
    redirectUris: readonly string[];
    logoutRedirectUris: readonly string[];
  };
  esia: {
    frontUrl: string;
    backUrl: string;
    issuer: string;
    clientId: string;
    scope: string;
    keyFile: string;
    certFile: string;
    trustDir: string;
    /** How long an answer of ESIA is waited for. */
    timeoutMs: number;
    signer: (typeof SIGNERS)[number];
    signCommand: readonly string[];
    signReverse: boolean;
    opensslConfig: string;
  };
}

type Env = Readonly<Record<string, string | undefined>>;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Collects what is wrong while reading, so that one start names every mistake. */
class Reader {
  readonly errors: string[] = [];
  readonly #env: Env;
  constructor(env: Env) {
    this.#env = env;
  }

  text(name: string, fallback?: string): string {
    const value = this.#env[name] || fallback;
    if (value === undefined) this.errors.push(`${name} is not set`);
    return value ?? '';
  }

  url(name: string, fallback?: string): string {
    const value = this.text(name, fallback);
    if (value && !URL.canParse(value)) this.errors.push(`${name} is not a URL`);
    return value.replace(/\/$/, '');
  }

  number(name: string, fallback: number): number {
    const value = Number(this.text(name, String(fallback)));
    if (!Number.isSafeInteger(value) || value < 0) this.errors.push(`${name} is not a whole number`);
    return value;
  }

  list(name: string, fallback?: string): string[] {
    return this.text(name, fallback).split(/\s+/).filter(Boolean);
  }

  /** The value itself or the file named by NAME_FILE. */
  secret(name: string, optional = false): string {
    const file = this.#env[`${name}_FILE`];
    if (!file) return this.text(name, optional ? '' : undefined);
    try {
      return readFileSync(file, 'utf8').trim();
    } catch {
      this.errors.push(`${name}_FILE cannot be read`);
      return '';
    }
  }

  /** A setting that other programs have as well. */
  setting<T>({ name, read }: Setting<T>): T {
    try {
      return read(this.#env);
    } catch (error) {
      this.errors.push(`${name}: ${(error as Error).message}`);
      return undefined as T;
    }
  }

  oneOf<T extends string>(name: string, values: readonly T[], fallback: T): T {
    const value = this.text(name, fallback) as T;
    if (!values.includes(value)) this.errors.push(`${name} must be one of ${values.join(', ')}`);
    return value;
  }
}

function readEsia(env: Reader): Config['esia'] {
  const frontUrl = env.url('ESIA_FRONT_URL');
  const signer = env.oneOf('ESIA_SIGNER', SIGNERS, 'auto');
  return {
    frontUrl,
    backUrl: env.url('ESIA_BACK_URL', frontUrl),
    // ESIA writes http and a trailing slash whatever the endpoints' scheme is.
    issuer: env.text('ESIA_ISSUER', URL.canParse(frontUrl) ? `http://${new URL(frontUrl).host}/` : ''),
    clientId: env.text('ESIA_CLIENT_ID'),
    scope: env.text('ESIA_SCOPE', 'openid fullname birthdate snils addresses'),
    keyFile: signer === 'command' ? '' : env.text('ESIA_KEY_FILE'),
    certFile: env.text('ESIA_CERT_FILE'),
    trustDir: env.text('ESIA_TRUST_DIR'),
    timeoutMs: env.number('ESIA_TIMEOUT_MS', 10_000),
    signer,
    signCommand: signer === 'command' ? env.list('ESIA_SIGN_COMMAND') : [],
    signReverse: env.text('ESIA_SIGN_REVERSE', 'false') === 'true',
    opensslConfig: env.text('GOST_OPENSSL_CONF', GOST_OPENSSL_CONFIG),
  };
}

/** Reads the settings; throws one ConfigError that lists everything missing or malformed. */
export function readConfig(source: Env): Config {
  const env = new Reader(source);
  const internalToken = env.secret('INTERNAL_TOKEN', true);
  const redirectUris = env.list('OP_REDIRECT_URIS');
  const config: Config = {
    host: env.text('HOST', '127.0.0.1'),
    port: env.number('PORT', 4010),
    production: source['NODE_ENV'] === 'production',
    logLevel: env.text('LOG_LEVEL', 'info'),
    publicUrl: env.url('PUBLIC_URL'),
    redisUrl: env.url('REDIS_URL'),
    rateLimitPerMinute: env.number('RATE_LIMIT_PER_MINUTE', 600),
    proxies: env.setting(trustedProxies),
    snilsKeyFile: env.text('SNILS_KEY_FILE'),
    fiasOktmoFile: env.text('FIAS_OKTMO_FILE', here('../data/fias-oktmo.json')),
    ...(internalToken && { internalToken }),
    provider: {
      clientId: env.text('OP_CLIENT_ID', 'keycloak'),
      clientSecret: env.secret('OP_CLIENT_SECRET'),
      signingKeyFile: env.text('OP_SIGNING_KEY_FILE'),
      redirectUris,
      logoutRedirectUris: env.list(
        'OP_LOGOUT_REDIRECT_URIS',
        redirectUris.map((uri) => `${uri}/logout_response`).join(' '),
      ),
    },
    esia: readEsia(env),
  };
  if (env.errors.length > 0) throw new ConfigError(env.errors);
  return Object.freeze(config);
}
