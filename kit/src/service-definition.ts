import type { FastifyInstance } from 'fastify';
import type mongoose from 'mongoose';
import type { Registry } from 'prom-client';
import type { Audit } from './audit/audit.ts';
import type { TokenVerifier } from './auth/token-verifier.ts';
import type { Background, BackgroundRunner } from './background.ts';
import type { Consumer, EventBus } from './bus/event-bus.ts';
import type { Clock } from './clock.ts';
import type { BaseConfig, ConfigSpec } from './config.ts';
import type { BlockGate } from './graphql/blocks.ts';
import type { Policy } from './graphql/policy.ts';
import type { Logger } from './log.ts';
import type { AggregateStore } from './mongo/aggregate.ts';
import type { Relay } from './mongo/relay.ts';

/** What a service is: its schema, settings, rules, and how its parts are put together. */
export interface ServiceDefinition<C extends BaseConfig = BaseConfig> {
  name: string;
  schema: URL;
  config: ConfigSpec<C>;
  policy: Policy;
  compose(deps: Deps<C>): Parts | Promise<Parts>;
}

export interface Deps<C extends BaseConfig = BaseConfig> {
  config: Readonly<C>;
  connection: mongoose.Connection;
  bus: EventBus;
  clock: Clock;
  log: Logger;
  metrics: Registry;
  verifier: TokenVerifier;
  /** There is something in an outbox; the stores of the connection call it by themselves. */
  wake(): void;
}

export interface Parts {
  resolvers: object;
  stores: AggregateStore<any>[];
  consumers?: readonly Consumer[];
  /** Of a service that has root fields of a block: whether it is off where a request acts. */
  blocks?: BlockGate;
  /** Topics this service writes. */
  produces: readonly string[];
  background?: readonly Background[];
  /** What the service can prove over its stores, each night, beside what every service proves of its outbox and the event log. */
  audit?: Audit;
  /** Plain HTTP routes beside GraphQL, e.g. files. */
  routes?: (app: FastifyInstance) => void;
  /** Trusted operations by the SHA-256 of their text, executed without the server's pipeline. */
  prepared?: Readonly<Record<string, string>>;
  /** Before the connection closes. */
  close?: () => Promise<void>;
}

export interface Overrides {
  env?: Readonly<Record<string, string | undefined>>;
  bus?: EventBus;
  clock?: Clock;
  verifier?: TokenVerifier;
  log?: Logger;
  /** false leaves background tasks to the caller. */
  background?: boolean;
  leaseTtlMs?: number;
  /** For how long `stop` waits for connections that clients keep; 0 without. */
  lastAnswersMs?: number;
}

export interface RunningService<C extends BaseConfig = BaseConfig> {
  url: string;
  deps: Deps<C>;
  relay: Relay;
  background: readonly BackgroundRunner[];
  /** Finishes what is in hand, publishes what is in the outboxes, closes everything. Safe to call twice. */
  stop(): Promise<void>;
}
