import { createPublicKey } from 'node:crypto';
import type { ServiceDefinition } from '@veche/kit';
import { bridgeSignIns } from './audit/sign-ins.ts';
import { votingAudit } from './audit/voting-audit.ts';
import { BallotBox } from './box/ballot-box.ts';
import { Baskets } from './box/baskets.ts';
import { boothSweeper } from './booth/codes.ts';
import { ClosingGate } from './closing-gate.ts';
import { clockwork } from './clockwork.ts';
import { config, type VotingConfig } from './config.ts';
import { consumers } from './consumers.ts';
import { inThread } from './count/count-thread.ts';
import { counter } from './count/counter.ts';
import { produces } from './events.ts';
import { openKeys } from './keys/open-keys.ts';
import { live } from './live/live.ts';
import { fileMemory } from './log/head-memory.ts';
import { openLog } from './log/open-log.ts';
import { openPackage } from './count/open-package.ts';
import { openResult } from './count/open-result.ts';
import { paperDesk } from './paper/paper-desk.ts';
import { policy } from './policy.ts';
import { prepared } from './prepared.ts';
import { resolvers } from './resolvers.ts';
import { sequencer } from './log/sequencer.ts';
import { makeStores } from './store.ts';
import { Signals } from './signals/signals.ts';
import { tallying } from './live/tallying.ts';
import { voteMetrics } from './box/vote-metrics.ts';
import { bridgeVoterKeys } from './box/voter-keys.ts';
import { logMetrics, witnessMetrics } from './log/log-metrics.ts';
import { witnesses } from './log/witnesses.ts';

export const definition: ServiceDefinition<VotingConfig> = {
  name: 'voting',
  schema: new URL('../schema.graphql', import.meta.url),
  config,
  policy,
  async compose({ config, connection, bus, clock, log, metrics: registry }) {
    const { headsDir, packagesDir, witnesses: configured, mongodbUri, mongodbDatabase } = config;
    const stores = makeStores(connection);
    await stores.init();
    const keys = await openKeys(config, log);
    const threads = inThread(mongodbUri, mongodbDatabase);
    const baskets = new Baskets({ stores, keys, clock, log });
    const votes = voteMetrics(registry);
    const { answered } = votes;
    const box = new BallotBox(stores, keys, clock, { accepted: (ballot) => baskets.spend(ballot), answered });
    const memory = fileMemory(headsDir);
    const heard = witnessMetrics(
      registry,
      configured.map(({ id }) => id),
    );
    const outsiders = witnesses({ stores, configured, logKey: createPublicKey(keys.logKey), log, told: heard });
    const signIns = bridgeSignIns(config.voterKeysUrl, config.voterKeysToken);
    const voterKeys = bridgeVoterKeys(config.voterKeysUrl, config.voterKeysToken);
    const signals = new Signals({ stores, keys, clock, log });
    return {
      resolvers: resolvers({ stores, keys, clock, box, baskets, voterKeys, signals, votes }),
      stores: [stores.votings, stores.paperBatches, stores.booths, stores.patterns],
      consumers: consumers(stores, keys),
      produces,
      prepared,
      close: () => signals.flush(),
      audit: votingAudit({ stores, logKey: createPublicKey(keys.logKey), signIns, ...threads }),
      routes: (app) => {
        openLog({ stores, keys, witnesses: configured })(app);
        openResult({ stores })(app);
        openPackage({ stores, keys, directory: packagesDir, write: threads.write, log })(app);
        live(stores)(app);
      },
      background: [
        sequencer({ stores, bus, clock, keys, memory, ask: outsiders.run, told: logMetrics(registry) }),
        tallying({ stores, log }),
        clockwork({ stores, clock, log, gate: new ClosingGate(bus) }),
        counter({ stores, memory, clock, log, determine: threads.determine }),
        baskets.sweeper(),
        signals.background(),
        paperDesk({ stores, box }),
        boothSweeper({ stores, keys, clock }),
        outsiders,
      ],
    };
  },
};
