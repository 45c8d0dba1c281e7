import {
  flag,
  integer,
  kafkaAccess,
  list,
  oneOf,
  optionalSecret,
  optionalText,
  optionalUrl,
  text,
  url,
  type ConfigSpec,
  type KafkaAccess,
  type Setting,
} from '@veche/kit';
import { trustedProxies, type TrustedProxies } from '@veche/kit/client-address';

export interface GatewayConfig {
  host: string;
  port: number;
  /** Addresses of the subgraphs; a name that is missing keeps the address of the supergraph. */
  subgraphs: Readonly<Record<string, string>>;
  /** Composed schema; the committed one unless a test or an audit names another. */
  supergraphFile: string;
  tokenIssuer: string;
  tokenJwksUrl: string;
  tokenAudience: string;
  tokenVerifier: 'keycloak-connect' | 'jose';
  corsOrigins: readonly string[];
  explorer: 'on' | 'off';
  introspection: boolean;
  /** Whether clients may ask whatever the schema has, or only the documents of the manifest. */
  operations: 'open' | 'listed';
  trustedDocumentsFile: string | undefined;
  /** The most that an operation may be. */
  maxLength: number;
  maxTokens: number;
  maxDepth: number;
  maxAliases: number;
  maxRootFields: number;
  maxCost: number;
  /** Memory for what was made of operations that are asked again, MiB. */
  operationCacheMib: number;
  bodyLimitBytes: number;
  /** How long a request may take to come, from its first byte to its last; a file too. */
  requestTimeoutMs: number;
  subgraphTimeoutMs: number;
  /** Of subgraphs that have a limit of their own. */
  subgraphTimeouts: Readonly<Record<string, number>>;
  /** Streams of running votes at once on this process, and from one address. */
  liveMaxListeners: number;
  liveMaxPerAddress: number;
  redisUrl: string | undefined;
  redisTimeoutMs: number;
  /** Whether public answers are kept in Redis; with the event log they are forgotten as soon as something public changes. */
  publicCache: 'on' | 'off';
  kafkaBrokers: readonly string[];
  kafkaAccess: KafkaAccess;
  proxies: TrustedProxies;
  /** Requests a minute, as many at once; 0 is no limit. Without Redis nothing is counted. */
  limitPerAddress: number;
  limitPerPerson: number;
  limitVotes: number;
  /** What becomes of votes while Redis is away. */
  votesWithoutRedis: 'open' | 'closed';
  /** Makes of addresses and people keys that say nothing of them; one for all replicas. */
  limitSecret: string | undefined;
  logLevel: string;
  otlpEndpoint: string | undefined;
}

const SUBGRAPH = /^SUBGRAPH_([A-Z]+)_URL$/;
const TIMEOUT = /^SUBGRAPH_([A-Z]+)_TIMEOUT_MS$/;

const subgraphs: Setting<Readonly<Record<string, string>>> = {
  name: 'SUBGRAPH_<NAME>_URL',
  read(env) {
    const found = bySubgraph(env, SUBGRAPH);
    const wrong = found.filter(([, address]) => !URL.canParse(address)).map(([name]) => name);
    if (wrong.length > 0) throw new Error(`must be URLs: ${wrong.join(', ')}`);
    return Object.fromEntries(found);
  },
};

const timeouts: Setting<Readonly<Record<string, number>>> = {
  name: 'SUBGRAPH_<NAME>_TIMEOUT_MS',
  read: (env) =>
    Object.fromEntries(
      bySubgraph(env, TIMEOUT).map(([subgraph, value]) => {
        if (!/^[1-9]\d*$/.test(value)) throw new Error('must be whole numbers from 1');
        return [subgraph, Number(value)];
      }),
    ),
};

const bySubgraph = (env: Readonly<Record<string, string | undefined>>, pattern: RegExp): [string, string][] =>
  Object.entries(env).flatMap(([name, value]) => {
    const subgraph = pattern.exec(name)?.[1];
    return subgraph && value ? [[subgraph.toLowerCase(), value]] : [];
  });

const COMMITTED = new URL('../supergraph.graphql', import.meta.url).pathname;

export const config: ConfigSpec<GatewayConfig> = {
  host: text('HOST', '0.0.0.0'),
  port: integer('PORT', 4000),
  subgraphs,
  supergraphFile: text('SUPERGRAPH_FILE', COMMITTED),
  tokenIssuer: url('TOKEN_ISSUER'),
  tokenJwksUrl: url('TOKEN_JWKS_URL'),
  tokenAudience: text('TOKEN_AUDIENCE', 'gateway'),
  tokenVerifier: oneOf('TOKEN_VERIFIER', ['keycloak-connect', 'jose'], 'keycloak-connect'),
  corsOrigins: list('CORS_ORIGINS', []),
  explorer: oneOf('EXPLORER', ['on', 'off'], 'off'),
  introspection: flag('GRAPHQL_INTROSPECTION', false),
  operations: oneOf('GRAPHQL_OPERATIONS', ['open', 'listed'], 'open'),
  trustedDocumentsFile: optionalText('TRUSTED_DOCUMENTS_FILE'),
  maxLength: integer('GRAPHQL_MAX_LENGTH', 40_000, 1_000),
  maxTokens: integer('GRAPHQL_MAX_TOKENS', 2_000, 100),
  maxDepth: integer('GRAPHQL_MAX_DEPTH', 15, 1),
  maxAliases: integer('GRAPHQL_MAX_ALIASES', 50),
  maxRootFields: integer('GRAPHQL_MAX_ROOT_FIELDS', 30, 1),
  maxCost: integer('GRAPHQL_MAX_COST', 20_000, 1),
  operationCacheMib: integer('OPERATION_CACHE_MIB', 16, 1),
  bodyLimitBytes: integer('HTTP_BODY_LIMIT_BYTES', 1_048_576, 1_024),
  requestTimeoutMs: integer('HTTP_REQUEST_TIMEOUT_MS', 300_000, 1_000),
  subgraphTimeoutMs: integer('SUBGRAPH_TIMEOUT_MS', 10_000, 100),
  subgraphTimeouts: timeouts,
  liveMaxListeners: integer('LIVE_MAX_LISTENERS', 20_000, 1),
  liveMaxPerAddress: integer('LIVE_MAX_PER_ADDRESS', 200, 1),
  redisUrl: optionalText('REDIS_URL'),
  redisTimeoutMs: integer('REDIS_TIMEOUT_MS', 250, 10),
  publicCache: oneOf('PUBLIC_CACHE', ['on', 'off'], 'on'),
  kafkaBrokers: list('KAFKA_BROKERS', []),
  kafkaAccess,
  proxies: trustedProxies,
  limitPerAddress: integer('RATE_LIMIT_ADDRESS_PER_MINUTE', 12_000),
  limitPerPerson: integer('RATE_LIMIT_PERSON_PER_MINUTE', 1_200),
  limitVotes: integer('RATE_LIMIT_VOTES_PER_MINUTE', 120),
  votesWithoutRedis: oneOf('RATE_LIMIT_VOTES_WITHOUT_REDIS', ['open', 'closed'], 'open'),
  limitSecret: optionalSecret('RATE_LIMIT_SECRET'),
  logLevel: oneOf('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
  otlpEndpoint: optionalUrl('OTEL_EXPORTER_OTLP_ENDPOINT'),
};
