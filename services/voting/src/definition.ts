import type { ServiceDefinition } from '@veche/kit';
import { auditing } from './audit/auditing.ts';
import { BallotBox } from './box/ballot-box.ts';
import { Baskets } from './box/baskets.ts';
import { clockwork } from './clockwork.ts';
import { config, type VotingConfig } from './config.ts';
import { consumers } from './consumers.ts';
import { inThread } from './count/count-thread.ts';
import { counter } from './count/counter.ts';
import { produces } from './events.ts';
import { fileKeys } from './box/keys.ts';
import { live } from './live/live.ts';
import { openLog } from './log/open-log.ts';
import { openPackage } from './count/open-package.ts';
import { openResult } from './count/open-result.ts';
import { paperDesk } from './paper/paper-desk.ts';
import { policy } from './policy.ts';
import { prepared } from './prepared.ts';
import { resolvers } from './resolvers.ts';
import { sequencer } from './log/sequencer.ts';
import { makeStores } from './store.ts';
import { tallying } from './live/tallying.ts';
import { bridgeVoterKeys } from './box/voter-keys.ts';
import { witnesses } from './log/witnesses.ts';

export const definition: ServiceDefinition<VotingConfig> = {
  name: 'voting',
  schema: new URL('../schema.graphql', import.meta.url),
  config,
  policy,
  async compose({ config, connection, bus, clock, log, metrics: registry }) {
    const { keysDir, packagesDir, witnesses: configured, mongodbUri, mongodbDatabase, auditHour: hour } = config;
    const stores = makeStores(connection);
    await stores.init();
    const keys = fileKeys(keysDir);
    const determine = inThread(mongodbUri, mongodbDatabase);
    const baskets = new Baskets({ stores, keys, clock, log });
    const box = new BallotBox(stores, keys, clock, (ballot) => baskets.spend(ballot));
    const voterKeys = bridgeVoterKeys(config.voterKeysUrl, config.voterKeysToken);
    return {
      resolvers: resolvers({ stores, keys, clock, box, baskets, voterKeys }),
      stores: [stores.votings, stores.paperBatches],
      consumers: consumers(stores, keys),
      produces,
      prepared,
      routes: (app) => {
        openLog({ stores, keys, witnesses: configured })(app);
        openResult({ stores })(app);
        openPackage({ stores, keys, directory: packagesDir, log })(app);
        live(stores)(app);
      },
      background: [
        sequencer({ stores, bus, clock, keys }),
        tallying({ stores, log }),
        clockwork({ stores, clock, log }),
        counter({ stores, clock, log, determine }),
        auditing({ stores, keys, clock, log, registry, determine, hour }),
        baskets.sweeper(),
        paperDesk({ stores, box }),
        witnesses(stores, configured, log),
      ],
    };
  },
};
