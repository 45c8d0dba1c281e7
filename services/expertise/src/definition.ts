import type { BaseConfig, ServiceDefinition } from '@veche/kit';
import { expertiseAudit } from './audit.ts';
import { config } from './config.ts';
import { consumers } from './consumers.ts';
import { produces } from './events.ts';
import { policy } from './policy.ts';
import { resolvers } from './resolvers/index.ts';
import { aggregatesOf, makeStores } from './store.ts';

export const definition: ServiceDefinition<BaseConfig> = {
  name: 'expertise',
  schema: new URL('../schema/', import.meta.url),
  config,
  policy,
  compose({ connection, clock }) {
    const stores = makeStores(connection);
    return {
      resolvers: resolvers({ stores, clock }),
      stores: aggregatesOf(stores),
      consumers: consumers(stores, clock),
      produces,
      audit: expertiseAudit(stores),
    };
  },
};
