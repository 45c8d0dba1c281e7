import { expect, test } from '@jest/globals';
import { buildSchema, graphql } from 'graphql';
import { enforceBlocks, type BlockGate } from './blocks.ts';
import { makeContext } from './context.ts';

const SDL = `
  type Query { campaign(projectId: ID!): Campaign pledges(projectId: ID!): Pledges! ambassadors: [ID!]! other: ID }
  type Mutation { pledge(input: PledgeInput!): Payload! moderate(of: String!): Payload! }
  type Campaign { id: ID! }
  type Pledges { nodes: [Campaign!]! pageInfo: PageInfo! totalCount: Int! }
  type PageInfo { hasNextPage: Boolean! }
  input PledgeInput { projectId: ID! }
  type Payload { campaign: Campaign faults: [ID!]! rejection: Rejection }
  type Rejection { code: String! userMessage: String! }
`;

/** A schema whose resolvers tell what they were asked. */
function schemaOf(sdl: string, asked: string[] = []) {
  const schema = buildSchema(sdl);
  for (const type of [schema.getQueryType(), schema.getMutationType()])
    for (const field of Object.values(type?.getFields() ?? {}))
      field.resolve = () => {
        asked.push(field.name);
        return { nodes: [], pageInfo: { hasNextPage: false }, totalCount: 0, faults: [], id: 'x' };
      };
  return schema;
}

test('where a block is off its objects, lists and mutations are not there, and their resolvers are not asked', async () => {
  const asked: string[] = [];
  const schema = schemaOf(SDL, asked);
  const gate: BlockGate = async (block, { projectId }) => block === 'COMMENTS' || projectId === 'off';
  enforceBlocks(schema, gate);
  const contextValue = makeContext({ caller: null, traceId: 'trace' });
  const ask = async (source: string) => (await graphql({ schema, source, contextValue })).data;
  const page = 'nodes { id } pageInfo { hasNextPage } totalCount';
  const answer = 'faults rejection { code }';
  expect(await ask(`{ campaign(projectId: "off") { id } pledges(projectId: "off") { ${page} } }`)).toEqual({
    campaign: null,
    pledges: { nodes: [], pageInfo: { hasNextPage: false }, totalCount: 0 },
  });
  const off = { faults: [], rejection: { code: 'BLOCK_OFF' } };
  expect(
    await ask(`mutation { pledge(input: { projectId: "off" }) { ${answer} } moderate(of: "COMMENT") { ${answer} } }`),
  ).toEqual({ pledge: off, moderate: off });
  expect(asked).toEqual([]);
  await ask('{ campaign(projectId: "on") { id } other }');
  await ask(`mutation { pledge(input: { projectId: "on" }) { ${answer} } moderate(of: "IDEA") { ${answer} } }`);
  expect(asked.toSorted()).toEqual(['campaign', 'moderate', 'other', 'pledge']);
});

test('a service that has a field of a block does not start without a gate, nor with a field that cannot vanish', () => {
  expect(() => enforceBlocks(schemaOf('type Query { campaign: ID }'), undefined)).toThrow(
    'campaign belongs to a block',
  );
  expect(() => enforceBlocks(schemaOf('type Query { other: ID! }'), undefined)).not.toThrow();
  const gate: BlockGate = async () => false;
  expect(() => enforceBlocks(schemaOf('type Query { campaign: ID! }'), gate)).toThrow('nothing to answer');
});
