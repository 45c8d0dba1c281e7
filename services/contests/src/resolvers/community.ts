import type { Context } from '@veche/kit';
import { visibleIdea } from '../community-views.ts';
import type { MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import type { ViewParts } from '../views.ts';
import { discussionMutations, discussionQueries } from './discussion.ts';
import { ideaQueries } from './idea-queries.ts';
import { ideaMutations } from './ideas.ts';
import { searchQueries } from './search.ts';
import { settingsMutation, settingsQueries } from './settings.ts';

/** What residents do before and beside applications, subject by subject. */
export const communityQueries = (parts: ViewParts): QueryResolvers => ({
  ...ideaQueries(parts),
  ...discussionQueries(parts),
  ...settingsQueries(parts),
  ...searchQueries(parts),
});

export const communityMutations = (parts: ViewParts): MutationResolvers => ({
  ...ideaMutations(parts),
  ...discussionMutations(parts),
  ...settingsMutation(parts),
});

export const communityTypes = (parts: ViewParts) => ({
  Idea: { __resolveReference: ({ id }: { id: string }, context: Context) => visibleIdea(parts, context, id) },
});

export const applicationOfIdea = (parts: ViewParts) => ({
  idea: ({ ideaId }: { ideaId: string | null }, _args: object, context: Context) => visibleIdea(parts, context, ideaId),
});
