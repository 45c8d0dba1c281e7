import { NORMAL_AGAIN_MS, type Audit, type Background, type Clock } from '@veche/kit';
import { bookkeeper } from './bookkeeping.ts';
import { LedgerAudit, postingsOf } from './domain/ledger.ts';
import type { LedgerStore } from './ledger-store.ts';
import { totalsOf, type PledgeStore } from './store.ts';

export interface LedgerParts {
  pledges: PledgeStore;
  ledger: LedgerStore;
}

export function bookkeeping({ pledges: store, ledger }: LedgerParts, clock: Clock): Background {
  const book = bookkeeper({ store, ledger, postingsOf }, clock);
  return { name: 'ledger', everyMs: 1_000, run: ({ signal }) => book(signal) };
}

/** I7: pledges, the ledger and what projects show of both are one. */
export function ledgerAudit({ pledges, ledger }: LedgerParts): Audit {
  return {
    invariants: ['I7'],
    async *look({ now, contests, stopping }) {
      const of = contests.length > 0 ? { contestId: { $in: [...contests] } } : {};
      const projects: string[] = await pledges.model.distinct('projectId', of);
      const booked = contests.length > 0 ? [] : await ledger.projects();
      for (const project of new Set([...projects, ...booked])) {
        stopping.throwIfAborted();
        for (const violation of await auditProject({ pledges, ledger }, project, now))
          yield { ...violation, ...(contests.length === 1 ? { contest: contests[0]! } : {}) };
      }
    },
  };
}

async function auditProject({ pledges, ledger }: LedgerParts, projectId: string, now: Date) {
  const audit = new LedgerAudit();
  const made = await pledges.find({ projectId });
  const postings = Map.groupBy(await ledger.of(projectId), ({ pledgeId }) => pledgeId);
  const young = new Date(now.getTime() - NORMAL_AGAIN_MS);
  for (const { id, state, updatedAt } of made) {
    audit.add(id, state, postings.get(id) ?? [], updatedAt >= young);
    postings.delete(id);
  }
  for (const [id, left] of postings) audit.add(id, null, left, false);
  const [totals] = await totalsOf(pledges, [projectId]);
  if (made.every(({ updatedAt }) => updatedAt < young)) audit.compare(projectId, totals!);
  return audit.violations;
}
