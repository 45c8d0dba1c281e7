import { routeError, sha256Hex } from '@veche/kit';
import { GraphQLError, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { OperationCache } from './operation-cache.ts';
import { costOf, FragmentCycle, shapeOf, type Shape, type Variables } from './query-shape.ts';

/** The most that an operation may be; README, limits. */
export interface QueryLimits {
  maxLength: number;
  maxTokens: number;
  maxDepth: number;
  maxAliases: number;
  maxRootFields: number;
  maxCost: number;
}

/** What is kept of an operation; the length is that of its text. */
interface Known {
  shape: Shape;
  length: number;
}

/** Bytes of memory that a shape takes at the most for one character of the text, measured. */
const OF_CHARACTER = 8;

const TOO_LARGE = 'Запрос слишком велик. Запросите меньше данных за один раз.';

/**
 * Refuses operations that would cost too much, before they are validated or planned. An operation that was let through is known by its hash from
 * then on; one that was not costs at most the parsing of `maxTokens`.
 */
export class QueryGuard {
  readonly #limits: QueryLimits;
  readonly #schema: GraphQLSchema;
  readonly #known: OperationCache<Known>;

  /** `bytes`: memory for the shapes of operations that were let through. */
  constructor(schema: GraphQLSchema, limits: QueryLimits, bytes: number) {
    this.#schema = schema;
    this.#limits = limits;
    this.#known = new OperationCache(bytes, ({ length }) => OF_CHARACTER * length);
  }

  /** Characters that a document may have. */
  get maxLength(): number {
    return this.#limits.maxLength;
  }

  /** Throws the refusal. A text that is no document passes: the server says what is wrong with it. */
  check(text: string, variables: Variables): void {
    const { maxLength, maxCost } = this.#limits;
    if (text.length > maxLength) throw tooLong(maxLength);
    const hash = sha256Hex(text);
    const known = this.#known.recall(hash);
    const shape = known?.shape ?? this.#measure(text);
    if (!shape) return;
    const cost = costOf(shape, variables);
    if (cost > maxCost) throw tooLarge('QUERY_TOO_EXPENSIVE', `The operation costs ${cost}, more than ${maxCost}`);
    if (!known) this.#known.remember(hash, { shape, length: text.length });
  }

  #measure(text: string): Shape | null {
    const document = this.#parse(text);
    if (!document) return null;
    const shape = this.#shape(document);
    const { maxDepth, maxAliases, maxRootFields } = this.#limits;
    const { depth, aliases, rootFields } = shape;
    if (depth > maxDepth) throw tooLarge('QUERY_TOO_DEEP', `Fields are nested at most ${maxDepth} deep`);
    if (aliases > maxAliases)
      throw tooLarge('QUERY_TOO_MANY_ALIASES', `An operation has at most ${maxAliases} aliases`);
    if (rootFields > maxRootFields)
      throw tooLarge('QUERY_TOO_MANY_ROOT_FIELDS', `An operation has at most ${maxRootFields} root fields`);
    return shape;
  }

  #parse(text: string): DocumentNode | null {
    const { maxTokens } = this.#limits;
    try {
      return parse(text, { noLocation: true, maxTokens });
    } catch (error) {
      const endless = error instanceof GraphQLError && error.message.includes(`more that ${maxTokens} tokens`);
      if (endless) throw tooLarge('GRAPHQL_PARSE_FAILED', `A document has at most ${maxTokens} tokens`);
      return null;
    }
  }

  #shape(document: DocumentNode): Shape {
    try {
      return shapeOf(document, this.#schema);
    } catch (error) {
      if (!(error instanceof FragmentCycle)) throw error;
      throw tooLarge('QUERY_FRAGMENT_CYCLE', `The fragment ${error.message} contains itself`);
    }
  }
}

export const tooLong = (maxLength: number): GraphQLError =>
  tooLarge('QUERY_TOO_LONG', `A document has at most ${maxLength} characters`);

const tooLarge = (code: string, message: string): GraphQLError => routeError(400, code, message, TOO_LARGE);
