import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { trusted, type ContestsQuery } from '@veche/client';
import { authorization, type Graph } from './fetch.ts';

type Page = ContestsQuery['contests'];

/** Pages of a list are one list to its readers: `fetchMore({ variables: { after: endCursor } })` makes it longer. */
const paged = {
  keyArgs: ['filter'],
  merge: (before: Page | undefined, next: Page, { args }: { args: Record<string, unknown> | null }): Page =>
    args?.['after'] && before ? { ...next, nodes: [...before.nodes, ...next.nodes] } : next,
};

export const apolloClient = ({ url, token }: Graph): ApolloClient =>
  new ApolloClient({
    cache: new InMemoryCache({ typePolicies: { Query: { fields: { contests: paged } } } }),
    link: ApolloLink.from([
      new SetContextLink(({ headers }) => ({ headers: { ...headers, ...authorization(token()) } })),
      new PersistedQueryLink({ generateHash: (document) => trusted(document).hash }),
      new HttpLink({ uri: `${url}/graphql` }),
    ]),
  });
