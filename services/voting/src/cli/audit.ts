// audit [CONTEST...]     MONGODB_URI, MONGODB_DATABASE, VOTING_KEYS_DIR, VOTING_KEYS and VOTING_VAULT_..., VOTING_VOTER_KEYS_URL and _TOKEN as for the service
import { createPublicKey } from 'node:crypto';
import { auditCommand } from '@veche/kit';
import { bridgeSignIns } from '../audit/sign-ins.ts';
import { votingAudit } from '../audit/voting-audit.ts';
import { config } from '../config.ts';
import { CONSUMED } from '../consumers.ts';
import { inThread } from '../count/count-thread.ts';
import { produces } from '../events.ts';
import { operatorKeys } from '../keys/open-keys.ts';
import { makeStores } from '../store.ts';

const { mongodbUri, mongodbDatabase, keysDir, vault, voterKeysUrl, voterKeysToken } = config;

await auditCommand({
  service: 'voting',
  settings: { mongodbUri, mongodbDatabase, keysDir, vault, voterKeysUrl, voterKeysToken },
  produces,
  open: async (connection, settings) => {
    const stores = makeStores(connection);
    const logKey = createPublicKey(await operatorKeys(settings).logKey());
    const threads = inThread(settings.mongodbUri, settings.mongodbDatabase);
    const signIns = bridgeSignIns(settings.voterKeysUrl, settings.voterKeysToken);
    return {
      stores: [stores.votings, stores.paperBatches, stores.patterns],
      consumes: CONSUMED,
      audit: votingAudit({ stores, logKey, signIns, ...threads }),
    };
  },
});
