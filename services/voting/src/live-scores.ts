import { pointsOf, type RecordedChoices } from './domain/ballot.ts';
import { merge, tally } from './domain/count/election.ts';
import type { Voting } from './domain/voting.ts';
import { ballotsOf, type Stores } from './store.ts';

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

async function scan(
  stores: Stores,
  contest: string,
  { announcement, ballot }: Voting,
): Promise<ReadonlyMap<string, string>> {
  const last = new Map<string, RecordedChoices>();
  for await (const { record } of ballotsOf(stores, contest)) {
    const { tag, choices } = JSON.parse(record) as { tag: string; choices: RecordedChoices };
    last.set(tag, choices);
  }
  const votes = [...last.values()].map((choices) => pointsOf(announcement!.rule.ballot, choices));
  const projects = ballot!.map(({ applicationId: id, submittedAt, ...rest }) => ({
    ...rest,
    id,
    submittedAt,
    expertScore: null,
  }));
  return new Map([...tally({ projects, ballots: merge(votes) })].map(([id, { score }]) => [id, score.toString()]));
}
