import type { Logger } from 'pino';
import { pino } from 'pino';
import { currentTrace } from './trace-context.ts';

export type { Logger } from 'pino';

// Bodies and variables are never logged at all; these are what a careless object may bring along.
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'password',
  'token',
  'secret',
  'snils',
  'snils_h',
  'voterKey',
  'email',
  'phone',
  'name',
];

/** JSON lines on stdout with the service and the trace id; secrets that slip into fields are cut out. */
export function makeLog(service: string, level: string, destination?: { write(line: string): void }): Logger {
  const options = {
    level,
    base: { service },
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]).filter((path) => path !== 'name'),
      remove: true,
    },
    serializers: { err: describeError },
    mixin: () => {
      const trace = currentTrace();
      return trace ? { traceId: trace.traceId } : {};
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Kind, code, message and stack; other members of an error may hold documents or requests. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  // The driver quotes the offending values of a unique index.
  const message = code === 11000 ? 'duplicate key' : error.message;
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    message,
    stack: code === 11000 ? undefined : error.stack,
  };
}
