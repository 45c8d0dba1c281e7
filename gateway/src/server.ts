import { readFileSync } from 'node:fs';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import {
  makeHttp,
  makeLog,
  makeMetrics,
  makeTracing,
  readConfig,
  tokenVerifier,
  type Context,
  type Logger,
  type TokenVerifier,
} from '@veche/kit';
import { config as spec, type GatewayConfig } from './config.ts';
import { noteClient } from './client-address.ts';
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
import { QueryGuard } from './query-limits.ts';
import { SharedStore } from './redis.ts';

export interface RunningGateway {
  url: string;
  stop(): Promise<void>;
}

/** No outbox and no events here: the gateway keeps no state. */
const NO_BACKLOG = async () => ({ depth: 0, since: null });

/** Starts the gateway; throws ConfigError with every wrong setting at once. */
export async function startGateway(env: Readonly<Record<string, string | undefined>>): Promise<RunningGateway> {
  const config = readConfig(spec, env);
  const log = makeLog('gateway', config.logLevel);
  const metrics = makeMetrics('gateway', NO_BACKLOG, () => new Date());
  const tracing = makeTracing('gateway', config.otlpEndpoint);
  const pool = new SubgraphPool(config.subgraphTimeoutMs);
  const addresses = new Map<string, string>();
  const store = config.redisUrl ? await SharedStore.connect(config.redisUrl) : null;
  const verifier = verifierOf(config);
  const limits = store && makeLimits({ config, store, verifier, registry: metrics.registry });
  const documents = new Documents(config.operations, config.trustedDocumentsFile);
  const { apollo, gateway } = makeApollo({ config, pool, log, addresses, documents }, metrics.registry);
  await apollo.start();
  let stopping = false;
  const { bodyLimitBytes, corsOrigins } = config;
  const common = { log, metrics, tracing, bodyLimitBytes };
  const app = makeHttp({
    ...common,
    graphql: { apollo },
    direct: handover({ ...common, pool, addresses, corsOrigins, proxies: config.proxies, limit: limits?.vote }),
    verifier,
    trusts: config.proxies.trusts,
    ready: async () => !stopping,
  });
  addCors(app, corsOrigins);
  app.addHook('onRequest', async ({ raw }) => noteClient(raw, config.proxies));
  limits?.addTo(app);
  addGate(app, documents, new QueryGuard(gateway.schema!, config));
  addPublicSchema(app);
  addOpenLog(app, pool, addresses);
  addFiles(app, pool, addresses);
  addPreparedList(app);
  const { liveMaxListeners: maxListeners, liveMaxPerAddress: maxPerAddress } = config;
  addLive(app, { pool, addresses, registry: metrics.registry, maxListeners, maxPerAddress });
  if (config.explorer === 'on') await addExplorer(app);
  const url = await app.listen({ host: config.host, port: config.port });
  log.info({ url }, 'started');
  const stop = async (): Promise<void> => {
    stopping = true;
    await app.close();
    await apollo.stop();
    await pool.close();
    store?.close();
    await tracing.shutdown();
  };
  return { url, stop };
}

interface ApolloParts {
  config: GatewayConfig;
  pool: SubgraphPool;
  log: Logger;
  /** Filled with the addresses that the subgraphs are asked at. */
  addresses: Map<string, string>;
  documents: Documents;
}

function makeApollo(
  { config, pool, log, addresses, documents }: ApolloParts,
  registry: Parameters<typeof watchCompletion>[1],
): { apollo: ApolloServer<Context>; gateway: ApolloGateway } {
  const gateway = new ApolloGateway({
    supergraphSdl: readFileSync(config.supergraphFile, 'utf8'),
    buildService: ({ name, url: composed }) => {
      const url = config.subgraphs[name] ?? composed!;
      addresses.set(name, url);
      return new Subgraph({ url, fetcher: pool.fetcher });
    },
    experimental_approximateQueryPlanStoreMiB: config.planCacheMib,
    logger: silenced(log),
  });
  const apollo = new ApolloServer<Context>({
    gateway,
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
    plugins: [ApolloServerPluginLandingPageDisabled(), legacyStatus, watchCompletion(log, registry)],
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
