import { unwrapResolverError } from '@apollo/server/errors';
import { currentTrace, routeError, USER_MESSAGES, type Logger } from '@veche/kit';
import type { GraphQLFormattedError } from 'graphql';

const KEPT = ['code', 'userMessage', 'path', 'retryAfter', 'traceId'];
const INTERNAL_CODES = new Set(['INTERNAL_SERVER_ERROR', 'INTERNAL', 'DOWNSTREAM_SERVICE_ERROR']);
const UNAVAILABLE = /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|UND_ERR|Timeout|other side closed|socket/i;

const NOT_NOW = 'Сервис временно недоступен. Повторите через несколько секунд.';
const SUBGRAPH_UNAVAILABLE = {
  message: 'Subgraph unavailable',
  code: 'UNAVAILABLE',
  userMessage: NOT_NOW,
};
const INTERNAL_ERROR = { message: 'Internal error', code: 'INTERNAL', userMessage: USER_MESSAGES['INTERNAL'] };

/** What a client may know of an error: code, Russian sentence and trace id; never a subgraph's address or answer. */
export function errorFormatter(log: Logger) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const given = formatted.extensions ?? {};
    const code = String(given['code'] ?? 'INTERNAL_SERVER_ERROR');
    if (!INTERNAL_CODES.has(code)) {
      const extensions = Object.fromEntries(
        KEPT.filter((key) => given[key] !== undefined).map((key) => [key, given[key]]),
      );
      extensions['userMessage'] ??= USER_MESSAGES[code] ?? USER_MESSAGES['BAD_USER_INPUT'];
      return { ...formatted, extensions };
    }
    return masked(formatted, unwrapResolverError(error), log);
  };
}

/** A subgraph that does not answer; whoever asked may repeat with the same idempotency key. */
export const unavailable = () => routeError(503, 'UNAVAILABLE', 'Subgraph unavailable', NOT_NOW);

function masked(formatted: GraphQLFormattedError, cause: unknown, log: Logger): GraphQLFormattedError {
  const { path, extensions } = formatted;
  // A subgraph that gave its trace id has written the failure to its own log.
  const known = extensions?.['traceId'];
  if (!known) log.error({ err: cause, path: path?.join('.') }, 'a request failed');
  const away = UNAVAILABLE.test(`${(cause as Error).message} ${(cause as NodeJS.ErrnoException).code}`);
  const { message, ...said } = away ? SUBGRAPH_UNAVAILABLE : INTERNAL_ERROR;
  const traceId = known ?? currentTrace()?.traceId;
  return { message, ...(path ? { path } : {}), extensions: { ...said, traceId } };
}
