import type { ExecutionResult, GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { parse, validate } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import type { Context } from './context.ts';

/** The operations that are executed without the server's pipeline, by the SHA-256 of their text. */
export interface PreparedOperations {
  /** The hash a request body names, if it is one of ours and brings no text of its own. */
  find(body: unknown): string | null;
  execute(hash: string, body: unknown, context: Context): Promise<PreparedResult>;
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
    find(body) {
      const hash = documents.size === 0 ? null : namedHash(body);
      return hash !== null && documents.has(hash) ? hash : null;
    },
    async execute(hash, body, contextValue) {
      const variableValues = (body as { variables?: Record<string, unknown> }).variables ?? {};
      return format(await documents.get(hash)!.query(undefined, contextValue, variableValues), formatError);
    },
  };
}

function namedHash(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || 'query' in body) return null;
  const { documentId, extensions } = body as {
    documentId?: unknown;
    extensions?: { persistedQuery?: { sha256Hash?: unknown } };
  };
  const hash = documentId ?? extensions?.persistedQuery?.sha256Hash;
  return typeof hash === 'string' ? hash.replace(/^sha256:/, '') : null;
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
