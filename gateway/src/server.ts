import { readFileSync } from 'node:fs';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import {
  KafkaBus,
  lastAnswers,
  makeHttp,
  makeLog,
  makeMetrics,
  makeTracing,
  operationMetrics,
  readConfig,
  sha256Hex,
  tokenVerifier,
  watchedVerifier,
  type Context,
  type EventBus,
  type Logger,
  type Metrics,
  type TokenVerifier,
} from '@veche/kit';
import type { FastifyInstance } from 'fastify';
import { config as spec, type GatewayConfig } from './config.ts';
import { noteClient } from '@veche/kit/client-address';
import { addCors } from './cors.ts';
import { Subgraph, SubgraphPool } from './data-source.ts';
import { Documents } from './documents.ts';
import { errorFormatter } from './errors.ts';
import { addExplorer, addPublicSchema } from './explorer.ts';
import { addFiles } from './files.ts';
import { addGate } from './gate.ts';
import { addPreparedList, handover } from './handover.ts';
import { addLive } from './live.ts';
import { addOpenLog } from './open-log.ts';
import { keycloakVerifier } from './keycloak-verifier.ts';
import { makeLimits } from './limits.ts';
import { legacyStatus, watchCompletion } from './plugins.ts';
import { addCacheHeaders, addPublicCache, followChanges } from './public-cache.ts';
import { QueryGuard } from './query-limits.ts';
import { documentWeight, OperationCache, planWeight } from './operation-cache.ts';
import { SharedStore } from './redis.ts';
import { oncePerRequest } from './request-verifier.ts';
import { subgraphMetrics, timed, type SubgraphTold } from './subgraph-metrics.ts';

export interface RunningGateway {
  url: string;
  stop(): Promise<void>;
}

const MIB = 2 ** 20;

/** No outbox and no events here: the gateway keeps no state. */
const NO_BACKLOG = async () => ({ depth: 0, since: null });

/**
 * Starts the gateway; throws ConfigError with every wrong setting at once. `bus` takes the place of Kafka in tests; `lastAnswersMs` is for how long
 * `stop` waits for connections that clients keep.
 */
export async function startGateway(
  env: Readonly<Record<string, string | undefined>>,
  { bus, lastAnswersMs = 0 }: { bus?: EventBus; lastAnswersMs?: number } = {},
): Promise<RunningGateway> {
  const config = readConfig(spec, env);
  const log = makeLog('gateway', config.logLevel);
  const metrics = makeMetrics('gateway', NO_BACKLOG, () => new Date());
  const tracing = makeTracing('gateway', config.otlpEndpoint);
  const pool = new SubgraphPool(config.subgraphTimeoutMs);
  const addresses = new Map<string, string>();
  const documents = new Documents(config.operations, config.trustedDocumentsFile);
  const store = config.redisUrl ? await SharedStore.connect(config.redisUrl, config.redisTimeoutMs) : null;
  const verifier = oncePerRequest(watchedVerifier(verifierOf(config), metrics.token));
  const { registry } = metrics;
  const limits = store && makeLimits({ config, store, verifier, registry });
  const told = subgraphMetrics(registry);
  const { apollo, gateway } = makeApollo({ config, pool, log, addresses, documents, told }, metrics);
  await apollo.start();
  let stopping = false;
  const { bodyLimitBytes, corsOrigins, proxies, requestTimeoutMs } = config;
  const common = { log, metrics, tracing, bodyLimitBytes };
  const direct = handover({ ...common, pool, addresses, corsOrigins, limit: limits?.vote, told });
  const app = makeHttp({
    ...common,
    graphql: { apollo },
    direct: (request, response) => {
      noteClient(request, proxies);
      return direct(request, response);
    },
    verifier,
    requestTimeoutMs,
    ready: async () => !stopping,
  });
  addCors(app, corsOrigins);
  limits?.addTo(app);
  addCacheHeaders(app);
  const follower = keepPublicAnswers(app, { store, metrics, config, log, addresses, bus });
  addGate(app, documents, new QueryGuard(gateway.schema!, config, (config.operationCacheMib * MIB) / 4));
  addPublicSchema(app);
  addOpenLog(app, pool, addresses);
  addFiles(app, pool, addresses);
  addPreparedList(app);
  const { liveMaxListeners: maxListeners, liveMaxPerAddress: maxPerAddress } = config;
  const live = addLive(app, { pool, addresses, registry, proxies, maxListeners, maxPerAddress });
  if (config.explorer === 'on') await addExplorer(app);
  const url = await app.listen({ host: config.host, port: config.port });
  log.info({ url }, 'started');
  const stop = async (): Promise<void> => {
    stopping = true;
    live.close();
    await lastAnswers(app.server, lastAnswersMs);
    await app.close();
    await apollo.stop();
    await pool.close();
    await follower?.close();
    store?.close();
    await tracing.shutdown();
  };
  return { url, stop };
}

