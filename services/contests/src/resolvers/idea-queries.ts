import { forbidden, mapConnection, type Context } from '@veche/kit';
import { scopesWithout } from '../block-off.ts';
import { ideaView, visibleIdea } from '../community-views.ts';
import type { QueryResolvers } from '../gen/graphql.ts';
import { mayOrganise } from '../policy.ts';
import { pageOfIdeas, pageOfMyIdeas, pageToModerate } from '../store/community.ts';
import type { ViewParts } from '../views.ts';

type IdeaQueries = Pick<QueryResolvers, 'idea' | 'ideas' | 'myIdeas' | 'ideasToModerate'>;

export function ideaQueries(parts: ViewParts): IdeaQueries {
  const { community } = parts;
  return {
    idea: (_source, { id }, context) => visibleIdea(parts, context, id) as never,
    ideas: async (_source, { filter, order, ...args }, context) => {
      const off = await scopesWithout(parts, 'IDEAS', filter?.contestId);
      const page = await pageOfIdeas(community, filter ?? {}, { order: order ?? 'NEWEST', off }, args);
      return mapConnection(page, (one) => ideaView(parts, context, one)) as never;
    },
    myIdeas: async (_source, args, context) => {
      const off = await scopesWithout(parts, 'IDEAS');
      const page = await pageOfMyIdeas(community, context.requireCaller().personId, off, args);
      return mapConnection(page, (one) => ideaView(parts, context, one)) as never;
    },
    ideasToModerate: async (_source, { oktmo, ...args }, context) => {
      requireModerator(context, oktmo);
      const off = await scopesWithout(parts, 'IDEAS');
      const page = await pageToModerate(community.ideas, { oktmo, off }, args);
      return mapConnection(page, (one) => ideaView(parts, context, one)) as never;
    },
  };
}

export function requireModerator(context: Context, oktmo: string): void {
  if (!mayOrganise(context.requireCaller(), oktmo)) throw forbidden();
}
