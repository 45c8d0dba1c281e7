import type { AggregateStore } from '../mongo/aggregate.ts';
import type { Audit } from './audit.ts';

/** How long an event may wait for its publication, and a process may need to be back to normal (I10). */
export const NORMAL_AGAIN_MS = 60_000;

/** I6: no event waits in an outbox longer than a minute. */
export function outboxAudit(stores: readonly AggregateStore<any>[]): Audit {
  return {
    invariants: ['I6'],
    async *look({ now }) {
      const before = new Date(now.getTime() - NORMAL_AGAIN_MS);
      for (const { model, collection } of stores) {
        const waiting = model.find({ outboxSince: { $lt: before } }, { _id: 1 }).lean<{ _id: string }[]>();
        for await (const { _id } of waiting.cursor())
          yield { invariant: 'I6', fault: 'EVENT_NOT_PUBLISHED', at: `${collection} ${_id}` };
      }
    },
  };
}
