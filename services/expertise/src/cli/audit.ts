// audit [CONTEST...]     MONGODB_URI, MONGODB_DATABASE as for the service
import { auditCommand } from '@veche/kit';
import { expertiseAudit } from '../audit.ts';
import { config } from '../config.ts';
import { CONSUMED } from '../consumers.ts';
import { produces } from '../events.ts';
import { aggregatesOf, makeStores } from '../store.ts';

const { mongodbUri, mongodbDatabase } = config;

await auditCommand({
  service: 'expertise',
  settings: { mongodbUri, mongodbDatabase },
  produces,
  open: (connection) => {
    const stores = makeStores(connection);
    return { stores: aggregatesOf(stores), consumes: CONSUMED, audit: expertiseAudit(stores) };
  },
});
