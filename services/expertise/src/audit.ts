import type { Audit } from '@veche/kit';
import { auditRanking, auditSheet } from './domain/audit.ts';
import { planOf } from './ranking.ts';
import { hashOf } from './sheet-hash.ts';
import { candidatesOf, sheetsOf, type Stores } from './store.ts';

/** I8: everything that experts scored, contest by contest. */
export function expertiseAudit(stores: Stores): Audit {
  return {
    invariants: ['I8'],
    async *look({ contests, stopping }) {
      const scored: string[] = await stores.sheets.model.distinct('contestId');
      for (const contest of contests.length > 0 ? scored.filter((id) => contests.includes(id)) : scored) {
        stopping.throwIfAborted();
        const sheets = await sheetsOf(stores, contest);
        const applications = await stores.applications.getMany(sheets.map(({ state }) => state.applicationId));
        const members = new Map(applications.map(({ id, memberIds }) => [id, memberIds]));
        for (const { id, state } of sheets)
          for (const violation of auditSheet(id, state, members.get(state.applicationId) ?? [], hashOf))
            yield { contest, ...violation };
        for (const violation of await ofRanking(stores, contest)) yield { contest, ...violation };
      }
    },
  };
}

/** A sheet that was given after the ranking is in none yet. */
async function ofRanking(stores: Stores, contestId: string) {
  const [ranking, contest] = await Promise.all([stores.rankings.load(contestId), stores.contests.get(contestId)]);
  if (!ranking?.state.determinedAt || !contest) return [];
  const candidates = await candidatesOf(stores, contestId, contest, ranking.state.determinedAt);
  const byId = new Map(candidates.map((candidate) => [candidate.applicationId, candidate]));
  return auditRanking(ranking.state, planOf(contest), byId);
}
