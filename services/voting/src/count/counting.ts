import { sha256Hex } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { parseFraction } from '@veche/kit/domain/rational';
import { BallotPile, type Ballots } from '@veche/kit/domain/count/ballots';
import { count, type CountedLine } from '@veche/kit/domain/count/count';
import type { CountedProject, Election } from '@veche/kit/domain/count/election';
import { explain, explainTies } from '@veche/kit/domain/count/explanation';
import { inputsOf, lotOf } from '../domain/count/inputs.ts';
import { resultOf, type CountResult } from '../domain/count/result.ts';
import type { Reason, Verdict } from '@veche/kit/domain/count/verdict';
import { pointsOf } from '../domain/ballot.ts';
import { changesOf } from '../domain/redetermination.ts';
import { ChannelTally, type ChannelCount } from '../domain/double-vote.ts';
import type { Voting } from '../domain/voting.ts';
import { lastLeaf } from '../log/log.ts';
import type { Stores } from '../store.ts';
import { countedBallots } from './counted-ballots.ts';

export interface ProtocolLine {
  applicationId: string;
  number: string;
  title: string;
  costKopecks: string;
  score: string;
  voters: number;
  against?: number;
  part?: string;
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
  /** Leaves of the ballots that a published decision excluded; absent where there are none. */
  excluded?: string[];
  counted: number;
  projects: ProtocolLine[];
  ties: string[];
  /** Ballots by channel; voters with ballots by several; sheets and voters in person refused because of a ballot by another. */
  channels: ChannelCount[];
  doubleVotes: number;
  doubleVotesRefused: number;
  /** Ballots on paper whose voters' age and residence the act vouches for and nobody entered; absent in protocols from before it was told. */
  vouchedByAct?: number;
  /** Why the result was determined again; absent in the first version. */
  reason?: string;
  /** What any program that follows docs/count-rules.md prints. */
  result: CountResult;
}

export type Determined =
  /** The protocol, and the inputs that are not in the ballots; both canonical JSON. */
  | { status: 'DETERMINED'; text: string; hash: string; protocol: Protocol; inputs: string }
  /** Groups of applications that the commission has to put in order first. */
  | { status: 'NEEDS_DECISION'; undecided: readonly string[][] };

/**
 * Counts the ballots of a contest: of each tag the last revision, under the frozen rule. Throws when the log and the box disagree, when the
 * committed seed of the lot is not revealed, or on inputs that the count refuses.
 */
export async function determine(stores: Stores, contest: string, voting: Voting, version: number): Promise<Determined> {
  const { rule, ruleHash } = voting.announcement!;
  const changes = changesOf(voting);
  const last = await lastLeaf(stores, contest);
  const accepted = last ? last.index + 1 : 0;
  const superseded = last?.superseded ?? 0;
  const byChannel = new ChannelTally();
  const ballots = await gather(stores, contest, voting, { excluded: changes.excluded, byChannel });
  // What the log says and what the ballots say must be one number; anything else needs a person, not a result.
  const due = accepted - superseded - changes.excluded.length;
  if (due !== ballots.counted) throw new Error(`the log has ${due} counted ballots, the box ${ballots.counted}`);
  const election = electionOf(voting, ballots);
  const counted = count(rule, election);
  if (counted.status === 'NEEDS_DECISION') return { status: counted.status, undecided: counted.undecided };
  const protocol: Protocol = {
    contest,
    version,
    ruleHash,
    budgetKopecks: election.budget.toString(),
    spentKopecks: counted.spent.toString(),
    accepted,
    superseded,
    ...(changes.excluded.length === 0 ? {} : { excluded: changes.excluded.toSorted() }),
    counted: ballots.counted,
    projects: counted.lines.map((line) => lineOf(rule.ballot.type === 'forAgainst', line)),
    ties: explainTies(counted),
    channels: byChannel.result().channels,
    doubleVotes: byChannel.result().doubles,
    ...(await refusals(stores, contest)),
    ...(changes.reason === null ? {} : { reason: changes.reason }),
    result: resultOf(rule, ruleHash, election, counted),
  };
  const text = canonicalJson(protocol);
  const inputs = canonicalJson(inputsOf(contest, election, { lotSeed: changes.lotSeed, excluded: changes.excluded }));
  return { status: 'DETERMINED', text, hash: sha256Hex(text), protocol, inputs };
}

function electionOf(voting: Voting, ballots: Ballots): Election {
  const { rule, ruleHash, budget } = voting.announcement!;
  const changes = changesOf(voting);
  return {
    budget: changes.budget ?? budget,
    projects: projectsOf(voting, changes.withdrawn),
    ballots,
    lot: lotOf(rule, ruleHash, changes.lotSeed ?? undefined, sha256Hex),
    decision: changes.decision,
  };
}

/** Sheets and voters that were refused because of a ballot by another channel, and ballots whose voter's age and residence an act alone vouches for. */
async function refusals({ paperBatches, doubleVotes }: Stores, contest: string) {
  const batches = await paperBatches.find({ contestId: contest });
  const count = (outcomes: readonly string[], of: typeof batches) =>
    of.flatMap(({ state }) => state.ballots).filter(({ outcome }) => outcomes.includes(outcome ?? '')).length;
  const sheets = count(['DOUBLE_VOTE', 'ALREADY_VOTED'], batches);
  const vouched = batches.filter(({ state }) => state.vouched);
  return {
    doubleVotesRefused: sheets + (await doubleVotes.countDocuments({ contest })),
    vouchedByAct: count(['ACCEPTED'], vouched),
  };
}

/** Ballots that count so far, without those that are excluded. */
export async function gather(
  stores: Stores,
  contest: string,
  { announcement, ballot }: Voting,
  { excluded = [], byChannel }: { excluded?: readonly string[]; byChannel?: ChannelTally } = {},
): Promise<Ballots> {
  const pile = new BallotPile(ballot!.map(({ applicationId }) => applicationId));
  const each = byChannel && ((tag: string, channel: string) => byChannel.add(tag, channel));
  for await (const { choices } of countedBallots(stores, contest, new Set(excluded), each))
    pile.add(pointsOf(announcement!.rule.ballot, choices));
  return pile.ballots();
}

function projectsOf({ ballot, expertScores }: Voting, withdrawn: ReadonlySet<string>): CountedProject[] {
  const scores = new Map(expertScores.map(({ applicationId, score }) => [applicationId, parseFraction(score)]));
  return ballot!.map(
    ({ applicationId: id, territory, cofinancing, groups = [], divisions = [], barredBy = [], ...project }) => ({
      id,
      number: project.number,
      title: project.title,
      cost: project.cost,
      category: project.category,
      territory: territory ?? null,
      submittedAt: project.submittedAt,
      expertScore: scores.get(id) ?? null,
      cofinancing: cofinancing ? parseFraction(cofinancing) : null,
      groups,
      ...(divisions.length > 0 ? { divisions } : {}),
      withdrawn: withdrawn.has(id),
      ...(barredBy.length > 0 ? { barredBy } : {}),
    }),
  );
}

const lineOf = (forAgainst: boolean, line: CountedLine): ProtocolLine => ({
  applicationId: line.project.id,
  number: line.project.number,
  title: line.project.title,
  costKopecks: line.project.cost.toString(),
  score: line.score.toString(),
  voters: Number(line.voters),
  ...(forAgainst ? { against: Number(line.against) } : {}),
  ...(line.part === null ? {} : { part: line.part }),
  place: line.place,
  outcome: line.outcome,
  reason: line.reason,
  explanation: explain(line),
});
