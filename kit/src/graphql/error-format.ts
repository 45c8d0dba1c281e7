import type { GraphQLFormattedError } from 'graphql';
import { GraphQLError } from 'graphql';
import type { Logger } from '../log.ts';
import { currentTrace } from '../trace-context.ts';
import { USER_MESSAGES } from './errors.ts';

// Kept from the extensions of an error; stack traces and whatever a library adds are not.
const PUBLIC_EXTENSIONS = ['code', 'userMessage', 'path', 'retryAfter'];

/**
 * Makes an error fit for clients. What was not meant for them becomes INTERNAL with the trace id, and is logged here,
 * once.
 */
export function errorFormatter(log: Logger) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const code = String(formatted.extensions?.['code'] ?? 'INTERNAL_SERVER_ERROR');
    if (code === 'INTERNAL_SERVER_ERROR' || code === 'INTERNAL') return internal(formatted, error, log);
    const extensions = Object.fromEntries(
      PUBLIC_EXTENSIONS.filter((key) => formatted.extensions?.[key] !== undefined).map((key) => [
        key,
        formatted.extensions![key],
      ]),
    );
    extensions['userMessage'] ??= USER_MESSAGES[code] ?? USER_MESSAGES['BAD_USER_INPUT'];
    return { ...formatted, extensions };
  };
}

function internal(formatted: GraphQLFormattedError, error: unknown, log: Logger): GraphQLFormattedError {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  log.error({ err: cause, path: formatted.path?.join('.') }, 'unexpected failure');
  return {
    message: 'Internal error',
    ...(formatted.locations ? { locations: formatted.locations } : {}),
    ...(formatted.path ? { path: formatted.path } : {}),
    extensions: {
      code: 'INTERNAL',
      userMessage: USER_MESSAGES['INTERNAL'],
      traceId: currentTrace()?.traceId,
    },
  };
}
