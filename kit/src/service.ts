import type mongoose from 'mongoose';
import { together } from './audit/audit.ts';
import { auditing } from './audit/auditing.ts';
import { busAudit } from './audit/bus-audit.ts';
import { outboxAudit } from './audit/outbox-audit.ts';
import type { TokenVerifier } from './auth/token-verifier.ts';
import { tokenVerifier } from './auth/token-verifier.ts';
import { watchedVerifier } from './auth/watched-verifier.ts';
import { BackgroundRunner, type Background } from './background.ts';
import type { EventBus, SubscribeOptions } from './bus/event-bus.ts';
import { joinLog, type Joining } from './bus/join-log.ts';
import { KafkaBus } from './bus/kafka-bus.ts';
import { lagWatch } from './bus/lag-watch.ts';
import { systemClock } from './clock.ts';
import type { BaseConfig } from './config.ts';
import { readConfig } from './config.ts';
import { makeGraphqlServer } from './graphql/server.ts';
import { makeHttp } from './http.ts';
import { LAST_ANSWERS_MS, lastAnswers } from './last-answers.ts';
import type { Logger } from './log.ts';
import { makeLog } from './log.ts';
import type { Metrics } from './metrics.ts';
import { makeMetrics } from './metrics.ts';
import { connectMongo } from './mongo/connection.ts';
import { Relay } from './mongo/relay.ts';
import { initStores, setStoreDefaults } from './mongo/store-registry.ts';
import { preparedRoute } from './prepared-route.ts';
import { runProgram } from './program.ts';
import type { Deps, Overrides, Parts, RunningService, ServiceDefinition } from './service-definition.ts';
import { currentTrace } from './trace-context.ts';
import type { Tracing } from './tracing.ts';
import { makeTracing } from './tracing.ts';

/** What start has made so far, undone in reverse order. */
class Teardown {
  readonly #steps: (() => Promise<unknown>)[] = [];
  #done: Promise<void> | null = null;

  add(step: () => Promise<unknown>): void {
    this.#steps.push(step);
  }

  run(log: Logger): Promise<void> {
    this.#done ??= (async () => {
      for (const step of this.#steps.reverse()) {
        await step().catch((error: unknown) => log.warn({ err: error }, 'shutdown step failed'));
      }
    })();
    return this.#done;
  }
}

/** Starts a service; throws ConfigError, or whatever keeps it from starting, after undoing what was started. */
export async function startService<C extends BaseConfig>(
  definition: ServiceDefinition<C>,
  overrides: Overrides = {},
): Promise<RunningService<C>> {
  const config = readConfig(definition.config, overrides.env ?? process.env);
  const log = overrides.log ?? makeLog(definition.name, config.logLevel);
  const teardown = new Teardown();
  try {
    return await assemble(definition, config, overrides, { log, teardown });
  } catch (error) {
    await teardown.run(log);
    throw error;
  }
}

async function assemble<C extends BaseConfig>(
  definition: ServiceDefinition<C>,
  config: Readonly<C>,
  overrides: Overrides,
  { log, teardown }: { log: Logger; teardown: Teardown },
): Promise<RunningService<C>> {
  const { name } = definition;
  const clock = overrides.clock ?? systemClock;
  const tracing = makeTracing(name, config.otlpEndpoint);
  teardown.add(() => tracing.shutdown());
  const connection = await connectMongo(config.mongodbUri, config.mongodbDatabase);
  teardown.add(() => connection.close());
  let relay: Relay | null = null;
  const wake = (): void => relay?.wake();
  setStoreDefaults(connection, { clock, wake });
  const metrics = makeMetrics(
    name,
    async () => relay?.backlog() ?? { depth: 0, since: null },
    () => clock.now(),
  );
  const bus = overrides.bus ?? kafkaBus(name, config, log);
  if (!overrides.bus) teardown.add(() => bus.close());
  const verifier = watchedVerifier(overrides.verifier ?? verifierOf(config), metrics.token);
  const deps: Deps<C> = {
    config,
    connection,
    bus,
    clock,
    log,
    metrics: metrics.registry,
    verifier,
    wake,
  };
  const parts = await definition.compose(deps);
  if (parts.close) teardown.add(parts.close);
  await initStores(connection);
  const { leaseTtlMs } = overrides;
  relay = new Relay({
    service: name,
    connection,
    stores: parts.stores,
    bus,
    log,
    leaseTtlMs,
    onPublished: metrics.published,
  });
  const running = await serve(definition, deps, parts, {
    overrides,
    metrics,
    tracing,
    relay,
    teardown,
  });
  log.info({ url: running.url }, 'started');
  return running;
}

interface Machinery {
  overrides: Overrides;
  metrics: Metrics;
  tracing: Tracing;
  relay: Relay;
  teardown: Teardown;
}

