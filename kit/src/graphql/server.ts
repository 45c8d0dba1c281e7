import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { Kind, parse } from 'graphql';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Context } from './context.ts';
import { enforceBlocks, type BlockGate } from './blocks.ts';
import { errorFormatter } from './error-format.ts';
import { operationMetrics, watchMutations } from './operation-metrics.ts';
import type { Policy } from './policy.ts';
import { enforcePolicy } from './policy.ts';
import type { PreparedOperations } from './prepared.ts';
import { prepareOperations } from './prepared.ts';
import { SCALARS } from './scalars.ts';
import { readSchema } from './schema-files.ts';

export interface GraphqlOptions {
  schema: URL;
  resolvers: object;
  policy: Policy;
  blocks?: BlockGate;
  prepared?: Readonly<Record<string, string>>;
  introspection: boolean;
  maxTokens: number;
  log: Logger;
  metrics: Metrics;
}

export interface GraphqlServer {
  apollo: ApolloServer<Context>;
  schema: GraphQLSchema;
  prepared: PreparedOperations;
}

/** The guarded subgraph schema and the two ways to execute it; started, not listening. */
export async function makeGraphqlServer(options: GraphqlOptions): Promise<GraphqlServer> {
  const schema = guardedSchema(options);
  const formatError = errorFormatter(options.log);
  const apollo = new ApolloServer<Context>({
    schema,
    formatError,
    csrfPrevention: true,
    introspection: options.introspection,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: !options.introspection,
    persistedQueries: false,
    parseOptions: { maxTokens: options.maxTokens },
    stopOnTerminationSignals: false,
    logger: quietLogger(options.log),
    plugins: [ApolloServerPluginLandingPageDisabled(), operationMetrics(options.metrics)],
  });
  await apollo.start();
  const prepared = prepareOperations(schema, options.prepared ?? {}, formatError);
  return { apollo, schema, prepared };
}

function guardedSchema({ schema: source, resolvers, policy, blocks, metrics }: GraphqlOptions): GraphQLSchema {
  const typeDefs = parse(readSchema(source));
  const schema = buildSubgraphSchema([
    { typeDefs, resolvers: { ...declaredScalars(typeDefs), ...resolvers } as never },
  ]);
  // The rights are asked first: whoever may not ask learns nothing of the blocks.
  enforceBlocks(schema, blocks);
  enforcePolicy(schema, policy);
  watchMutations(schema, metrics.mutation);
  return schema;
}

function declaredScalars(document: DocumentNode): object {
  const declared = document.definitions
    .filter((definition) => definition.kind === Kind.SCALAR_TYPE_DEFINITION)
    .map((definition) => definition.name.value);
  return Object.fromEntries(declared.filter((name) => name in SCALARS).map((name) => [name, SCALARS[name]]));
}

function quietLogger(log: Logger) {
  return {
    debug: (message?: string) => log.debug(message),
    info: (message?: string) => log.debug(message),
    warn: (message?: string) => log.warn(message),
    error: (message?: string) => log.error(message),
  };
}
