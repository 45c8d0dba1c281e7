import type { IncomingHttpHeaders } from 'node:http';
import type { TokenVerifier } from './auth/token-verifier.ts';
import { InvalidToken, bearerToken } from './auth/token-verifier.ts';
import type { Context } from './graphql/context.ts';
import { makeContext } from './graphql/context.ts';
import { USER_MESSAGES, unauthenticated } from './graphql/errors.ts';
import type { Logger } from './log.ts';
import { currentTrace } from './trace-context.ts';

/** Who asks, from the headers of any HTTP request; throws UNAUTHENTICATED on an invalid token. */
export async function contextOf(
  { headers }: { headers: IncomingHttpHeaders },
  verifier: TokenVerifier,
): Promise<Context> {
  const traceId = currentTrace()?.traceId ?? '';
  const key = headers['idempotency-key'];
  const idempotencyKey = typeof key === 'string' ? key : undefined;
  try {
    const token = bearerToken(headers.authorization);
    if (token === null) return makeContext({ caller: null, traceId, idempotencyKey, headers });
    return makeContext({ caller: await verifier.verify(token, headers), traceId, token, idempotencyKey, headers });
  } catch (error) {
    if (error instanceof InvalidToken) throw unauthenticated('The access token is not valid');
    throw error;
  }
}

export interface ErrorAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: { errors: [{ message: string; extensions: object }] };
}

/** What a failed request is answered: its own status, code and sentence, or INTERNAL with the trace id; the unexpected is logged once. */
export function errorAnswer(error: Error & { statusCode?: number; extensions?: unknown }, log: Logger): ErrorAnswer {
  const own = (error.extensions ?? {}) as {
    code?: string;
    userMessage?: string;
    http?: { status: number; headers?: ReadonlyMap<string, string> };
  };
  const status = own.http?.status ?? error.statusCode ?? 500;
  const unexpected = status >= 500;
  if (unexpected) log.error({ err: error }, 'unexpected failure');
  const message = unexpected ? 'Internal error' : error.message;
  const { code = codeOf(status), userMessage = sentenceOf(code) } = own;
  const traceId = currentTrace()?.traceId;
  return {
    status,
    headers: headersOf(own.http),
    body: { errors: [{ message, extensions: { code, userMessage, traceId } }] },
  };
}

const headersOf = (http: { headers?: ReadonlyMap<string, string> } | undefined): Record<string, string> =>
  Object.fromEntries(http?.headers ?? []);

const sentenceOf = (code: string): string => USER_MESSAGES[code] ?? USER_MESSAGES['INTERNAL']!;

function codeOf(status: number): string {
  if (status >= 500) return 'INTERNAL';
  return status === 404 ? 'NOT_FOUND' : 'BAD_REQUEST';
}
