import type { Ballots } from '@veche/kit/domain/count/ballots';
import { count, type Count } from '@veche/kit/domain/count/count';
import type { CountedProject } from '@veche/kit/domain/count/election';
import { parseFraction, type Rational } from '@veche/kit/domain/rational';
import type { VotingRule } from '@veche/kit/domain/voting-rule';
import { ballotCost, cofinancingShare, type Application } from '../application.ts';
import type { Participant } from './generated.ts';

/** Orders that ask which voters share several projects, which numbers of votes do not tell. */
export const asksForBallots = ({ order }: VotingRule): boolean => order === 'equalShares' || order === 'phragmen';

export interface Vote {
  rule: VotingRule;
  /** Kopecks. */
  budget: bigint;
  votes: ReadonlyMap<string, number>;
  /** Ballots in all; null: one for each vote. */
  ballots: number | null;
  /** Total of those who take part in the ranking. */
  scores: ReadonlyMap<string, Rational>;
  /** The gates that an application fails, in Russian. */
  gates: (participant: Participant) => string[];
  lot: (id: string) => string;
}

/** The result of a vote by the rule of the contest, as the count itself would give it for these numbers of votes. */
export function voted(
  participants: readonly Participant[],
  { rule, budget, votes, ballots, scores, gates, lot }: Vote,
): Count {
  const projects = participants.map((one) =>
    projectOf(one, rule.expert ? (scores.get(one.id) ?? null) : null, gates(one)),
  );
  return count(rule, { budget, projects, ballots: pileOf(participants, votes, ballots), lot, decision: [] });
}

function projectOf(
  { id, number, content, imported, submittedAt }: Participant,
  expertScore: Rational | null,
  barredBy: string[],
): CountedProject {
  const share = cofinancingShare({ content, imported } as Application);
  return {
    id,
    number,
    title: content.title,
    cost: ballotCost({ content, imported }),
    category: content.category,
    territory: content.oktmo,
    submittedAt: submittedAt ?? new Date(0),
    expertScore,
    cofinancing: share === null ? null : parseFraction(share),
    groups: [],
    divisions: content.divisions ?? [],
    withdrawn: false,
    ...(barredBy.length > 0 ? { barredBy } : {}),
  };
}

/** One kind of ballot for each project, as many as it has votes. */
function pileOf(
  participants: readonly Participant[],
  votes: ReadonlyMap<string, number>,
  ballots: number | null,
): Ballots {
  const weights = participants.map(({ id }) => votes.get(id) ?? 0);
  const indexes = participants.map((_, index) => index);
  return {
    counted: ballots ?? weights.reduce((sum, one) => sum + one, 0),
    weights: Int32Array.from(weights),
    offsets: Int32Array.from([...indexes, indexes.length]),
    projects: Int32Array.from(indexes),
    points: Int32Array.from(indexes, () => 1),
  };
}
