import { rejectionOf, unavailable, type Context } from '@veche/kit';
import type { Rejection } from '@veche/kit/domain/decision';
import { reasonsAgainst } from '../domain/eligibility.ts';
import type { Voting } from '../domain/voting.ts';
import { messages, type Code } from '../messages.ts';
import type { ViewParts } from '../views.ts';

export const refusal = (rejection: Rejection<Code>) => rejectionOf(rejection, messages);

const FRESH_MS = 200;
/** A read that takes longer: the database is away, and what was known last is used; a ballot is taken only by a write all the same. */
const SLOW_MS = 300;
/** Where nothing is known, an answer comes after this all the same. */
const AWAY_MS = 1_500;

interface Known {
  at: number;
  loading: boolean;
  voting: Promise<Voting | null>;
}

const known = new WeakMap<ViewParts, Map<string, Known>>();

/** The voting once its passport is known; read at most a few times a second, for on the last evening each vote asks for it. Throws UNAVAILABLE. */
export function announced(parts: ViewParts, contestId: string): Promise<Voting | null> {
  const cache = known.get(parts) ?? known.set(parts, new Map()).get(parts)!;
  const before = cache.get(contestId);
  if (before && (before.loading || performance.now() - before.at < FRESH_MS)) return before.voting;
  const loaded = parts.stores.votings.load(contestId).then((found) => (found?.state.announcement ? found.state : null));
  const entry: Known = { at: performance.now(), loading: true, voting: inTime(loaded, before?.voting ?? null) };
  if (cache.size > 1000) cache.clear();
  cache.set(contestId, entry);
  entry.voting.catch(() => cache.delete(contestId)).finally(() => (entry.loading = false));
  return entry.voting;
}

async function inTime<T>(loaded: Promise<T>, before: Promise<T> | null): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(
    () => (before ? resolve(before) : reject(unavailable('The database does not answer'))),
    before ? SLOW_MS : AWAY_MS,
  );
  loaded.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
}

/** Why the caller may not vote, all reasons. */
export function against(state: Voting, context: Context, now: Date): Rejection<Code>[] {
  const { eligibility, timeZone } = state.announcement!;
  if (!eligibility) return [{ code: 'ELIGIBILITY_RULE_MISSING' }];
  return reasonsAgainst(eligibility, context.requireCaller(), now, timeZone);
}
