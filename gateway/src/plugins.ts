import type { ApolloServerPlugin } from '@apollo/server';
import type { Context, Logger } from '@veche/kit';
import { Counter, type Registry } from 'prom-client';

const REQUEST_FAULTS = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

/** A client that accepts only application/json gets 200 for faults of its document (GraphQL over HTTP, section 6.4.1). */
export const legacyStatus: ApolloServerPlugin<Context> = {
  async requestDidStart() {
    return {
      async willSendResponse({ request, response }) {
        if ((request.http?.headers.get('accept') ?? '').includes('application/graphql-response+json')) return;
        const errors = response.body.kind === 'single' ? (response.body.singleResult.errors ?? []) : [];
        const faults =
          errors.length > 0 && errors.every((error) => REQUEST_FAULTS.has(String(error.extensions?.['code'])));
        if (response.http.status === 400 && faults) response.http.status = 200;
      },
    };
  },
};

/** The gateway tells of a null that spread upwards only in an extension: it is logged and counted, for it is always a fault of ours. */
export function watchCompletion(log: Logger, registry: Registry): ApolloServerPlugin<Context> {
  const counter = new Counter({
    name: 'veche_gateway_value_completion_total',
    help: 'Nulls that spread upwards',
    registers: [registry],
  });
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response, operationName }) {
          const found =
            response.body.kind === 'single' ? response.body.singleResult.extensions?.['valueCompletion'] : undefined;
          if (!found) return;
          counter.inc();
          log.error({ operationName, valueCompletion: found }, 'a null spread upwards');
        },
      };
    },
  };
}
