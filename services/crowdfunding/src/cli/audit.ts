// audit [CONTEST...]     MONGODB_URI, MONGODB_DATABASE as for the service
import { auditCommand } from '@veche/kit';
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
    return {
      stores: [campaignStore(connection), pledges],
      consumes: CONSUMED,
      audit: ledgerAudit({ pledges, ledger: ledgerStore(connection) }),
    };
  },
});
