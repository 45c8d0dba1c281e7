import type { BaseConfig, ServiceDefinition } from '@veche/kit';
import { expertiseAudit } from './audit.ts';
import { config } from './config.ts';
import { consumers } from './consumers.ts';
import { produces } from './events.ts';
import { policy } from './policy.ts';
import { resolvers } from './resolvers/index.ts';
import { makeStores } from './store.ts';

export const definition: ServiceDefinition<BaseConfig> = {
  name: 'expertise',
  schema: new URL('../schema/', import.meta.url),
  config,
  policy,
  compose({ connection, clock }) {
    const stores = makeStores(connection);
    return {
      resolvers: resolvers({ stores, clock }),
      stores: [stores.experts, stores.panels, stores.sheets, stores.rankings],
      consumers: consumers(stores, clock),
      produces,
      audit: expertiseAudit(stores),
    };
  },
};
