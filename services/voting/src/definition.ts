import type { ServiceDefinition } from '@veche/kit';
import { auditing } from './auditing.ts';
import { BallotBox } from './ballot-box.ts';
import { Baskets } from './baskets.ts';
import { clockwork } from './clockwork.ts';
import { config, type VotingConfig } from './config.ts';
import { consumers } from './consumers.ts';
import { inThread } from './count-thread.ts';
import { counter } from './counter.ts';
import { produces } from './events.ts';
import { fileKeys } from './keys.ts';
import { live } from './live.ts';
import { openLog } from './open-log.ts';
import { openPackage } from './open-package.ts';
import { openResult } from './open-result.ts';
import { paperDesk } from './paper.ts';
import { policy } from './policy.ts';
import { prepared } from './prepared.ts';
import { resolvers } from './resolvers.ts';
import { sequencer } from './sequencer.ts';
import { makeStores } from './store.ts';
import { tallying } from './tallying.ts';
import { bridgeVoterKeys } from './voter-keys.ts';
import { witnesses } from './witnesses.ts';

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
