import { gather } from './counting.ts';
import { tally } from './domain/count/ballots.ts';
import type { Voting } from './domain/voting.ts';
import type { Stores } from './store.ts';

const FRESH_MS = 5_000;
const kept = new Map<string, { at: number; scores: Promise<ReadonlyMap<string, string>> }>();

/** Scores so far, at most a few seconds old; asked for only where the rule lets the tally be seen. */
export function liveScores(stores: Stores, contest: string, voting: Voting): Promise<ReadonlyMap<string, string>> {
  const known = kept.get(contest);
  if (known && performance.now() - known.at < FRESH_MS) return known.scores;
  const scores = scan(stores, contest, voting);
  kept.set(contest, { at: performance.now(), scores });
  scores.catch(() => kept.delete(contest));
  return scores;
}

async function scan(stores: Stores, contest: string, voting: Voting): Promise<ReadonlyMap<string, string>> {
  const list = voting.ballot!;
  const tallies = tally(await gather(stores, contest, voting), list.length);
  return new Map(list.map(({ applicationId }, index) => [applicationId, tallies[index]!.score.toString()]));
}