interface CacheParts {
  store: SharedStore | null;
  metrics: Metrics;
  config: GatewayConfig;
  log: Logger;
  addresses: ReadonlyMap<string, string>;
  bus: EventBus | undefined;
}

/** Public answers, forgotten on events of the log; without one they are kept for their max-age. */
function keepPublicAnswers(app: FastifyInstance, { store, metrics, config, log, addresses, bus: given }: CacheParts) {
  if (!store || config.publicCache === 'off') return null;
  const version = sha256Hex(JSON.stringify([readFileSync(config.supergraphFile, 'utf8'), ...addresses]));
  addPublicCache(app, { store, metrics, version });
  const bus = given ?? (config.kafkaBrokers.length > 0 ? kafkaOf(config, log) : null);
  return bus && followChanges({ bus, store, log, metrics });
}

/** A consumer that cannot go on makes answers older by their max-age, and is no reason to end. */
const kafkaOf = ({ kafkaBrokers: brokers, kafkaAccess: access }: GatewayConfig, log: Logger): EventBus =>
  new KafkaBus({
    brokers,
    access,
    clientId: 'gateway',
    log,
    onFatal: (error) => log.error({ err: error }, 'changes are not followed'),
  });

interface ApolloParts {
  config: GatewayConfig;
  pool: SubgraphPool;
  log: Logger;
  /** Filled with the addresses that the subgraphs are asked at. */
  addresses: Map<string, string>;
  documents: Documents;
  told: SubgraphTold;
}

function makeApollo(
  { config, pool, log, addresses, documents, told }: ApolloParts,
  metrics: Metrics,
): { apollo: ApolloServer<Context>; gateway: ApolloGateway } {
  const bytes = config.operationCacheMib * MIB;
  const gateway = new ApolloGateway({
    supergraphSdl: readFileSync(config.supergraphFile, 'utf8'),
    buildService: ({ name, url: composed }) => {
      const url = config.subgraphs[name] ?? composed!;
      addresses.set(name, url);
      const [address, timeoutMs] = [new URL(url), config.subgraphTimeouts[name]];
      return new Subgraph(name, (headers, body) =>
        timed(told, name, () => pool.ask(address, headers, body, timeoutMs)),
      );
    },
    queryPlannerConfig: { cache: new OperationCache(bytes / 4, (plan) => planWeight(plan)) },
    logger: silenced(log),
  });
  const apollo = new ApolloServer<Context>({
    gateway,
    documentStore: new OperationCache(bytes / 2, documentWeight),
    csrfPrevention: true,
    introspection: config.introspection,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: !config.introspection,
    parseOptions: { maxTokens: config.maxTokens },
    maxRecursiveSelections: true,
    persistedQueries: { cache: documents.cache, ttl: null },
    formatError: errorFormatter(log),
    stopOnTerminationSignals: false,
    logger: silenced(log),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      legacyStatus,
      operationMetrics(metrics),
      watchCompletion(log, metrics.registry),
    ],
  });
  return { apollo, gateway };
}

/** Apollo's chatter goes to debug; its errors name addresses and are ours to read. */
const silenced = (log: Logger) => ({
  debug: (message?: string) => log.debug(message),
  info: (message?: string) => log.debug(message),
  warn: (message?: string) => log.warn(message),
  error: (message?: string) => log.error(message),
});

function verifierOf({ tokenIssuer, tokenAudience, tokenJwksUrl, tokenVerifier: chosen }: GatewayConfig): TokenVerifier {
  const options = { issuer: tokenIssuer, audience: tokenAudience, jwksUrl: tokenJwksUrl };
  return chosen === 'jose' ? tokenVerifier(options) : keycloakVerifier(options);
}
