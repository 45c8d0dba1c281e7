import type { Clock } from '@veche/kit';
import { PLAIN_SCORING } from '@veche/kit/domain/criterion';
import { readPlan, type Plan } from '@veche/kit/domain/scoring/plan';
import { determineRanking, type Ranking } from './domain/ranking.ts';
import { rankingToOutbox } from './events.ts';
import { candidatesOf, panelRules, type ContestFacts, type Stores } from './store.ts';

export const NO_RANKING = (): Ranking => ({ edition: 0, determinedAt: null, lines: [] });

/** The rules as contests froze them; they were checked there by the same code, so anything wrong with them is a fault of the system. */
export function planOf({ criteria, scoring, answers }: ContestFacts): Plan {
  const read = readPlan({ criteria, scoring: scoring ?? PLAIN_SCORING, answers: answers ?? [] });
  if (!read.ok) throw new Error(`frozen criteria that cannot be read: ${read.problems[0]!.path}`);
  return read.plan;
}

/**
 * Determines a ranking anew that stood already, after its cohort or the votes changed: points that depend on others are those of the
 * cohort as it is now. What cannot be determined at this moment, as with open sheets, stays as it was for the organiser.
 */
export async function rerank(stores: Stores, clock: Clock, contestId: string): Promise<void> {
  const [ranking, contest] = await Promise.all([stores.rankings.load(contestId), stores.contests.get(contestId)]);
  if (!contest || !ranking || ranking.state.edition === 0) return;
  const [candidates, { minSheets }] = await Promise.all([
    candidatesOf(stores, contestId, contest),
    panelRules(stores, contestId),
  ]);
  await stores.rankings.change({
    id: contestId,
    events: rankingToOutbox,
    decide: (state) => determineRanking(state, planOf(contest), candidates, clock.now(), minSheets),
  });
}
