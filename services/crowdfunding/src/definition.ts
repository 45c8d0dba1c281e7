import { blockStore, together, type BaseConfig, type ServiceDefinition } from '@veche/kit';
import { blockGate } from './block-gate.ts';
import { capitalConsumers } from './capital-consumers.ts';
import { capitalStores } from './store/capital.ts';
import { capitalAudit, capitalKeeping } from './capital.ts';
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
  schema: new URL('../schema/', import.meta.url),
  config,
  policy,
  async compose({ connection, clock }) {
    const campaigns = campaignStore(connection);
    const pledges = pledgeStore(connection);
    const blocks = blockStore(connection);
    const numbers = referenceNumbers(connection);
    const ledger = ledgerStore(connection);
    await ledgerIndexes(connection);
    const capital = capitalStores(connection);
    await capital.capitalLedger.init();
    return {
      resolvers: resolvers({ campaigns, pledges, blocks, numbers, capital, clock }),
      stores: [campaigns, pledges, capital.capitals, capital.accounts],
      consumers: [...consumers({ campaigns, blocks }, clock), ...capitalConsumers(capital)],
      blocks: blockGate({ campaigns, pledges, blocks, clock }),
      produces,
      background: [bookkeeping({ pledges, ledger }, clock), capitalKeeping(capital, clock)],
      audit: together(ledgerAudit({ pledges, ledger }), capitalAudit(capital)),
    };
  },
};
