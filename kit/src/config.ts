import { readFileSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;

/** How one setting is read; `read` throws an Error whose message is shown to the operator, never the value. */
export interface Setting<T> {
  name: string;
  read(env: Environment): T;
}

export type ConfigSpec<C> = { readonly [K in keyof C]: Setting<C[K]> };

export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Reads every setting and freezes the result; throws ConfigError with all problems at once. */
export function readConfig<C>(spec: ConfigSpec<C>, env: Environment): Readonly<C> {
  const problems: string[] = [];
  const config: Partial<C> = {};
  for (const key of Object.keys(spec) as (keyof C)[]) {
    const setting = spec[key];
    try {
      config[key] = setting.read(env);
    } catch (error) {
      problems.push(`${setting.name}: ${(error as Error).message}`);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config as C);
}

function setting<T>(name: string, parse: (text: string) => T, fallback?: T, required = true): Setting<T> {
  return {
    name,
    read(env) {
      const text = env[name];
      if (text !== undefined && text !== '') return parse(text);
      if (fallback !== undefined || !required) return fallback as T;
      throw new Error('is required');
    },
  };
}

export const text = (name: string, fallback?: string): Setting<string> => setting(name, (value) => value, fallback);

export const optionalText = (name: string): Setting<string | undefined> =>
  setting<string | undefined>(name, (value) => value, undefined, false);

/** A whole number, at least `min`. */
export const integer = (name: string, fallback?: number, min = 0): Setting<number> =>
  setting(
    name,
    (value) => {
      const number = Number(value);
      if (!Number.isSafeInteger(number) || number < min) throw new Error(`must be a whole number from ${min}`);
      return number;
    },
    fallback,
  );

/** true or false, nothing else. */
export const flag = (name: string, fallback?: boolean): Setting<boolean> =>
  setting(
    name,
    (value) => {
      if (value !== 'true' && value !== 'false') throw new Error('must be true or false');
      return value === 'true';
    },
    fallback,
  );

export const url = (name: string, fallback?: string): Setting<string> => setting(name, checkedUrl, fallback);

export const optionalUrl = (name: string): Setting<string | undefined> =>
  setting<string | undefined>(name, checkedUrl, undefined, false);

/** Comma-separated, blanks dropped. */
export const list = (name: string, fallback?: readonly string[]): Setting<readonly string[]> =>
  setting<readonly string[]>(
    name,
    (value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    fallback,
  );

export const oneOf = <T extends string>(name: string, values: readonly T[], fallback?: T): Setting<T> =>
  setting(
    name,
    (value) => {
      if (!values.includes(value as T)) throw new Error(`must be one of ${values.join(', ')}`);
      return value as T;
    },
    fallback,
  );

/** A secret from NAME, or from the file that NAME_FILE names (a mounted secret); trailing line ends are dropped. */
export const secret = (name: string): Setting<string> => ({
  name: `${name} or ${name}_FILE`,
  read(env) {
    const value = optionalSecret(name).read(env);
    if (value === undefined) throw new Error('is required');
    return value;
  },
});

/** A secret that may be absent. */
export const optionalSecret = (name: string): Setting<string | undefined> => ({
  name: `${name} or ${name}_FILE`,
  read(env) {
    const file = env[`${name}_FILE`];
    return (env[name] ?? (file ? readSecret(file) : undefined)) || undefined;
  },
});

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/[\r\n]+$/, '');
  } catch {
    throw new Error('the file cannot be read');
  }
}

/** How a client shows itself to the event log; empty where the log asks nobody. */
export interface KafkaAccess {
  /** PEM of the authorities that vouch for the brokers; with it connections are by TLS. */
  ca?: string;
  /** SCRAM-SHA-512. */
  login?: { username: string; password: string };
}

export const kafkaAccess: Setting<KafkaAccess> = {
  name: 'KAFKA_CA_FILE, KAFKA_USERNAME, KAFKA_PASSWORD or KAFKA_PASSWORD_FILE',
  read(env) {
    const file = env['KAFKA_CA_FILE'];
    const username = env['KAFKA_USERNAME'] || undefined;
    const password = optionalSecret('KAFKA_PASSWORD').read(env);
    if (!username !== !password) throw new Error('a user and a password are given together or not at all');
    return { ...(file && { ca: readSecret(file) }), ...(username && password && { login: { username, password } }) };
  },
};

function checkedUrl(value: string): string {
  if (!URL.canParse(value)) throw new Error('must be a URL');
  return value;
}

/** The settings of every service. */
export interface BaseConfig {
  host: string;
  port: number;
  mongodbUri: string;
  mongodbDatabase: string;
  kafkaBrokers: readonly string[];
  kafkaAccess: KafkaAccess;
  redisUrl: string | undefined;
  tokenIssuer: string;
  tokenJwksUrl: string;
  tokenAudience: string;
  logLevel: string;
  otlpEndpoint: string | undefined;
  introspection: boolean;
  maxTokens: number;
  bodyLimitBytes: number;
  /** From which hour of the day (UTC) the nightly audit runs. */
  auditHour: number;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** `config: { ...baseConfig({ port: 4001, database: 'veche_contests' }), ...own }` */
export function baseConfig(defaults: { port: number; database: string }): ConfigSpec<BaseConfig> {
  return {
    host: text('HOST', '0.0.0.0'),
    port: integer('PORT', defaults.port),
    mongodbUri: secret('MONGODB_URI'),
    mongodbDatabase: text('MONGODB_DATABASE', defaults.database),
    kafkaBrokers: list('KAFKA_BROKERS'),
    kafkaAccess,
    redisUrl: optionalText('REDIS_URL'),
    tokenIssuer: url('TOKEN_ISSUER'),
    tokenJwksUrl: url('TOKEN_JWKS_URL'),
    tokenAudience: text('TOKEN_AUDIENCE', 'gateway'),
    logLevel: oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    otlpEndpoint: optionalUrl('OTEL_EXPORTER_OTLP_ENDPOINT'),
    introspection: flag('GRAPHQL_INTROSPECTION', false),
    maxTokens: integer('GRAPHQL_MAX_TOKENS', 5_000, 100),
    bodyLimitBytes: integer('HTTP_BODY_LIMIT_BYTES', 1_048_576, 1_024),
    auditHour: integer('AUDIT_HOUR', 20, 0),
  };
}
