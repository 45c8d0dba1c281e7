import { badInput, connectionOf, type Context } from '@veche/kit';
import { visibleIdea } from '../community-views.ts';
import type { QueryResolvers } from '../gen/graphql.ts';
import { overseenTerritories } from '../policy.ts';
import { search, similar } from '../search.ts';
import { documentsAt, type Indexed } from '../store/search.ts';
import { visibleApplication, type ViewParts } from '../views.ts';

const LONGEST = 20_000;

export function searchQueries(parts: ViewParts): Pick<QueryResolvers, 'search' | 'similar'> {
  const { search: stores } = parts;
  return {
    search: async (_source, { text, filter, ...args }, context) => {
      const wish = { ...filter, text: bounded(text, 'text'), overseen: overseenTerritories(context.caller) };
      const { ordinals, misspelt } = await search(stores, wish);
      const { nodes, pageInfo } = connectionOf(ordinals, args);
      return { nodes: await hits(parts, context, nodes), pageInfo, totalCount: ordinals.length, misspelt } as never;
    },
    similar: async (_source, { title, text, oktmo, first }, context) => {
      const most = first ?? 5;
      if (most < 1 || most > 10) throw badInput('1 to 10 are given', ['first']);
      const said = { title: bounded(title, 'title'), text: bounded(text ?? '', 'text'), oktmo };
      return hits(parts, context, await similar(stores, said, most)) as never;
    },
  };
}

function bounded(text: string, path: string): string {
  if (text.length > LONGEST) throw badInput(`At most ${LONGEST} characters`, [path]);
  return text;
}

/** The index is a moment behind, so what the caller sees is decided by the object itself. */
async function hits(parts: ViewParts, context: Context, ordinals: readonly number[]) {
  const documents = await documentsAt(parts.search, ordinals);
  const shown = await Promise.all(documents.map((document) => hit(parts, context, document)));
  return shown.filter(({ idea, application }) => idea !== null || application !== null);
}

async function hit(parts: ViewParts, context: Context, { kind, ref }: Pick<Indexed, 'kind' | 'ref'>) {
  const isIdea = kind === 'IDEA';
  return {
    kind,
    id: ref,
    idea: isIdea ? await visibleIdea(parts, context, ref) : null,
    application: isIdea ? null : await visibleApplication(parts, context, ref),
  };
}
