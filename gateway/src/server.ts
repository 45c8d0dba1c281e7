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
import { addCors } from './cors.ts';
import { Subgraph, SubgraphPool } from './data-source.ts';
import { errorFormatter } from './errors.ts';
import { addExplorer, addPublicSchema } from './explorer.ts';
import { addFiles } from './files.ts';
import { addPreparedList, handover } from './handover.ts';
import { addLive } from './live.ts';
import { addOpenLog } from './open-log.ts';
import { keycloakVerifier } from './keycloak-verifier.ts';
import { legacyStatus, watchCompletion } from './plugins.ts';

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
  const apollo = makeApollo({ config, pool, log, addresses }, metrics.registry);
  await apollo.start();
  let stopping = false;
  const { bodyLimitBytes, corsOrigins } = config;
  const common = { log, metrics, tracing, bodyLimitBytes };
  const app = makeHttp({
    ...common,
    graphql: { apollo },
    direct: handover({ ...common, pool, addresses, corsOrigins }),
    verifier: verifierOf(config),
    ready: async () => !stopping,
  });
  addCors(app, corsOrigins);
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
}

function makeApollo(
  { config, pool, log, addresses }: ApolloParts,
  registry: Parameters<typeof watchCompletion>[1],
): ApolloServer<Context> {
  const gateway = new ApolloGateway({
    supergraphSdl: readFileSync(config.supergraphFile, 'utf8'),
    buildService: ({ name, url: composed }) => {
      const url = config.subgraphs[name] ?? composed!;
      addresses.set(name, url);
      return new Subgraph({ url, fetcher: pool.fetcher });
    },
    logger: silenced(log),
  });
  return new ApolloServer<Context>({
    gateway,
    csrfPrevention: true,
    introspection: config.introspection,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: !config.introspection,
    parseOptions: { maxTokens: config.maxTokens },
    maxRecursiveSelections: true,
    formatError: errorFormatter(log),
    stopOnTerminationSignals: false,
    logger: silenced(log),
    plugins: [ApolloServerPluginLandingPageDisabled(), legacyStatus, watchCompletion(log, registry)],
  });
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
