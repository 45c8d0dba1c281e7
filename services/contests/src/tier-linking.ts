import type { AggregateStore } from '@veche/kit';
import type { Decision } from '@veche/kit/domain/decision';
import type { Contest, ContestCode, ContestEvent } from './domain/contest.ts';
import { linkedProblem } from './domain/tier/link.ts';

type Decide = (contest: Contest) => Decision<Contest, ContestEvent, ContestCode>;

/** The decision, refused when a contest that the second tier names is not there, not published or not below. */
export async function withLinked(
  contests: AggregateStore<Contest>,
  contestId: string,
  decide: Decide,
): Promise<Decide> {
  const contest = await contests.load(contestId);
  const planned = contest && decide(contest.state);
  const ids = planned?.ok ? (planned.state.tier?.contestIds ?? []) : [];
  const known = new Map((await contests.loadMany(ids)).map(({ id, state }) => [id, state]));
  return (state) => {
    const decision = decide(state);
    const problem = decision.ok ? linkedProblem(decision.state, known) : null;
    return problem ? { ok: false, rejection: problem } : decision;
  };
}
