import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLError, GraphQLFormattedError, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { Kind, parse } from 'graphql';
import type { Metrics } from '../metrics.ts';
import type { Context } from './context.ts';

export interface OperationLabels {
  operation: string;
  kind: string;
}

/** By the first root field, not by the operation's name: a client chooses its names freely. What did not validate has none. */
export function operationLabels(operation: OperationDefinitionNode | undefined): OperationLabels {
  const selection = operation?.selectionSet.selections[0];
  const name = selection?.kind === Kind.FIELD ? selection.name.value : 'none';
  return { operation: name, kind: operation?.operation ?? 'none' };
}

/** Of trusted documents, by their hashes. */
export const labelsOfDocuments = (documents: Readonly<Record<string, string>>): Map<string, OperationLabels> =>
  new Map(
    Object.entries(documents).map(([hash, text]) => {
      const [definition] = parse(text, { noLocation: true }).definitions;
      return [hash, operationLabels(definition as OperationDefinitionNode)];
    }),
  );

/** `refused`: the fault is the caller's; `error`: it is ours. */
export type OperationResult = 'ok' | 'refused' | 'error';

const OURS: ReadonlySet<unknown> = new Set(['INTERNAL', 'INTERNAL_SERVER_ERROR', 'UNAVAILABLE', undefined]);

export function resultOf(errors: readonly GraphQLFormattedError[] | undefined): OperationResult {
  if (!errors || errors.length === 0) return 'ok';
  return errors.some(({ extensions }) => OURS.has(extensions?.['code'])) ? 'error' : 'refused';
}

export function operationMetrics(metrics: Pick<Metrics, 'operation'>): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      const startedAt = performance.now();
      return {
        async willSendResponse({ operation, response }) {
          const errors = response.body.kind === 'single' ? response.body.singleResult.errors : undefined;
          const seconds = (performance.now() - startedAt) / 1000;
          metrics.operation(operationLabels(operation), resultOf(errors), seconds);
        },
      };
    },
  };
}

/** Tells the outcome of each mutation of the schema, in place: ACCEPTED, the code of the rejection, or that of the error. */
export function watchMutations(schema: GraphQLSchema, told: (mutation: string, outcome: string) => void): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { name, resolve } = field;
    field.resolve = async (...args) => {
      try {
        const answer = (await resolve!(...args)) as { rejection?: { code: string } | null } | null;
        told(name, answer?.rejection?.code ?? 'ACCEPTED');
        return answer;
      } catch (error) {
        told(name, String((error as GraphQLError).extensions?.['code'] ?? 'INTERNAL'));
        throw error;
      }
    };
  }
}
