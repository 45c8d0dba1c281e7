import type { BaseConfig, ServiceDefinition } from '@veche/kit';
import { config } from './config.ts';
import { consumers } from './consumers.ts';
import { produces } from './events.ts';
import { ledgerIndexes, ledgerStore } from './ledger-store.ts';
import { bookkeeping, ledgerAudit } from './ledger.ts';
import { policy } from './policy.ts';
import { resolvers } from './resolvers.ts';
import { campaignStore, pledgeStore, referenceNumbers } from './store.ts';

export const definition: ServiceDefinition<BaseConfig> = {
  name: 'crowdfunding',
  schema: new URL('../schema.graphql', import.meta.url),
  config,
  policy,
  async compose({ connection, clock }) {
    const campaigns = campaignStore(connection);
    const pledges = pledgeStore(connection);
    const numbers = referenceNumbers(connection);
    const ledger = ledgerStore(connection);
    await ledgerIndexes(connection);
    return {
      resolvers: resolvers({ campaigns, pledges, numbers, clock }),
      stores: [campaigns, pledges],
      consumers: consumers(campaigns, clock),
      produces,
      background: [bookkeeping({ pledges, ledger })],
      audit: ledgerAudit({ pledges, ledger }),
    };
  },
};
