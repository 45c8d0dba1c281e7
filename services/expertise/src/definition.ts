import type { ServiceDefinition } from '@veche/kit';
import { configuredVerifier } from '@veche/kit/signatures/settings';
import { expertiseAudit } from './audit.ts';
import { config, type ExpertiseConfig } from './config.ts';
import { consumers } from './consumers.ts';
import { produces } from './events.ts';
import { policy } from './policy.ts';
import { resolvers } from './resolvers/index.ts';
import { aggregatesOf, makeStores } from './store.ts';

export const definition: ServiceDefinition<ExpertiseConfig> = {
  name: 'expertise',
  schema: new URL('../schema/', import.meta.url),
  config,
  policy,
  compose({ config: settings, connection, clock }) {
    const stores = makeStores(connection);
    return {
      resolvers: resolvers({ stores, clock, verifier: configuredVerifier(settings) }),
      stores: aggregatesOf(stores),
      consumers: consumers(stores, clock),
      produces,
      audit: expertiseAudit(stores),
    };
  },
};
