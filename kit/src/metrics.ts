import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { DeliveryObserver } from './bus/event-bus.ts';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The metrics every service has; labels are names of operations and topics, never of people. */
export interface Metrics {
  registry: Registry;
  http(route: string, status: number, seconds: number): void;
  operation(name: string, kind: string, result: string, seconds: number): void;
  published(count: number): void;
  consumer: DeliveryObserver;
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
  const http = new Histogram({
    name: 'veche_http_request_seconds',
    help: 'HTTP requests',
    labelNames: ['route', 'status'],
    buckets: SECONDS,
    registers,
  });
  const operation = new Histogram({
    name: 'veche_graphql_operation_seconds',
    help: 'GraphQL operations',
    labelNames: ['operation', 'kind', 'result'],
    buckets: SECONDS,
    registers,
  });
  const published = new Counter({
    name: 'veche_outbox_published_total',
    help: 'Events the log acknowledged',
    registers,
  });
  registerBacklog(registers, backlog, now);
  return {
    registry,
    http: (route, status, seconds) => http.observe({ route, status }, seconds),
    operation: (name, kind, result, seconds) => operation.observe({ operation: name, kind, result }, seconds),
    published: (count) => published.inc(count),
    consumer: consumerMetrics(registers),
  };
}

function registerBacklog(registers: Registry[], backlog: () => Promise<Backlog>, now: () => Date): void {
  const lag = new Gauge({
    name: 'veche_outbox_lag_seconds',
    help: 'Age of the oldest event not yet acknowledged',
    registers,
  });
  new Gauge({
    name: 'veche_outbox_depth',
    help: 'Aggregates with events not yet acknowledged',
    registers,
    async collect() {
      const { depth, since } = await backlog();
      this.set(depth);
      lag.set(since ? Math.max(0, (now().getTime() - since.getTime()) / 1000) : 0);
    },
  });
}

function consumerMetrics(registers: Registry[]): DeliveryObserver {
  const labelNames = ['topic', 'type'] as const;
  const handled = new Histogram({
    name: 'veche_consumer_handled_seconds',
    help: 'Events handled',
    labelNames,
    buckets: SECONDS,
    registers,
  });
  const failed = new Counter({
    name: 'veche_consumer_failed_total',
    help: 'Attempts that threw',
    labelNames,
    registers,
  });
  const parked = new Counter({
    name: 'veche_consumer_dead_letters_total',
    help: 'Messages parked',
    labelNames,
    registers,
  });
  return {
    handled: (topic, type, seconds) => handled.observe({ topic, type }, seconds),
    failed: (topic, type) => failed.inc({ topic, type }),
    parked: (topic, type) => parked.inc({ topic, type }),
  };
}
