import type { Attributes } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { NodeTracerConfig } from '@opentelemetry/sdk-trace-node';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { TraceContext } from './trace-context.ts';
import { runInTrace } from './trace-context.ts';

export interface SpanOptions {
  name: string;
  kind: 'server' | 'consumer' | 'internal';
  /** Ids of the span itself, made by `childTrace`: what was logged or sent on with them before is found under it. */
  as: TraceContext;
  attributes?: Attributes;
}

export interface Tracing {
  /** Runs work as a span; its ids are current inside, exported or not. */
  run<T>(options: SpanOptions, work: () => Promise<T>): Promise<T>;
  shutdown(): Promise<void>;
}

const KINDS = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER, internal: SpanKind.INTERNAL };

/** Spans go to the OTLP endpoint when there is one; without it only the ids travel on. */
export function makeTracing(service: string, endpoint: string | undefined): Tracing {
  if (!endpoint) return { run: ({ as }, work) => runInTrace(as, work), shutdown: async () => undefined };
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
  let next: TraceContext;
  const provider = new NodeTracerProvider({
    resource: resourceOf({ 'service.name': service, 'service.namespace': 'veche' }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
    // Spans are started here alone, each with the ids it was given: with ids of its own it would hang under a parent that nobody exports.
    idGenerator: { generateTraceId: () => next.traceId, generateSpanId: () => next.spanId },
  });
  const tracer = provider.getTracer('veche');
  return {
    async run({ name, kind, as, attributes }, work) {
      next = as;
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes }, parentOf(as));
      try {
        return await runInTrace(as, work);
      } catch (error) {
        // The kind of error only: its message may quote what a person typed.
        span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).name });
        throw error;
      } finally {
        span.end();
      }
    },
    shutdown: () => provider.shutdown(),
  };
}

function parentOf({ traceId, parentSpanId: spanId, sampled }: TraceContext) {
  if (!spanId) return ROOT_CONTEXT;
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

type Resource = NonNullable<NodeTracerConfig['resource']>;

// The package that makes resources is not a dependency of ours; the interface is small.
function resourceOf(attributes: Record<string, string>): Resource {
  return {
    attributes,
    getRawAttributes: () => Object.entries(attributes),
    merge: (other) => resourceOf({ ...attributes, ...(other?.attributes as Record<string, string>) }),
  };
}
