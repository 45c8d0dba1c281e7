import type { BaseConfig, ServiceDefinition } from '@veche/kit';
import { config } from './config.ts';
import { consumers } from './consumers.ts';
import { produces } from './events.ts';
import { policy } from './policy.ts';
import { resolvers } from './resolvers.ts';
import { pledgeTotals, projectStore } from './store.ts';

export const definition: ServiceDefinition<BaseConfig> = {
  name: 'registry',
  schema: new URL('../schema.graphql', import.meta.url),
  config,
  policy,
  compose({ connection, clock }) {
    const projects = projectStore(connection);
    const pledges = pledgeTotals(connection);
    const parts = { projects, pledges, clock };
    return {
      resolvers: resolvers(parts),
      stores: [projects],
      consumers: consumers(parts),
      produces,
    };
  },
};
