import {
  getNamedType,
  getNullableType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import { blockOf, BLOCKS, BLOCK_PARTS, SHARED_FIELDS, type Block } from '../domain/blocks.ts';
import { connectionOf } from './connection.ts';
import type { Context } from './context.ts';

/** Tells whether a block is off where a request acts; a request about nothing that the service knows acts nowhere. */
export type BlockGate = (block: Block, args: Readonly<Record<string, any>>, context: Context) => Promise<boolean>;

const BLOCK_OFF_MESSAGE = 'В этой территории такой раздел не используется.';

const GATED = new Set([...SHARED_FIELDS, ...BLOCKS.flatMap((block) => BLOCK_PARTS[block].fields)]);

/**
 * Puts the gate before every root field that belongs to a block, in place. Where the block is off a mutation is refused, a list is empty
 * and an object is not there. Throws when the schema has such a field and the service no gate, or a field that has no such answer, so a
 * service with a hole does not start.
 */
export function enforceBlocks(schema: GraphQLSchema, gate: BlockGate | undefined): void {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const { name, resolve } = field;
      if (!GATED.has(name) || !resolve) continue;
      if (!gate) throw new Error(`${name} belongs to a block, and the service has no gate for blocks`);
      const gone = goneAnswer(field);
      field.resolve = async (source, args, context: Context, info) => {
        const block = blockOf(name, args.input?.of ?? args.of);
        const off = block !== null && (await gate(block, { ...args, ...args.input }, context));
        return off ? gone : resolve(source, args, context, info);
      };
    }
  }
}

/** What a root field answers where its block is off. */
function goneAnswer({ name: field, type }: GraphQLField<unknown, Context>): unknown {
  if (isListType(getNullableType(type))) return [];
  const named = getNamedType(type);
  const fields = isObjectType(named) ? named.getFields() : {};
  if ('rejection' in fields) {
    const lists = Object.values(fields).filter((one) => isNonNullType(one.type) && isListType(one.type.ofType));
    const rejection = { code: 'BLOCK_OFF', userMessage: BLOCK_OFF_MESSAGE, path: [] };
    return { ...Object.fromEntries(lists.map(({ name }) => [name, []])), rejection };
  }
  if ('pageInfo' in fields) return connectionOf([]);
  if (isNonNullType(type)) throw new Error(`${field} belongs to a block, and has nothing to answer where that is off`);
  return null;
}
