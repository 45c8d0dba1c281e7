import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { SequencerParts } from './sequencer.ts';
import type { WitnessesParts } from './witnesses.ts';

/** How the log of this replica fares; only the replica that seals has figures of sealing. */
export function logMetrics(registry: Registry): NonNullable<SequencerParts['told']> {
  const registers = [registry];
  const stopped = new Gauge({
    name: 'veche_voting_logs_stopped',
    help: 'Logs that are not sealed and signed any more: their entries are not those that were signed, or fewer',
    registers,
  });
  const sealed = new Gauge({
    name: 'veche_voting_log_sealed_seconds',
    help: 'When this replica last brought every waiting ballot into its log and signed it, Unix time; the start of the process before that',
    registers,
  });
  const delay = new Histogram({
    name: 'veche_voting_sealing_delay_seconds',
    help: 'From the write of ballots to their place in the log, one observation for each common write',
    buckets: [0.25, 0.5, 1, 1.5, 2, 3, 5, 10, 30, 60, 300],
    registers,
  });
  const published = new Gauge({
    name: 'veche_voting_log_published_seconds',
    help: 'When this replica last brought every entry of the logs to the event log, Unix time; the start of the process before that',
    registers,
  });
  sealed.setToCurrentTime();
  published.setToCurrentTime();
  return {
    stopped: (logs) => stopped.set(logs),
    sealed: () => sealed.setToCurrentTime(),
    waited: (seconds) => delay.observe(seconds),
    published: () => published.setToCurrentTime(),
  };
}

/** By the names that the settings give the witnesses. */
export function witnessMetrics(registry: Registry, names: readonly string[]): NonNullable<WitnessesParts['told']> {
  const registers = [registry];
  const labelNames = ['witness'];
  const answered = new Gauge({
    name: 'veche_voting_witness_answered_seconds',
    help: 'When a witness last answered this replica, Unix time; the start of the process before that',
    labelNames,
    registers,
  });
  const contradicted = new Counter({
    name: 'veche_voting_witness_contradictions_total',
    help: 'Co-signatures over what is not a head of our log, or not signed by the key of the witness',
    labelNames,
    registers,
  });
  for (const witness of names) {
    answered.setToCurrentTime({ witness });
    contradicted.inc({ witness }, 0);
  }
  return {
    answered: (witness) => answered.setToCurrentTime({ witness }),
    contradicted: (witness) => contradicted.inc({ witness }),
  };
}
