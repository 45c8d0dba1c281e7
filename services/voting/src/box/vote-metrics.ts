import { Counter, type Registry } from 'prom-client';
import type { CastResult } from './ballot-box.ts';

export interface VoteMetrics {
  /** A ballot of whatever channel was answered by the box. */
  answered(channel: string, result: CastResult): void;
  /** A person may not vote, when they asked or when they voted. */
  ineligible(codes: readonly string[]): void;
}

/** An importer names a channel freely, and a label must not be free. */
const CHANNELS: ReadonlySet<string> = new Set(['online', 'booth', 'paper', 'meeting']);

/** Sums over all contests: by contest they would tell of a hidden vote what its page does not. */
export function voteMetrics(registry: Registry): VoteMetrics {
  const registers = [registry];
  const ballots = new Counter({
    name: 'veche_voting_ballots_total',
    help: 'Ballots by channel and outcome: ACCEPTED or the code of the refusal; a repetition counts again',
    labelNames: ['channel', 'outcome'],
    registers,
  });
  const refusals = new Counter({
    name: 'veche_voting_eligibility_refusals_total',
    help: 'Reasons against a vote that were told to a person, by code',
    labelNames: ['code'],
    registers,
  });
  return {
    answered: (channel, { rejection }) =>
      ballots.inc({ channel: CHANNELS.has(channel) ? channel : 'other', outcome: rejection?.code ?? 'ACCEPTED' }),
    ineligible: (codes) => {
      for (const code of codes) refusals.inc({ code });
    },
  };
}