async function serve<C extends BaseConfig>(
  definition: ServiceDefinition<C>,
  deps: Deps<C>,
  parts: Parts,
  { overrides, metrics, tracing, relay, teardown }: Machinery,
): Promise<RunningService<C>> {
  const { config, log, connection, verifier } = deps;
  let stopping = false;
  const graphql = await makeGraphqlServer({ ...definition, ...parts, ...config, log, metrics });
  teardown.add(() => graphql.apollo.stop());
  relay.start();
  teardown.add(() => relay.stop());
  const { leaseTtlMs } = overrides;
  const place = { service: definition.name, connection, log, leaseTtlMs, observer: metrics.task };
  const background = tasks(definition.name, deps, parts, metrics).map((task) => new BackgroundRunner(task, place));
  if (overrides.background !== false) for (const runner of background) runner.start();
  teardown.add(() => Promise.all(background.map((runner) => runner.stop())));
  const consuming = consume(definition.name, deps, parts, { metrics, tracing });
  teardown.add(() => consuming.stop());
  if (overrides.bus) await consuming.started;
  const ready = async (): Promise<boolean> => !stopping && (await pings(connection));
  const { bodyLimitBytes } = config;
  const common = { graphql, verifier, log, metrics, tracing, bodyLimitBytes };
  const app = makeHttp({ ...common, direct: preparedRoute(common), ready });
  parts.routes?.(app);
  const url = await app.listen({ host: config.host, port: config.port });
  teardown.add(() => app.close());
  const stop = async (): Promise<void> => {
    stopping = true;
    await lastAnswers(app.server, overrides.lastAnswersMs ?? 0);
    return teardown.run(log);
  };
  return { url, deps, relay, background, stop };
}

/** What the service does beside requests and events, and what every service does. */
function tasks(group: string, deps: Deps, parts: Parts, metrics: Metrics): Background[] {
  const topics = (parts.consumers ?? []).map(({ topic }) => topic);
  return [
    ...(parts.background ?? []),
    audited(group, deps, parts),
    lagWatch(deps.bus, { group, topics: [...new Set(topics)] }, metrics.lag),
  ];
}

/** The nightly audit: what the service proves itself, and what every service proves. */
function audited(
  group: string,
  { bus, connection, clock, log, metrics: registry, config }: Deps,
  parts: Parts,
): Background {
  const { stores, produces, audit } = parts;
  const consumes = (parts.consumers ?? []).map(({ topic }) => topic);
  const common = [outboxAudit(stores), busAudit({ bus, group, consumes, produces })];
  const whole = together(...(audit ? [audit] : []), ...common);
  return auditing({ audit: whole, connection, clock, log, registry, hour: config.auditHour });
}

/** What the service takes from the event log; it answers queries while the log is away. */
function consume(
  group: string,
  { bus, log }: Deps,
  parts: Parts,
  { metrics, tracing }: Pick<Machinery, 'metrics' | 'tracing'>,
): Joining {
  const consumers = parts.consumers ?? [];
  metrics.expect(consumers);
  const around: SubscribeOptions['around'] = (event, work) =>
    tracing.run({ name: event.type, kind: 'consumer', as: currentTrace()! }, work);
  const topics = [...parts.produces, ...consumers.map(({ topic }) => topic)];
  return joinLog({ bus, group, topics, consumers, log, around, observer: metrics.consumer });
}

function kafkaBus(name: string, config: BaseConfig, log: Logger): EventBus {
  return new KafkaBus({
    brokers: config.kafkaBrokers,
    access: config.kafkaAccess,
    clientId: name,
    log,
    // Asking ourselves to end runs the orderly shutdown; the supervisor starts a new process.
    onFatal: (error) => {
      log.fatal({ err: error }, 'consumer crashed');
      process.exitCode = 1;
      process.kill(process.pid, 'SIGTERM');
    },
  });
}

function verifierOf(config: BaseConfig): TokenVerifier {
  const { tokenIssuer: issuer, tokenAudience: audience, tokenJwksUrl: jwksUrl } = config;
  return tokenVerifier({ issuer, audience, jwksUrl });
}

async function pings(connection: mongoose.Connection): Promise<boolean> {
  if (connection.readyState !== 1) return false;
  const limit = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 2_000).unref());
  const ping = connection
    .db!.admin()
    .ping()
    .then(
      () => true,
      () => false,
    );
  return Promise.race([ping, limit]);
}

/** The whole main.ts. */
export const runService = <C extends BaseConfig>(definition: ServiceDefinition<C>): Promise<void> =>
  runProgram(definition.name, () => startService(definition, { lastAnswersMs: LAST_ANSWERS_MS }));
