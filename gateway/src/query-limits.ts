import { RecentMap, routeError, sha256Hex } from '@veche/kit';
import { GraphQLError, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
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

const TOO_LARGE = 'Запрос слишком велик. Запросите меньше данных за один раз.';

/**
 * Refuses operations that would cost too much, before they are validated or planned. An operation that was let through is known by its hash from
 * then on; one that was not costs at most the parsing of `maxTokens`.
 */
export class QueryGuard {
  readonly #limits: QueryLimits;
  readonly #schema: GraphQLSchema;
  readonly #known = new RecentMap<Shape>(2_000);

  constructor(schema: GraphQLSchema, limits: QueryLimits) {
    this.#schema = schema;
    this.#limits = limits;
  }

  /** Throws the refusal. A text that is no document passes: the server says what is wrong with it. */
  check(text: string, variables: Variables): void {
    const { maxLength, maxCost } = this.#limits;
    if (text.length > maxLength) throw tooLarge('QUERY_TOO_LONG', `A document has at most ${maxLength} characters`);
    const hash = sha256Hex(text);
    const shape = this.#known.get(hash) ?? this.#measure(text);
    if (!shape) return;
    const cost = costOf(shape, variables);
    if (cost > maxCost) throw tooLarge('QUERY_TOO_EXPENSIVE', `The operation costs ${cost}, more than ${maxCost}`);
    this.#known.set(hash, shape);
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

const tooLarge = (code: string, message: string): GraphQLError => routeError(400, code, message, TOO_LARGE);
