import type { BaseConfig, ServiceDefinition } from '@veche/kit';
import { clockwork } from './clockwork.ts';
import { config } from './config.ts';
import { consumers } from './consumers.ts';
import { produces } from './events.ts';
import { policy } from './policy.ts';
import { resolvers } from './resolvers/index.ts';
import { makeStores } from './store.ts';

export const definition: ServiceDefinition<BaseConfig> = {
  name: 'contests',
  schema: new URL('../schema.graphql', import.meta.url),
  config,
  policy,
  compose({ connection, clock }) {
    const stores = makeStores(connection);
    return {
      resolvers: resolvers({ stores, clock }),
      stores: [stores.contests, stores.groups, stores.applications, stores.imports],
      consumers: consumers(stores, clock),
      produces,
      background: [clockwork(stores, clock)],
    };
  },
};
