import { sha256Hex } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { rational } from '@veche/kit/domain/rational';
import { count, type CountedLine } from './domain/count/count.ts';
import { merge, type Election } from './domain/count/election.ts';
import { explain, explainTies } from './domain/count/explanation.ts';
import type { Reason, Verdict } from './domain/count/verdict.ts';
import { pointsOf, type RecordedChoices } from './domain/ballot.ts';
import type { Voting } from './domain/voting.ts';
import { ballotsOf, lastLeaf, type Stores } from './store.ts';

export interface ProtocolLine {
  applicationId: string;
  number: string;
  title: string;
  costKopecks: string;
  score: string;
  voters: number;
  place: number;
  outcome: Verdict['outcome'];
  reason: Reason;
  explanation: string;
}

/** The result as it is hashed and published. */
export interface Protocol {
  contest: string;
  version: number;
  ruleHash: string;
  budgetKopecks: string;
  spentKopecks: string;
  accepted: number;
  superseded: number;
  counted: number;
  projects: ProtocolLine[];
  ties: string[];
}

/** Counts the ballots of a contest: of each tag the last revision, under the frozen rule. */
export async function determine(
  stores: Stores,
  contest: string,
  voting: Voting,
  version: number,
): Promise<{ text: string; hash: string; protocol: Protocol }> {
  const { rule, ruleHash, budget } = voting.announcement!;
  const last = await lastLeaf(stores, contest);
  const accepted = last ? last.index + 1 : 0;
  const votes = (await lastRevisions(stores, contest)).map((choices) => pointsOf(rule.ballot, choices));
  const superseded = last?.superseded ?? 0;
  // What the log says and what the ballots say must be one number; anything else needs a person, not a result.
  if (accepted - superseded !== votes.length)
    throw new Error(`the log has ${accepted - superseded} counted ballots, the box ${votes.length}`);
  const election: Election = {
    budget,
    projects: projectsOf(voting),
    ballots: merge(votes),
    counted: BigInt(votes.length),
    lot: lotOf(voting),
  };
  const counted = count(rule, election);
  const protocol: Protocol = {
    contest,
    version,
    ruleHash,
    budgetKopecks: budget.toString(),
    spentKopecks: counted.spent.toString(),
    accepted,
    superseded,
    counted: votes.length,
    projects: counted.lines.map(lineOf),
    ties: explainTies(counted),
  };
  const text = canonicalJson(protocol);
  return { text, hash: sha256Hex(text), protocol };
}

/** Choices of the last revision of each tag. */
async function lastRevisions(stores: Stores, contest: string): Promise<RecordedChoices[]> {
  const last = new Map<string, RecordedChoices>();
  for await (const { record } of ballotsOf(stores, contest)) {
    const { tag, choices } = JSON.parse(record) as { tag: string; choices: RecordedChoices };
    // The cursor goes by tag and revision, so a later revision replaces an earlier one.
    last.set(tag, choices);
  }
  return [...last.values()];
}

function projectsOf({ ballot, expertScores }: Voting): Election['projects'] {
  const scores = new Map(expertScores.map(({ applicationId, score }) => [applicationId, fraction(score)]));
  return ballot!.map(({ applicationId: id, number, title, cost, submittedAt }) => ({
    id,
    number,
    title,
    cost,
    submittedAt,
    expertScore: scores.get(id) ?? null,
  }));
}

function fraction(text: string) {
  const [n, d = '1'] = text.split('/');
  return rational(BigInt(n!), BigInt(d));
}

/** The public lot: whoever knows the frozen rule can draw it again. */
const lotOf =
  ({ announcement }: Voting) =>
  (projectId: string) =>
    sha256Hex(`${announcement!.rule.lotSeed ?? announcement!.ruleHash}\n${projectId}`);

const lineOf = (line: CountedLine): ProtocolLine => ({
  applicationId: line.project.id,
  number: line.project.number,
  title: line.project.title,
  costKopecks: line.project.cost.toString(),
  score: line.score.toString(),
  voters: Number(line.voters),
  place: line.place,
  outcome: line.outcome,
  reason: line.reason,
  explanation: explain(line),
});
