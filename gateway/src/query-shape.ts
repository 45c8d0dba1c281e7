import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;

/** How large an operation is, known without executing it. Of several operations in a document the largest figure counts, and the costs add up. */
export interface Shape {
  /** Fields below one another. */
  depth: number;
  aliases: number;
  rootFields: number;
  /** Objects that the answer may hold, which a client chooses by `first`, and something more for each root field of a mutation. */
  cost: Cost;
}

/** A number, or what the variables of a request make of it. */
export type Cost = number | ((variables: Variables, known: Map<string, number>) => number);

/** A fragment that contains itself. */
export class FragmentCycle extends Error {}

/** Nobody says how long these lists are; most hold less. */
const UNSIZED_LIST = 10;
/** A larger page is not costed: the subgraph refuses it, with the field's name. */
const MOST_PER_PAGE = 200;
const MUTATION_COST = 10;
/** A page and its edges or nodes are one list: the page has been counted. */
const PAGE_PARTS = new Set(['nodes', 'edges']);

/** One walk over the document, each fragment once; nothing of it need be valid. Throws FragmentCycle. */
export function shapeOf(document: DocumentNode, schema: GraphQLSchema): Shape {
  const walk = new Walk(document, schema);
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  return operations.map((operation) => walk.operation(operation)).reduce(together, NOTHING);
}

const NOTHING: Shape = { depth: 0, aliases: 0, rootFields: 0, cost: 0 };

const together = (one: Shape, other: Shape): Shape => ({
  depth: Math.max(one.depth, other.depth),
  aliases: Math.max(one.aliases, other.aliases),
  rootFields: Math.max(one.rootFields, other.rootFields),
  cost: sum([one.cost, other.cost]),
});

class Walk {
  readonly #schema: GraphQLSchema;
  readonly #fragments: Map<string, FragmentDefinitionNode>;
  readonly #known = new Map<string, Shape>();
  readonly #inside = new Set<string>();
  /** Which operation of the document it is, and the default values of its variables. */
  #number = 0;
  #defaults: Record<string, unknown> = {};

