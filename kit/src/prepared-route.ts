import type { TokenVerifier } from './auth/token-verifier.ts';
import { directRoute, RequestError, type DirectOptions } from './direct-route.ts';
import type { GraphqlServer } from './graphql/server.ts';
import { resultOf } from './graphql/operation-metrics.ts';
import { contextOf } from './request-context.ts';

interface PreparedRouteOptions extends DirectOptions {
  graphql: Pick<GraphqlServer, 'prepared'>;
  verifier: TokenVerifier;
}

/** The prepared operations of a service: `{"variables": {...}}` to the answer of the guarded schema. */
export function preparedRoute({ graphql: { prepared }, verifier, ...options }: PreparedRouteOptions) {
  return directRoute(
    prepared.labels,
    async (hash, text, request) => {
      const variables = variablesOf(text);
      const result = await prepared.execute(hash, variables, await contextOf(request, verifier));
      const refused = result.errors?.some(({ extensions }) => extensions?.['code'] === 'UNAUTHENTICATED');
      return { status: refused ? 401 : 200, body: JSON.stringify(result), result: resultOf(result.errors) };
    },
    options,
  );
}

function variablesOf(text: string): Record<string, unknown> {
  let variables: unknown;
  try {
    ({ variables = {} } = JSON.parse(text) as { variables?: unknown });
  } catch {
    throw new RequestError(400, 'The body is not a JSON object');
  }
  if (typeof variables !== 'object' || variables === null || Array.isArray(variables))
    throw new RequestError(400, 'The variables must be an object');
  return variables as Record<string, unknown>;
}
