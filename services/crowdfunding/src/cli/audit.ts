// audit [CONTEST...]     MONGODB_URI, MONGODB_DATABASE as for the service
import { auditCommand, together } from '@veche/kit';
import { CAPITAL_CONSUMED } from '../capital-consumers.ts';
import { capitalStores } from '../store/capital.ts';
import { capitalAudit } from '../capital.ts';
import { config } from '../config.ts';
import { CONSUMED } from '../consumers.ts';
import { produces } from '../events.ts';
import { ledgerStore } from '../ledger-store.ts';
import { ledgerAudit } from '../ledger.ts';
import { campaignStore, pledgeStore } from '../store.ts';

const { mongodbUri, mongodbDatabase } = config;

await auditCommand({
  service: 'crowdfunding',
  settings: { mongodbUri, mongodbDatabase },
  produces,
  open: (connection) => {
    const pledges = pledgeStore(connection);
    const capital = capitalStores(connection);
    return {
      stores: [campaignStore(connection), pledges, capital.capitals, capital.accounts],
      consumes: [...CONSUMED, ...CAPITAL_CONSUMED],
      audit: together(ledgerAudit({ pledges, ledger: ledgerStore(connection) }), capitalAudit(capital)),
    };
  },
});
