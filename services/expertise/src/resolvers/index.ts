import type { Context } from '@veche/kit';
import type { Resolvers } from '../gen/graphql.ts';
import { assessmentOf, rankingOf } from '../views.ts';
import { assignExperts, determine } from './organising.ts';
import type { ResolverParts } from './parts.ts';
import { sheetMutations, sheetQueries } from './sheets.ts';

type Reference = { id: string };

export function resolvers(parts: ResolverParts): Resolvers {
  const { stores } = parts;
  return {
    Query: sheetQueries(parts),
    Mutation: { ...sheetMutations(parts), ...assignExperts(parts), ...determine(parts) },
    Contest: {
      __resolveReference: ({ id }: Reference) => ({ id }),
      ranking: ({ id }: Reference, _args: object, context: Context) => rankingOf(stores, context, id),
    },
    Application: {
      __resolveReference: ({ id }: Reference) => ({ id }),
      assessment: ({ id }: Reference, _args: object, context: Context) => assessmentOf(stores, context, id),
    },
  } as Resolvers;
}
