import type mongoose from 'mongoose';
import { Gauge, type Registry } from 'prom-client';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { LeaseLost } from '../mongo/lease.ts';
import { summaryOf, type Audit, type Summary, type Violation } from './audit.ts';

export interface AuditingParts {
  audit: Audit;
  connection: mongoose.Connection;
  clock: Clock;
  log: Logger;
  registry: Registry;
  /** Hour of the day, UTC, from which the audit of the day runs. */
  hour: number;
}

/** The last audit that came to its end; kept, so that a restart neither repeats it nor forgets what it found. */
interface StoredAudit {
  _id: 'last';
  endedAt: Date;
  summary: Summary[];
}

const MOST_LOGGED = 100;

/**
 * Audits once a day, at night, and tells how much is wrong as a metric: more than nothing is an alarm, and so is an audit that has not ended for a day.
 */
export function auditing({ audit, connection, clock, log, registry, hour }: AuditingParts): Background {
  const show = gauges(registry);
  const audits = connection.db!.collection<StoredAudit>('audits');
  return {
    name: 'audit',
    everyMs: 60_000,
    run: async ({ signal }) => {
      const now = clock.now();
      const last = await audits.findOne({ _id: 'last' });
      if (last) show(last);
      if (now.getUTCHours() < hour || (last && dayOf(last.endedAt) === dayOf(now))) return;
      const found = await everything(audit, { now, stopping: signal, log });
      const ended = { endedAt: now, summary: summaryOf(audit, found) };
      await audits.updateOne({ _id: 'last' }, { $set: ended }, { upsert: true });
      show(ended);
    },
  };
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

async function everything(
  audit: Audit,
  { now, stopping, log }: { now: Date; stopping: AbortSignal; log: Logger },
): Promise<Violation[]> {
  const found: Violation[] = [];
  const tell = (figure: object): void => log.info(figure, 'audited');
  for await (const violation of audit.look({ now, contests: [], stopping, tell })) {
    if (stopping.aborted) throw new LeaseLost('audit');
    if (found.length < MOST_LOGGED) log.error({ violation }, 'an invariant is broken');
    found.push(violation);
  }
  return found;
}

function gauges(registry: Registry): (last: Pick<StoredAudit, 'endedAt' | 'summary'>) => void {
  const registers = [registry];
  const violations = new Gauge({
    name: 'veche_audit_violations',
    help: 'Violations of invariants that the last audit found',
    labelNames: ['invariant'],
    registers,
  });
  const ended = new Gauge({
    name: 'veche_audit_ended_seconds',
    help: 'When the last audit ended, Unix time; 0: none has',
    registers,
  });
  return ({ endedAt, summary }) => {
    for (const { invariant, violations: count } of summary) violations.set({ invariant }, count);
    ended.set(Math.floor(endedAt.getTime() / 1000));
  };
}
