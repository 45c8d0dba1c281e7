import { createPublicKey } from 'node:crypto';
import { LeaseLost, type Background, type Clock, type Logger } from '@veche/kit';
import { Gauge, type Registry } from 'prom-client';
import { auditContest, auditOutbox } from './audit.ts';
import type { CounterParts } from '../count/counter.ts';
import { INVARIANTS, type Violation } from '../domain/audit.ts';
import type { KeyPort } from '../box/keys.ts';
import type { Stores } from '../store.ts';

export interface AuditingParts {
  stores: Stores;
  keys: KeyPort;
  clock: Clock;
  log: Logger;
  registry: Registry;
  determine: CounterParts['determine'];
  /** Hour of the day, UTC, from which the audit of the day runs. */
  hour: number;
}

const MOST_LOGGED = 100;

/**
 * Audits every contest once a day, at night, and tells how much is wrong as a metric: more than nothing is an alarm, and so is an audit that has not
 * ended for a day. Counting runs in threads of its own; the rest is reading in portions.
 */
export function auditing(parts: AuditingParts): Background {
  const { stores, keys, clock, log, determine, hour } = parts;
  const show = gauges(parts.registry);
  const logKey = createPublicKey(keys.logKey);
  let lastDay = '';
  return {
    name: 'audit',
    everyMs: 60_000,
    run: async ({ signal: stopping }) => {
      const now = clock.now();
      const day = now.toISOString().slice(0, 10);
      if (day === lastDay || now.getUTCHours() < hour) return;
      const found: Violation[] = await auditOutbox({ stores, now });
      for (const voting of await stores.votings.find({ status: { $ne: 'ANNOUNCED' } })) {
        if (stopping.aborted) throw new LeaseLost('voting:audit');
        const here = await auditContest({ stores, logKey, now, determine, stopping }, voting);
        if (here.length > 0)
          log.error({ contest: voting.id, violations: here.slice(0, MOST_LOGGED) }, 'invariants are broken');
        found.push(...here);
      }
      show(found, now);
      lastDay = day;
    },
  };
}

function gauges(registry: Registry): (found: readonly Violation[], at: Date) => void {
  const registers = [registry];
  const violations = new Gauge({
    name: 'veche_voting_invariant_violations',
    help: 'Violations of invariants that the last audit found',
    labelNames: ['invariant'],
    registers,
  });
  const ended = new Gauge({
    name: 'veche_voting_audit_ended_seconds',
    help: 'When the last audit ended, Unix time',
    registers,
  });
  return (found, at) => {
    for (const invariant of INVARIANTS)
      violations.set({ invariant }, found.filter((one) => one.invariant === invariant).length);
    ended.set(Math.floor(at.getTime() / 1000));
  };
}
