import type { Aggregate, Audit, Background } from '@veche/kit';
import { NORMAL_AGAIN_MS } from '@veche/kit';
import { LedgerAudit, postingsOf, type Posting } from './domain/ledger.ts';
import type { PledgeState } from './domain/pledge.ts';
import type { LedgerStore } from './ledger-store.ts';
import { totalsOf, type PledgeStore } from './store.ts';

export interface LedgerParts {
  pledges: PledgeStore;
  ledger: LedgerStore;
}

const AT_ONCE = 500;

/**
 * Books what happened to pledges. A pledge is one document and its write one atomic act, so the ledger follows it and never the other way round; the key
 * of a posting is the pledge and the cause, so that nothing is booked twice however often it is looked at.
 */
export function bookkeeping({ pledges, ledger }: LedgerParts): Background {
  return {
    name: 'ledger',
    everyMs: 1_000,
    run: async ({ signal }) => {
      const mark = await ledger.mark();
      let last = mark;
      let due: Posting[] = [];
      for await (const { id, state, updatedAt } of changedSince(pledges, mark)) {
        if (signal.aborted) return;
        due.push(...postingsOf(id, state));
        last = updatedAt;
        if (due.length < AT_ONCE) continue;
        await ledger.book(due);
        due = [];
      }
      await ledger.book(due);
      // Writes become visible out of order: the last minute is looked at again.
      await ledger.advance(new Date(last.getTime() - NORMAL_AGAIN_MS));
    },
  };
}

async function* changedSince(pledges: PledgeStore, since: Date): AsyncGenerator<Aggregate<PledgeState>> {
  const cursor = pledges.model
    .find({ updatedAt: { $gte: since } })
    .sort({ updatedAt: 1 })
    .lean()
    .cursor({ batchSize: AT_ONCE });
  for await (const document of cursor) yield pledges.toAggregate(document);
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
