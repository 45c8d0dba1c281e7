import { rejectionOf, type Context } from '@veche/kit';
import type { Rejection } from '@veche/kit/domain/decision';
import { reasonsAgainst } from './domain/eligibility.ts';
import type { Voting } from './domain/voting.ts';
import { messages, type Code } from './messages.ts';
import type { ViewParts } from './views.ts';

export const refusal = (rejection: Rejection<Code>) => rejectionOf(rejection, messages);

const FRESH_MS = 200;
const known = new WeakMap<ViewParts, Map<string, { at: number; voting: Promise<Voting | null> }>>();

/** The voting once its passport is known; read at most a few times a second, for on the last evening each vote asks for it. */
export function announced(parts: ViewParts, contestId: string): Promise<Voting | null> {
  const cache = known.get(parts) ?? known.set(parts, new Map()).get(parts)!;
  const entry = cache.get(contestId);
  if (entry && performance.now() - entry.at < FRESH_MS) return entry.voting;
  const voting = parts.stores.votings.load(contestId).then((found) => (found?.state.announcement ? found.state : null));
  if (cache.size > 1000) cache.clear();
  cache.set(contestId, { at: performance.now(), voting });
  voting.catch(() => cache.delete(contestId));
  return voting;
}

/** Why the caller may not vote, all reasons. */
export function against(state: Voting, context: Context, now: Date): Rejection<Code>[] {
  const { eligibility, timeZone } = state.announcement!;
  if (!eligibility) return [{ code: 'ELIGIBILITY_RULE_MISSING' }];
  return reasonsAgainst(eligibility, context.requireCaller(), now, timeZone);
}
