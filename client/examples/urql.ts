import { cacheExchange, Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { trusted } from '@veche/client';
import { authorization, type Graph } from './fetch.ts';

export const urqlClient = ({ url, token }: Graph): Client =>
  new Client({
    url: `${url}/graphql`,
    // The gateway keeps public answers to POST.
    preferGetMethod: false,
    fetchOptions: () => ({ headers: authorization(token()) }),
    exchanges: [
      cacheExchange,
      persistedExchange({
        enforcePersistedQueries: true,
        enableForMutation: true,
        preferGetForPersistedQueries: false,
        generateHash: async (_text, document) => trusted(document).hash,
      }),
      fetchExchange,
    ],
  });
