import type { Attributes } from '@opentelemetry/api';
import { SpanKind, SpanStatusCode, TraceFlags, context, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { NodeTracerConfig } from '@opentelemetry/sdk-trace-node';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { TraceContext } from './trace-context.ts';
import { childTrace, currentTrace, runInTrace } from './trace-context.ts';

export interface SpanOptions {
  name: string;
  kind: 'server' | 'consumer' | 'internal';
  parent: TraceContext | null;
  attributes?: Attributes;
}

export interface Tracing {
  /** Runs work as a span of the parent's trace; the ids are current inside, exported or not. */
  run<T>(options: SpanOptions, work: () => Promise<T>): Promise<T>;
  shutdown(): Promise<void>;
}

const KINDS = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER, internal: SpanKind.INTERNAL };

/** Spans go to the OTLP endpoint when there is one; without it only the ids travel on. */
export function makeTracing(service: string, endpoint: string | undefined): Tracing {
  if (!endpoint) {
    return {
      run: ({ parent }, work) => (parent && parent === currentTrace() ? work() : runInTrace(childTrace(parent), work)),
      shutdown: async () => undefined,
    };
  }
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
  const provider = new NodeTracerProvider({
    resource: resourceOf({ 'service.name': service, 'service.namespace': 'veche' }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('veche');
  return {
    async run({ name, kind, parent, attributes }, work) {
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes }, parentOf(parent));
      const { traceId, spanId, traceFlags } = span.spanContext();
      const sampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
      try {
        return await runInTrace({ traceId, spanId, sampled }, work);
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

function parentOf(parent: TraceContext | null) {
  if (!parent) return context.active();
  const { traceId, spanId, sampled } = parent;
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(context.active(), { traceId, spanId, traceFlags, isRemote: true });
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