  constructor(document: DocumentNode, schema: GraphQLSchema) {
    this.#schema = schema;
    const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
    this.#fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  operation({ operation, selectionSet, variableDefinitions = [] }: OperationDefinitionNode): Shape {
    this.#number += 1;
    this.#defaults = Object.fromEntries(
      variableDefinitions.map(({ variable, defaultValue }) => [
        variable.name.value,
        defaultValue?.kind === Kind.INT ? Number(defaultValue.value) : undefined,
      ]),
    );
    const shape = this.#selections(selectionSet, this.#schema.getRootType(operation) ?? undefined, false);
    return operation === 'mutation' ? { ...shape, cost: sum([shape.cost, shape.rootFields * MUTATION_COST]) } : shape;
  }

  /** `rootFields` of what it gives are the fields of this set itself. */
  #selections(set: SelectionSetNode, type: GraphQLCompositeType | undefined, isPage: boolean): Shape {
    const shapes = set.selections.map((selection) => {
      if (selection.kind === Kind.FIELD) return this.#field(selection, type, isPage);
      if (selection.kind === Kind.FRAGMENT_SPREAD) return this.#spread(selection.name.value, isPage);
      return this.#selections(
        selection.selectionSet,
        this.#composite(selection.typeCondition?.name.value) ?? type,
        isPage,
      );
    });
    return {
      depth: shapes.reduce((most, { depth }) => Math.max(most, depth), 0),
      aliases: shapes.reduce((all, { aliases }) => all + aliases, 0),
      rootFields: shapes.reduce((all, { rootFields }) => all + rootFields, 0),
      cost: sum(shapes.map(({ cost }) => cost)),
    };
  }

  #spread(name: string, isPage: boolean): Shape {
    const key = `${this.#number} ${name} ${isPage}`;
    const known = this.#known.get(key);
    if (known) return known;
    const fragment = this.#fragments.get(name);
    if (!fragment) return NOTHING;
    if (this.#inside.has(name)) throw new FragmentCycle(name);
    this.#inside.add(name);
    const shape = this.#selections(fragment.selectionSet, this.#composite(fragment.typeCondition.name.value), isPage);
    this.#inside.delete(name);
    const { cost } = shape;
    const once = typeof cost === 'number' ? shape : { ...shape, cost: computedOnce(key, cost) };
    this.#known.set(key, once);
    return once;
  }

  #field(node: FieldNode, parent: GraphQLCompositeType | undefined, isPage: boolean): Shape {
    const aliases = node.alias ? 1 : 0;
    const name = node.name.value;
    // Introspection is deep by nature and reaches no subgraph.
    if (!node.selectionSet || name.startsWith('__')) return { depth: 1, aliases, rootFields: 1, cost: 0 };
    const field = parent && 'getFields' in parent ? parent.getFields()[name] : undefined;
    const named = field && getNamedType(field.type);
    const size = field ? this.#sizeOf(node, field, isPage) : 1;
    const inner = this.#selections(
      node.selectionSet,
      isCompositeType(named) ? named : undefined,
      field !== undefined && hasPages(field),
    );
    return {
      depth: inner.depth + 1,
      aliases: inner.aliases + aliases,
      rootFields: 1,
      cost: product(size, sum([1, inner.cost])),
    };
  }

  #sizeOf(node: FieldNode, field: GraphQLField<unknown, unknown>, isPage: boolean): Cost {
    const first = field.args.find(({ name }) => name === 'first');
    if (!hasPages(field) || !first) {
      const isList = isListType(getNullableType(field.type));
      return isList && !(isPage && PAGE_PARTS.has(field.name)) ? UNSIZED_LIST : 1;
    }
    const given = node.arguments?.find(({ name }) => name.value === 'first')?.value;
    const fallback = pageSize(first.defaultValue, UNSIZED_LIST);
    return given ? this.#asked(given, fallback) : fallback;
  }

  #asked(given: ValueNode, fallback: number): Cost {
    if (given.kind !== Kind.VARIABLE)
      return given.kind === Kind.INT ? pageSize(Number(given.value), fallback) : fallback;
    const name = given.name.value;
    const unless = pageSize(this.#defaults[name], fallback);
    return (variables) => pageSize(variables[name], unless);
  }

  #composite(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : this.#schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }
}

/** Does this field give a page whose size the client chooses? */
const hasPages = (field: GraphQLField<unknown, unknown>): boolean =>
  field.args.some(({ name, type }) => name === 'first' && String(getNullableType(type)) === 'Int') &&
  (isListType(getNullableType(field.type)) || isObjectType(getNamedType(field.type)));

const pageSize = (value: unknown, fallback: number): number =>
  typeof value === 'number' ? Math.min(Math.max(value, 1), MOST_PER_PAGE) : fallback;

const valueOf = (cost: Cost, variables: Variables, known: Map<string, number>): number =>
  typeof cost === 'number' ? cost : cost(variables, known);

/** What an operation costs with these variables. */
export const costOf = ({ cost }: Shape, variables: Variables): number => valueOf(cost, variables, new Map());

function sum(costs: readonly Cost[]): Cost {
  const fixed = costs.filter((cost) => typeof cost === 'number').reduce((all, cost) => all + cost, 0);
  const open = costs.filter((cost) => typeof cost !== 'number');
  if (open.length === 0) return fixed;
  return (variables, known) => open.reduce((all, cost) => all + cost(variables, known), fixed);
}

function product(one: Cost, other: Cost): Cost {
  if (typeof one === 'number' && typeof other === 'number') return one * other;
  return (variables, known) => valueOf(one, variables, known) * valueOf(other, variables, known);
}

/** A fragment may be spread a thousand times in a fragment that is spread a thousand times. */
const computedOnce =
  (key: string, cost: (variables: Variables, known: Map<string, number>) => number): Cost =>
  (variables, known) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = cost(variables, known);
    known.set(key, value);
    return value;
  };
