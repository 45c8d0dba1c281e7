import type { KeyObject } from 'node:crypto';
import type { Audit } from '@veche/kit';
import type { Threads } from '../count/count-thread.ts';
import { INVARIANTS } from '../domain/audit.ts';
import type { Stores } from '../store.ts';
import { auditContest, auditLogs } from './audit.ts';
import { auditEligibility } from './eligibility.ts';
import type { SignInPort } from './sign-ins.ts';

export interface VotingAuditParts extends Threads {
  stores: Stores;
  /** Public key of the log. */
  logKey: KeyObject;
  /** Null where no login side is asked: then eligibility is not compared, and that is told. */
  signIns: SignInPort | null;
}

/** What voting can prove over its own stores: every contest that was opened, whole. */
export function votingAudit({ stores, signIns, ...parts }: VotingAuditParts): Audit {
  return {
    invariants: INVARIANTS,
    async *look({ now, contests, stopping, tell }) {
      if (!signIns) tell({ figure: 'eligibility', unchecked: 'VOTING_VOTER_KEYS_URL is not set' });
      if (contests.length === 0) yield* await auditLogs({ stores, now });
      const filter = contests.length > 0 ? { _id: { $in: [...contests] } } : { status: { $ne: 'ANNOUNCED' } };
      for (const voting of await stores.votings.find(filter)) {
        stopping.throwIfAborted();
        const violations = await auditContest({ stores, now, stopping, ...parts }, voting);
        if (signIns) violations.push(...(await auditEligibility(stores, signIns, voting.id, { now, tell })));
        for (const violation of violations) yield { contest: voting.id, ...violation };
      }
    },
  };
}
