import type { BaseConfig, ServiceDefinition } from '@veche/kit';
import { topicsOf } from '@veche/proto';
import { ContestSummarisedSchema } from '@veche/proto/analytics/v1/analytics';
import { config } from './config.ts';
import { consumers } from './consumers.ts';
import { policy } from './policy.ts';
import { resolvers } from './resolvers.ts';
import { makeStores } from './store.ts';

export const definition: ServiceDefinition<BaseConfig> = {
  name: 'analytics',
  schema: new URL('../schema.graphql', import.meta.url),
  config,
  policy,
  async compose({ connection }) {
    const stores = makeStores(connection);
    await stores.init();
    return {
      resolvers: resolvers(stores),
      stores: [stores.summaries],
      consumers: consumers(stores),
      produces: topicsOf(ContestSummarisedSchema),
    };
  },
};
