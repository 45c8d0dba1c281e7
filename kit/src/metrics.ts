import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { TokenObserver } from './auth/watched-verifier.ts';
import type { TaskObserver } from './background.ts';
import type { Consumer, DeliveryObserver, Position } from './bus/event-bus.ts';
import type { OperationLabels, OperationResult } from './graphql/operation-metrics.ts';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const DELAYS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600];
/** The store that is asked may be away; the other metrics are needed most just then. */
const PATIENCE_MS = 2_000;
/** An older figure of the lag is not shown: another replica measures now. */
const LAG_KEPT_MS = 120_000;

/** The metrics every service has; labels are names of operations, topics and codes, never of people (docs/operations/metrics.md). */
export interface Metrics {
  registry: Registry;
  http(route: string, status: number, seconds: number): void;
  operation(labels: OperationLabels, result: OperationResult, seconds: number): void;
  /** A mutation was answered; `outcome` is ACCEPTED, the code of the rejection, or that of the error. */
  mutation(name: string, outcome: string): void;
  published(count: number): void;
  consumer: DeliveryObserver;
  /** Shows what is consumed before the first event comes: a counter that begins above nothing raises no alarm. */
  expect(consumers: readonly Consumer[]): void;
  lag(positions: readonly Position[]): void;
  task: TaskObserver;
  token: TokenObserver;
}

export interface Backlog {
  depth: number;
  since: Date | null;
}

export function makeMetrics(service: string, backlog: () => Promise<Backlog>, now: () => Date): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const published = new Counter({
    name: 'veche_outbox_published_total',
    help: 'Events of outboxes that the event log acknowledged',
    registers,
  });
  registerBacklog(registers, backlog, now);
  return {
    registry,
    ...requestMetrics(registers),
    published: (count) => published.inc(count),
    ...consumerMetrics(registers),
    task: taskMetrics(registers),
    token: tokenMetrics(registers),
  };
}

function requestMetrics(registers: Registry[]): Pick<Metrics, 'http' | 'operation' | 'mutation'> {
  const http = new Histogram({
    name: 'veche_http_request_seconds',
    help: 'HTTP requests',
    labelNames: ['route', 'status'],
    buckets: SECONDS,
    registers,
  });
  const operation = new Histogram({
    name: 'veche_graphql_operation_seconds',
    help: 'GraphQL operations by their first root field; refused: the fault is of the caller; a rejection is data, so ok',
    labelNames: ['operation', 'kind', 'result'],
    buckets: SECONDS,
    registers,
  });
  const mutation = new Counter({
    name: 'veche_mutations_total',
    help: 'Mutations by outcome: ACCEPTED, the code of the rejection, or the code of the error',
    labelNames: ['mutation', 'outcome'],
    registers,
  });
  return {
    http: (route, status, seconds) => http.observe({ route, status }, seconds),
    operation: (labels, result, seconds) => operation.observe({ ...labels, result }, seconds),
    mutation: (name, outcome) => mutation.inc({ mutation: name, outcome }),
  };
}

function registerBacklog(registers: Registry[], backlog: () => Promise<Backlog>, now: () => Date): void {
  const lag = new Gauge({
    name: 'veche_outbox_lag_seconds',
    help: 'Age of the oldest event not yet acknowledged; NaN while the database does not answer',
    registers,
  });
  new Gauge({
    name: 'veche_outbox_depth',
    help: 'Aggregates with events not yet acknowledged; NaN while the database does not answer',
    registers,
    async collect() {
      const found = await inTime(backlog());
      this.set(found ? found.depth : Number.NaN);
      lag.set(found ? secondsSince(found.since, now) : Number.NaN);
    },
  });
}

const secondsSince = (since: Date | null, now: () => Date): number =>
  since ? Math.max(0, (now().getTime() - since.getTime()) / 1000) : 0;

async function inTime<T>(found: Promise<T>): Promise<T | null> {
  const { promise, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), PATIENCE_MS);
  return Promise.race([found.catch(() => null), promise]).finally(() => clearTimeout(timer));
}

function consumerMetrics(registers: Registry[]): Pick<Metrics, 'consumer' | 'expect' | 'lag'> {
  const labelNames = ['topic', 'type'] as const;
  const handled = new Histogram({
    name: 'veche_consumer_handled_seconds',
    help: 'Work on events that were handled',
    labelNames,
    buckets: SECONDS,
    registers,
  });
  const delay = new Histogram({
    name: 'veche_consumer_delay_seconds',
    help: 'From the time of an event to the end of its handling; a group that reads a topic from its beginning shows the age of what it reads',
    labelNames: ['topic'],
    buckets: DELAYS,
    registers,
  });
  const failed = new Counter({
    name: 'veche_consumer_failed_total',
    help: 'Attempts to handle an event that threw',
    labelNames,
    registers,
  });
  const parked = new Counter({
    name: 'veche_consumer_dead_letters_total',
    help: 'Messages parked in a dead-letter topic',
    labelNames,
    registers,
  });
  return {
    consumer: {
      handled(topic, type, seconds, time) {
        handled.observe({ topic, type }, seconds);
        delay.observe({ topic }, Math.max(0, (Date.now() - time.getTime()) / 1000));
      },
      failed: (topic, type) => failed.inc({ topic, type }),
      parked: (topic, type) => parked.inc({ topic, type }),
    },
    expect(consumers) {
      for (const { topic, type } of consumers) {
        failed.inc({ topic, type }, 0);
        parked.inc({ topic, type }, 0);
      }
    },
    lag: lagMetric(registers),
  };
}

function lagMetric(registers: Registry[]): Metrics['lag'] {
  let measuredAt = 0;
  const gauge = new Gauge({
    name: 'veche_consumer_lag',
    help: 'Messages of a topic that the service has not taken yet; shown by the replica that measures',
    labelNames: ['topic'],
    registers,
    collect() {
      if (performance.now() - measuredAt > LAG_KEPT_MS) this.reset();
    },
  });
  return (positions) => {
    measuredAt = performance.now();
    for (const [topic, of] of Map.groupBy(positions, (one) => one.topic))
      gauge.set({ topic }, Number(of.reduce((sum, { end, taken }) => sum + end - taken, 0n)));
  };
}

function taskMetrics(registers: Registry[]): TaskObserver {
  const ended = new Gauge({
    name: 'veche_task_ended_seconds',
    help: 'When a background task last ended well on this replica, Unix time; the start of the process before that',
    labelNames: ['task'],
    registers,
  });
  const failed = new Counter({
    name: 'veche_task_failed_total',
    help: 'Runs of a background task that threw',
    labelNames: ['task'],
    registers,
  });
  return {
    known(task) {
      ended.setToCurrentTime({ task });
      failed.inc({ task }, 0);
    },
    ended: (task) => ended.setToCurrentTime({ task }),
    failed: (task) => failed.inc({ task }),
  };
}

function tokenMetrics(registers: Registry[]): TokenObserver {
  const refused = new Counter({
    name: 'veche_tokens_refused_total',
    help: 'Access tokens that are not valid, by reason',
    labelNames: ['reason'],
    registers,
  });
  const unchecked = new Counter({
    name: 'veche_tokens_unchecked_total',
    help: 'Access tokens that could not be checked, for the keys of the realm could not be had',
    registers,
  });
  return { refused: (reason) => refused.inc({ reason }), unchecked: () => unchecked.inc() };
}
