import type { ExecutionResult, GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { parse, validate } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import type { Context } from './context.ts';
import { labelsOfDocuments, type OperationLabels } from './operation-metrics.ts';

/** The operations that are executed without the server's pipeline, by the SHA-256 of their text. */
export interface PreparedOperations {
  /** With the names that metrics give them. */
  labels: ReadonlyMap<string, OperationLabels>;
  execute(hash: string, variables: Record<string, unknown>, context: Context): Promise<PreparedResult>;
}

export interface PreparedResult {
  data?: Record<string, unknown> | null;
  errors?: GraphQLFormattedError[];
}

type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/**
 * Parses, validates and compiles trusted documents once; a request then runs the resolvers of the guarded schema and nothing else.
 * Throws at start when a document does not fit the schema.
 */
export function prepareOperations(
  schema: GraphQLSchema,
  prepared: Readonly<Record<string, string>>,
  formatError: FormatError,
): PreparedOperations {
  const documents = new Map<string, CompiledQuery>();
  for (const [hash, text] of Object.entries(prepared)) {
    const document = parse(text, { noLocation: true });
    const problems = validate(schema, document);
    if (problems.length > 0) throw new Error(`prepared operation ${hash}: ${problems[0]!.message}`);
    const compiled = compileQuery(schema, document);
    if (!isCompiledQuery(compiled)) throw new Error(`prepared operation ${hash}: it cannot be compiled`);
    documents.set(hash, compiled);
  }
  return {
    labels: labelsOfDocuments(prepared),
    async execute(hash, variables, contextValue) {
      return format(await documents.get(hash)!.query(undefined, contextValue, variables), formatError);
    },
  };
}

function format(result: ExecutionResult, formatError: FormatError): PreparedResult {
  const { data, errors } = result;
  if (!errors) return { data: data ?? null };
  // Without `data` nothing was executed: the variables did not fit their types.
  const fallback = data === undefined ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR';
  const formatted = errors.map((error: GraphQLError) => {
    const json = error.toJSON();
    return formatError({ ...json, extensions: { code: fallback, ...json.extensions } }, error);
  });
  return data === undefined ? { errors: formatted } : { data, errors: formatted };
}
