export type { Audit, Figure, Look, Violation } from './audit/audit.ts';
export { summaryOf, together } from './audit/audit.ts';
export { busAudit } from './audit/bus-audit.ts';
export { auditCommand } from './audit/command.ts';
export { NORMAL_AGAIN_MS } from './audit/outbox-audit.ts';
export type { Caller, Role } from './auth/caller.ts';
export { ROLES, callerOf } from './auth/caller.ts';
export { RecentCallers } from './auth/recent-callers.ts';
export type { TokenVerifier, VerifierOptions } from './auth/token-verifier.ts';
export { InvalidToken, bearerToken, tokenVerifier } from './auth/token-verifier.ts';
export { watchedVerifier } from './auth/watched-verifier.ts';
export type { Background } from './background.ts';
export { BackgroundRunner } from './background.ts';
export { fromMessage, toMessage } from './bus/cloud-event.ts';
export { LeftUndone, Undeliverable } from './bus/delivery.ts';
export type {
  BusMessage,
  Consumer,
  DeliveryObserver,
  EventBus,
  Position,
  ReceivedEvent,
  SubscribeOptions,
  Subscription,
} from './bus/event-bus.ts';
export type { DeadLetter, EventLog } from './bus/dead-letters.ts';
export { discardDeadLetters, listDeadLetters, replayDeadLetters } from './bus/dead-letters.ts';
export { deadLetterTopic } from './bus/event-bus.ts';
export { joinLog } from './bus/join-log.ts';
export { KafkaBus } from './bus/kafka-bus.ts';
export type { Clock } from './clock.ts';
export { systemClock } from './clock.ts';
export type { BaseConfig, ConfigSpec, KafkaAccess, Setting } from './config.ts';
export {
  ConfigError,
  baseConfig,
  flag,
  integer,
  list,
  oneOf,
  optionalSecret,
  optionalText,
  optionalUrl,
  kafkaAccess,
  readConfig,
  secret,
  text,
  url,
} from './config.ts';
export { sha256Hex } from './hash.ts';
export { fileSigningKey, newSigningKey, publicHex, type SigningKey } from './signing-key.ts';
export { newId } from './id.ts';
export { failPoint } from './fail-point.ts';
export { RecentMap } from './recent-map.ts';
export { randomHex } from './random-hex.ts';
export type { Logger } from './log.ts';
export { makeMetrics, type Metrics } from './metrics.ts';
export { makeLog } from './log.ts';
export type { HttpOptions } from './http.ts';
export { directRoute, type DirectOptions } from './direct-route.ts';
export { makeHttp } from './http.ts';
export type {
  Aggregate,
  AggregateStore,
  ChangeArgs,
  CreateArgs,
  Outcome,
  StoreRejection,
  ToOutbox,
  UpsertArgs,
} from './mongo/aggregate.ts';
export type { IndexSpec } from './mongo/aggregate-document.ts';
export { aggregateStore } from './mongo/aggregate-store.ts';
export type { Command } from './mongo/command.ts';
export { connectMongo, isDuplicateKey } from './mongo/connection.ts';
export type { Fence } from './mongo/lease.ts';
export { Lease, LeaseLost } from './mongo/lease.ts';
export type { JsonValue, OutboxEvent, StoredEvent } from './mongo/outbox.ts';
export { sealEvent } from './mongo/outbox.ts';
export type { ProjectionStore } from './mongo/projection-store.ts';
export { projectionStore } from './mongo/projection-store.ts';
export { within } from './mongo/within.ts';
export type { BlockReader, BlockScope, BlockStore } from './mongo/block-store.ts';
export { blockStore, isBlockOff, outsideOf, scopesWithoutBlock } from './mongo/block-store.ts';
export type { BlockGate } from './graphql/blocks.ts';
export type { Connection, ConnectionArgs, PageInfo } from './graphql/connection.ts';
export { connectionOf, mapConnection } from './graphql/connection.ts';
export type { Context } from './graphql/context.ts';
export { byId, commandOf, forget, loaderOf } from './graphql/context.ts';
export {
  USER_MESSAGES,
  badInput,
  forbidden,
  queryError,
  routeError,
  unauthenticated,
  unavailable,
} from './graphql/errors.ts';
export type { Messages, PayloadRejection } from './graphql/payload.ts';
export { payload, rejectionOf } from './graphql/payload.ts';
export { labelsOfDocuments, operationMetrics } from './graphql/operation-metrics.ts';
export type { Policy, Rule } from './graphql/policy.ts';
export { DateTimeScalar, JsonScalar, LocalDateTimeScalar, MoneyScalar, OktmoScalar } from './graphql/scalars.ts';
export type { Deps, Overrides, Parts, RunningService, ServiceDefinition } from './service-definition.ts';
export { runProgram } from './program.ts';
export { runService, startService } from './service.ts';
export { LAST_ANSWERS_MS, lastAnswers } from './last-answers.ts';
export { contextOf } from './request-context.ts';
export type { TraceContext } from './trace-context.ts';
export {
  childTrace,
  currentTrace,
  currentTraceparent,
  formatTraceparent,
  parseTraceparent,
  runInTrace,
} from './trace-context.ts';
export type { Tracing } from './tracing.ts';
export { makeTracing } from './tracing.ts';
export { syncDirectory, writeOnce } from './write-once.ts';
